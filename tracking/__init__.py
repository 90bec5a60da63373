"""Acts: the only code that changes an order."""
