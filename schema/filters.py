"""Filters and orders of lists: those of resolvers/, with a description of every field."""

from datetime import datetime
from typing import Any

import strawberry

from engine.sql.ordering import Ordering
from models.enums import (
    ChangeKind,
    DeliveryMethod,
    ExceptionSeverity,
    ExceptionStatus,
    ExceptionType,
    Health,
    OrderStatus,
    Party,
    ShipmentStatus,
    TrackingEventType,
)
from resolvers import filters
from resolvers.changes import ChangeSelection
from resolvers.orderings import (
    ExceptionSort,
    OrderSort,
    ShipmentSort,
    exception_ordering,
    order_ordering,
    shipment_ordering,
)
from schema.enums import SortDirection


@strawberry.input(
    description="A range of time: from <= t < until. An end that is left out is open."
)
class DateTimeRange(filters.TimeRange):
    since: datetime | None = strawberry.field(
        default=None, name="from", description="The first moment of the range."
    )
    until: datetime | None = strawberry.field(
        default=None, description="The end of the range, which is not part of it."
    )


@strawberry.input(
    description="Selects orders. All given fields must match; an empty list matches nothing."
)
class OrderFilter(filters.OrderFilter):
    status: list[OrderStatus] | None = strawberry.field(
        default=None, description="The order has one of these statuses."
    )
    health: list[Health] | None = strawberry.field(
        default=None, description="The order has one of these health values."
    )
    delivery_method: list[DeliveryMethod] | None = strawberry.field(
        default=None, description="The order has one of these delivery methods."
    )
    country: list[str] | None = strawberry.field(
        default=None, description="The order goes to one of these countries (ISO 3166 codes)."
    )
    carrier: list[str] | None = strawberry.field(
        default=None, description="One of the order's shipments goes with one of these carriers."
    )
    tracking_id: list[strawberry.ID] | None = strawberry.field(
        default=None, description="The order has one of these tracking ids."
    )
    reference: list[str] | None = strawberry.field(
        default=None, description="The order has one of these order numbers of the shop."
    )
    customer_email: str | None = strawberry.field(
        default=None,
        description="The order's customer has this e-mail address. It needs PERSONAL_READ.",
    )
    sku: list[str] | None = strawberry.field(
        default=None, description="The order has a line with one of these article numbers."
    )
    placed_at: DateTimeRange | None = strawberry.field(
        default=None, description="The order was placed in this range."
    )
    promised_at: DateTimeRange | None = strawberry.field(
        default=None, description="Delivery of the order was promised for a time in this range."
    )
    delivered_at: DateTimeRange | None = strawberry.field(
        default=None, description="The order was delivered in this range."
    )
    is_late: bool | None = strawberry.field(default=None, description="Whether the order is late.")
    has_open_exception: bool | None = strawberry.field(
        default=None, description="Whether the order has an unresolved exception."
    )
    exception_type: list[ExceptionType] | None = strawberry.field(
        default=None,
        description=(
            "The order has, or had, an exception of one of these types. With"
            " hasOpenException true, that exception is unresolved."
        ),
    )
    search: str | None = strawberry.field(
        default=None,
        description=(
            "The text is a part of the order's reference or of a carrier's tracking"
            " number, or a whole tracking id. With PERSONAL_READ it may also be a part of"
            " the customer's name or e-mail address."
        ),
    )
    all_of: "list[OrderFilter] | None" = strawberry.field(
        default=None, name="and", description="All of these filters match too."
    )
    any_of: "list[OrderFilter] | None" = strawberry.field(
        default=None, name="or", description="At least one of these filters matches too."
    )
    none_of: "OrderFilter | None" = strawberry.field(
        default=None, name="not", description="This filter does not match."
    )


