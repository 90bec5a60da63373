"""What people do about trouble with an order."""
