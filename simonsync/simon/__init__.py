"""Simple-Simon over its API: what the engine reads there and writes there."""
