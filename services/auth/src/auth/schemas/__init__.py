"""What goes in and out of auth, one module for each subject."""
