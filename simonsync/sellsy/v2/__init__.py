"""Sellsy's API v2, for what v1 cannot tell: what has changed, and what e-invoices need to know."""
