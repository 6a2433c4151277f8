"""What is a tool and not a test: it measures, walks, draws, packages, writes documents; `make` starts it."""
