"""The verbs: pure functions that turn a record of one system into what the other is to have."""
