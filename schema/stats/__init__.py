"""Aggregates: their arguments and their results."""
