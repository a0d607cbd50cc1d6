"""The platform that every Quartet service stands on. It holds no business word."""
