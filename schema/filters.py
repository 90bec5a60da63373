"""Filters and orders of lists: the filters of resolvers/filters, each with its name in the API."""

import strawberry

from engine.sql.ordering import Ordering
from resolvers.filters import (
    ChangeFilter,
    ExceptionFilter,
    KeptNumberFilter,
    OrderFilter,
    ShipmentFilter,
    TimeRange,
)
from resolvers.orderings import (
    ExceptionSort,
    OrderSort,
    ShipmentSort,
    exception_ordering,
    order_ordering,
    shipment_ordering,
)
from schema.enums import SortDirection
from schema.input_types import register_input

__all__ = [
    "ChangeFilter",
    "ExceptionFilter",
    "ExceptionOrder",
    "KeptNumberFilter",
    "OrderFilter",
    "OrderOrder",
    "ShipmentFilter",
    "ShipmentOrder",
    "TimeRange",
]

BRANCHES = {"all_of": "and", "any_of": "or", "none_of": "not"}
register_input(TimeRange, "DateTimeRange", names={"since": "from"})
register_input(OrderFilter, "OrderFilter", ids=["tracking_id"], names=BRANCHES)
register_input(ShipmentFilter, "ShipmentFilter", names=BRANCHES)
register_input(ExceptionFilter, "ExceptionFilter", names=BRANCHES)
register_input(KeptNumberFilter, "KeptNumberFilter")
register_input(ChangeFilter, "ChangeFilter")


@strawberry.input(description="The order in which orders are listed.")
class OrderOrder:
    field: OrderSort = strawberry.field(description="The field to order by.")
    direction: SortDirection = strawberry.field(
        description="Whether the smallest or the largest value comes first."
    )

    def ordering(self) -> Ordering:
        return order_ordering(self.field, descending=self.direction is SortDirection.DESC)


@strawberry.input(description="The order in which shipments are listed.")
class ShipmentOrder:
    field: ShipmentSort = strawberry.field(description="The field to order by.")
    direction: SortDirection = strawberry.field(
        description="Whether the smallest or the largest value comes first."
    )

    def ordering(self) -> Ordering:
        return shipment_ordering(self.field, descending=self.direction is SortDirection.DESC)


@strawberry.input(description="The order in which exceptions are listed.")
class ExceptionOrder:
    field: ExceptionSort = strawberry.field(description="The field to order by.")
    direction: SortDirection = strawberry.field(
        description="Whether the smallest or the largest value comes first."
    )

    def ordering(self) -> Ordering:
        return exception_ordering(self.field, descending=self.direction is SortDirection.DESC)
