"""What is remembered about an account, in one SQLite file."""
