"""What goes in and out of catalog, one module for each subject."""
