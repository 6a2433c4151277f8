"""What an account's people do with the engine: runs, activation, checks, look-ups, repairs."""
