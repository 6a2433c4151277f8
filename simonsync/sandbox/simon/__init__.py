"""A stand-in for Simple-Simon's API on loopback: same requests, same answers, a world tests can change."""
