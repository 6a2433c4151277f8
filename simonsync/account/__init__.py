"""An account and what is done with it, for whoever works with it: a command, a page, a worker, a test."""
