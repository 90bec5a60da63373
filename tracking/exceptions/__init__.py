"""Exceptions: opening them, and the work on them."""
