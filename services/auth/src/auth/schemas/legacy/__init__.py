"""What clients of the older systems send and read, one module for each system."""
