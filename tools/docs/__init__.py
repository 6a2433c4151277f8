"""What writes the generated parts of the documents, and takes the pictures."""
