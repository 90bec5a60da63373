"""Aggregates: counts, sums, durations and rates of rows, by group."""
