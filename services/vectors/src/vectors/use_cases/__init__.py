"""What the vectors service does, one module for each subject."""
