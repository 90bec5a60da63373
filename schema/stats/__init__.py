"""Aggregates: what is asked of groups, and what is answered."""
