"""What counter does, one module for each subject."""
