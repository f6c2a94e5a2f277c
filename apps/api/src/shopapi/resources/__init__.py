"""What is served, one resource a file."""
