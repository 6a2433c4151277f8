"""Sellsy's API v1: one address, every call a POST that names its method."""
