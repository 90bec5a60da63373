"""Counting: what has changed is counted into the hours that aggregates are answered from."""

from projections.rollups.projection import count_all, counting, recount

__all__ = ["count_all", "counting", "recount"]
