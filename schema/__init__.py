"""The GraphQL surface: unpack, call down, return."""
