"""What catalog does, one module for each subject. Each function is one unit of work on the database."""
