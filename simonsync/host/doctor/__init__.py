"""The doctor: checks of everything that must be in order, each harmless, each with its remedy."""
