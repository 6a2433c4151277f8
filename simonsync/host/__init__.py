"""This machine: is everything in order, what starts the runs, and who is told."""
