"""What is checked of the package as people install it."""
