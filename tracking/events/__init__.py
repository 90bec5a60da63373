"""How carrier news is recorded, attached to shipments and retracted."""
