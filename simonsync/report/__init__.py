"""What people look at, gathered from the state as values; no service is asked."""
