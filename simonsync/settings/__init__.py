"""The settings of the manual's chapter 5: declared once, asked, read, checked and documented from there."""
