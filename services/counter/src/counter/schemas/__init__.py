"""What goes in and out of counter, one module for each subject."""
