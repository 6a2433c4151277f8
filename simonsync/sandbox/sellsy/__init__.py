"""The stand-in of Sellsy's API v1."""
