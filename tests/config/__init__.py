"""The configuration file, the credentials, the state folder."""