@strawberry.input(
    description=("Selects shipments. All given fields must match; an empty list matches nothing.")
)
class ShipmentFilter(filters.ShipmentFilter):
    status: list[ShipmentStatus] | None = strawberry.field(
        default=None, description="The shipment has one of these statuses."
    )
    health: list[Health] | None = strawberry.field(
        default=None, description="The shipment has one of these health values."
    )
    carrier: list[str] | None = strawberry.field(
        default=None, description="The shipment goes with one of these carriers."
    )
    service: list[str] | None = strawberry.field(
        default=None, description="The shipment was sent by one of these services of a carrier."
    )
    country: list[str] | None = strawberry.field(
        default=None, description="The shipment goes to one of these countries (ISO 3166 codes)."
    )
    tracking_number: list[str] | None = strawberry.field(
        default=None,
        description=(
            "The shipment has one of these tracking numbers. Spaces, punctuation and case"
            " are ignored."
        ),
    )
    shipped_at: DateTimeRange | None = strawberry.field(
        default=None, description="The shipment first moved in this range."
    )
    delivered_at: DateTimeRange | None = strawberry.field(
        default=None, description="The shipment was delivered in this range."
    )
    is_late: bool | None = strawberry.field(
        default=None, description="Whether the shipment is late."
    )
    all_of: "list[ShipmentFilter] | None" = strawberry.field(
        default=None, name="and", description="All of these filters match too."
    )
    any_of: "list[ShipmentFilter] | None" = strawberry.field(
        default=None, name="or", description="At least one of these filters matches too."
    )
    none_of: "ShipmentFilter | None" = strawberry.field(
        default=None, name="not", description="This filter does not match."
    )


@strawberry.input(
    description=("Selects exceptions. All given fields must match; an empty list matches nothing.")
)
class ExceptionFilter(filters.ExceptionFilter):
    status: list[ExceptionStatus] | None = strawberry.field(
        default=None, description="The exception has one of these statuses."
    )
    type: list[ExceptionType] | None = strawberry.field(
        default=None, description="The exception has one of these types."
    )
    severity: list[ExceptionSeverity] | None = strawberry.field(
        default=None, description="The exception has one of these severities."
    )
    caused_by: list[Party] | None = strawberry.field(
        default=None, description="The exception was caused by one of these parties."
    )
    carrier: list[str] | None = strawberry.field(
        default=None, description="The exception's shipment goes with one of these carriers."
    )
    assignee: str | None = strawberry.field(
        default=None, description="This person works on the exception."
    )
    is_overdue: bool | None = strawberry.field(
        default=None, description="Whether the exception is past its due time and unresolved."
    )
    action_required: bool | None = strawberry.field(
        default=None, description="Whether the exception needs action by a person."
    )
    due_at: DateTimeRange | None = strawberry.field(
        default=None, description="The exception is due in this range."
    )
    opened_at: DateTimeRange | None = strawberry.field(
        default=None, description="The exception was opened in this range."
    )
    resolved_at: DateTimeRange | None = strawberry.field(
        default=None, description="The exception was resolved or dismissed in this range."
    )
    all_of: "list[ExceptionFilter] | None" = strawberry.field(
        default=None, name="and", description="All of these filters match too."
    )
    any_of: "list[ExceptionFilter] | None" = strawberry.field(
        default=None, name="or", description="At least one of these filters matches too."
    )
    none_of: "ExceptionFilter | None" = strawberry.field(
        default=None, name="not", description="This filter does not match."
    )


@strawberry.input(
    description=(
        "Selects changes by their own content, never by the order's later state, so"
        " that replayed and live changes match alike. All given fields must match; a"
        " kind of change that lacks a given field does not match."
    )
)
class ChangeFilter:
    kinds: list[ChangeKind] | None = strawberry.field(
        default=None, description="The change is of one of these kinds."
    )
    order_status: list[OrderStatus] | None = strawberry.field(
        default=None, description="The order's new status is one of these."
    )
    shipment_status: list[ShipmentStatus] | None = strawberry.field(
        default=None, description="The shipment's new status is one of these."
    )
    event_type: list[TrackingEventType] | None = strawberry.field(
        default=None, description="The tracking event has one of these types."
    )
    exception_type: list[ExceptionType] | None = strawberry.field(
        default=None, description="The exception has one of these types."
    )
    exception_status: list[ExceptionStatus] | None = strawberry.field(
        default=None, description="The exception had one of these statuses after the change."
    )
    assignee: list[str] | None = strawberry.field(
        default=None,
        description="The exception was assigned to one of these people after the change.",
    )
    carrier: list[str] | None = strawberry.field(
        default=None,
        description="The shipment went with one of these carriers at the time of the change.",
    )
    country: list[str] | None = strawberry.field(
        default=None,
        description=(
            "The order went to one of these countries (ISO 3166 codes) at the time of the change."
        ),
    )

    def selection(self) -> ChangeSelection:
        asked: dict[str, Any] = vars(self) | {
            "carrier": filters.carriers(self.carrier),
            "country": filters.capitals(self.country),
        }
        for name, values in asked.items():
            filters.demand_bounds(name, values)
        said: dict[str, Any] = {
            name: tuple(values) for name, values in asked.items() if values is not None
        }
        return ChangeSelection(**said)


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
