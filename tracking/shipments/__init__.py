"""What can be done with a shipment."""
