"""What an admin writes once: the configuration file, the credentials, the folder where the state lives."""
