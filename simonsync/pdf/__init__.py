"""Work orders and previews as PDFs, where people want paper."""
