"""Introspection: answers the parts of a query that ask about the schema itself."""
