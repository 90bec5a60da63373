"""Hourly sums: aggregates of orders, shipments and exceptions, kept up from the change log."""

from projections.rollups.rollup_consumer import ROLLUP_CONSUMER, rebuild

__all__ = ["ROLLUP_CONSUMER", "rebuild"]
