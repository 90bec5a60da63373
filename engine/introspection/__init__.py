"""What a query asks about the schema itself."""
