"""Enums with a description of every value. Importing this package registers them all."""

from schema.enums import access, changes, events, exceptions, lists, orders, shipments, stats
from schema.enums.events import RecordOutcome
from schema.enums.lists import SortDirection

REGISTERED = (access, changes, events, exceptions, lists, orders, shipments, stats)

__all__ = ["REGISTERED", "RecordOutcome", "SortDirection"]
