"""The texts in Dutch."""
