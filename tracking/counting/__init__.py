"""Counting: what has changed is counted into the hours that aggregates are answered from."""

from tracking.counting.counter import count_all, counting, recount

__all__ = ["count_all", "counting", "recount"]
