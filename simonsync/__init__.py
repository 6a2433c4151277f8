"""simonsync runs the integration between Simple-Simon (work orders) and Sellsy (ERP and invoicing)."""

__version__ = "0.1.0"
