"""Orders: creation, amendment, and the other commands."""
