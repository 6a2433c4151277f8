"""What people read: each message is declared once, and has its texts in French, English and Dutch."""
