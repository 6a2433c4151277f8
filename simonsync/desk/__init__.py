"""The page for the office: it shows what `report` and `account` give, and its buttons are commands."""
