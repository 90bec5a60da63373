"""Aggregates: how many, how much, how fast, how late; grouped, and read from the rows."""
