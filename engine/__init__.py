"""The GraphQL engine: parses, limits, plans and executes documents; independent of the domain."""
