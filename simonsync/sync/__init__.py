"""The way of the data: read, turned by rules into actions, applied, bound and journalled."""
