"""What goes in and out of the vectors service, one module for each subject."""
