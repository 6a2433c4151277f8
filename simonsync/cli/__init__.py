"""The command line: turns arguments into calls, and values into text or JSON."""
