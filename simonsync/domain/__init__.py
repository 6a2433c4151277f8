"""The nouns: what a work order, a customer, a product and a draft invoice are, whoever sends them."""
