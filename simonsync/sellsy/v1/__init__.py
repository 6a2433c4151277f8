"""Sellsy's API v1: one URL, always POST, OAuth 1 PLAINTEXT, application errors with HTTP 200."""
