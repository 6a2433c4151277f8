"""The texts in French."""
