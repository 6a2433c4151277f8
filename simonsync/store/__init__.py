"""What simonsync remembers: one SQLite file per account, and a lock beside it. The only place with SQL."""
