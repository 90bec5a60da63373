"""Filters: which rows of a list are selected, and the SQL conditions for it.

Fields of a filter are joined by AND, an empty list matches nothing, and `none_of` is the exact
complement: a row that lacks the value is not among those that match, so it is in the complement.
"""

from resolvers.filters.changes import ChangeFilter, change_condition
from resolvers.filters.columns import TimeRange, capitals, carriers
from resolvers.filters.exceptions import ExceptionFilter, exception_condition
from resolvers.filters.filter_limits import demand_bounds
from resolvers.filters.filter_rights import demand_rights
from resolvers.filters.kept_numbers import KeptNumberFilter, kept_number_condition
from resolvers.filters.orders import OrderFilter, order_condition
from resolvers.filters.shipments import ShipmentFilter, shipment_condition

__all__ = [
    "ChangeFilter",
    "ExceptionFilter",
    "KeptNumberFilter",
    "OrderFilter",
    "ShipmentFilter",
    "TimeRange",
    "capitals",
    "carriers",
    "change_condition",
    "demand_bounds",
    "demand_rights",
    "exception_condition",
    "kept_number_condition",
    "order_condition",
    "shipment_condition",
]
