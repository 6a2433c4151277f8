"""Random weeks of a firm, with all that may happen in them; and what must hold in the end."""
