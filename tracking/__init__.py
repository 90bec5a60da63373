"""Commands: the only code that changes an order and what belongs to it."""
