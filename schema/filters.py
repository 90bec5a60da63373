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


@strawberry.input(description="from <= t < until.")
class DateTimeRange(filters.TimeRange):
    since: datetime | None = strawberry.field(
        default=None, name="from", description="Not before this."
    )
    until: datetime | None = strawberry.field(default=None, description="Before this.")


@strawberry.input(
    description="Which orders. Fields are joined by AND; an empty list matches nothing."
)
class OrderFilter(filters.OrderFilter):
    status: list[OrderStatus] | None = strawberry.field(default=None, description="One of these.")
    health: list[Health] | None = strawberry.field(default=None, description="One of these.")
    delivery_method: list[DeliveryMethod] | None = strawberry.field(
        default=None, description="One of these."
    )
    country: list[str] | None = strawberry.field(
        default=None, description="It goes to one of these, by ISO 3166 code."
    )
    carrier: list[str] | None = strawberry.field(
        default=None, description="A shipment of it goes with one of these."
    )
    tracking_id: list[strawberry.ID] | None = strawberry.field(
        default=None, description="One of these."
    )
    reference: list[str] | None = strawberry.field(default=None, description="One of these.")
    customer_email: str | None = strawberry.field(
        default=None, description="The customer's; needs PERSONAL_READ."
    )
    sku: list[str] | None = strawberry.field(
        default=None, description="It has a line with one of these."
    )
    placed_at: DateTimeRange | None = strawberry.field(default=None, description="When placed.")
    promised_at: DateTimeRange | None = strawberry.field(
        default=None, description="By when promised."
    )
    delivered_at: DateTimeRange | None = strawberry.field(
        default=None, description="When delivered."
    )
    is_late: bool | None = strawberry.field(default=None, description="Whether it is late.")
    has_open_exception: bool | None = strawberry.field(
        default=None, description="Whether an exception of it is unresolved."
    )
    exception_type: list[ExceptionType] | None = strawberry.field(
        default=None,
        description=(
            "It has, or had, an exception of one of these types;"
            " with hasOpenException true, an unresolved one."
        ),
    )
    search: str | None = strawberry.field(
        default=None,
        description=(
            "A part of its reference or of a carrier's tracking number, a whole tracking id;"
            " with PERSONAL_READ a part of the customer's name or e-mail too."
        ),
    )
    all_of: "list[OrderFilter] | None" = strawberry.field(
        default=None, name="and", description="All of these too."
    )
    any_of: "list[OrderFilter] | None" = strawberry.field(
        default=None, name="or", description="And at least one of these."
    )
    none_of: "OrderFilter | None" = strawberry.field(
        default=None, name="not", description="And not this."
    )


@strawberry.input(
    description="Which shipments. Fields are joined by AND; an empty list matches nothing."
)
class ShipmentFilter(filters.ShipmentFilter):
    status: list[ShipmentStatus] | None = strawberry.field(
        default=None, description="One of these."
    )
    health: list[Health] | None = strawberry.field(default=None, description="One of these.")
    carrier: list[str] | None = strawberry.field(default=None, description="One of these.")
    service: list[str] | None = strawberry.field(default=None, description="One of these.")
    country: list[str] | None = strawberry.field(
        default=None, description="It goes to one of these, by ISO 3166 code."
    )
    tracking_number: list[str] | None = strawberry.field(
        default=None, description="One of these, however written."
    )
    shipped_at: DateTimeRange | None = strawberry.field(
        default=None, description="When it first moved."
    )
    delivered_at: DateTimeRange | None = strawberry.field(
        default=None, description="When delivered."
    )
    is_late: bool | None = strawberry.field(default=None, description="Whether it is late.")
    all_of: "list[ShipmentFilter] | None" = strawberry.field(
        default=None, name="and", description="All of these too."
    )
    any_of: "list[ShipmentFilter] | None" = strawberry.field(
        default=None, name="or", description="And at least one of these."
    )
    none_of: "ShipmentFilter | None" = strawberry.field(
        default=None, name="not", description="And not this."
    )


@strawberry.input(
    description="Which exceptions. Fields are joined by AND; an empty list matches nothing."
)
class ExceptionFilter(filters.ExceptionFilter):
    status: list[ExceptionStatus] | None = strawberry.field(
        default=None, description="One of these."
    )
    type: list[ExceptionType] | None = strawberry.field(default=None, description="One of these.")
    severity: list[ExceptionSeverity] | None = strawberry.field(
        default=None, description="One of these."
    )
    caused_by: list[Party] | None = strawberry.field(default=None, description="One of these.")
    carrier: list[str] | None = strawberry.field(
        default=None, description="Its shipment goes with one of these."
    )
    assignee: str | None = strawberry.field(default=None, description="Who works on it.")
    is_overdue: bool | None = strawberry.field(default=None, description="Whether it is overdue.")
    action_required: bool | None = strawberry.field(
        default=None, description="Whether somebody must do something."
    )
    due_at: DateTimeRange | None = strawberry.field(default=None, description="When due.")
    opened_at: DateTimeRange | None = strawberry.field(default=None, description="When opened.")
    resolved_at: DateTimeRange | None = strawberry.field(default=None, description="When closed.")
    all_of: "list[ExceptionFilter] | None" = strawberry.field(
        default=None, name="and", description="All of these too."
    )
    any_of: "list[ExceptionFilter] | None" = strawberry.field(
        default=None, name="or", description="And at least one of these."
    )
    none_of: "ExceptionFilter | None" = strawberry.field(
        default=None, name="not", description="And not this."
    )


@strawberry.input(
    description=(
        "Which changes, by what a change itself says and never by the order's later state, so that"
        " replay and live agree. Fields are joined by AND; one that a kind does not have"
        " excludes that kind."
    )
)
class ChangeFilter:
    kinds: list[ChangeKind] | None = strawberry.field(default=None, description="One of these.")
    order_status: list[OrderStatus] | None = strawberry.field(
        default=None, description="The order became one of these."
    )
    shipment_status: list[ShipmentStatus] | None = strawberry.field(
        default=None, description="The shipment became one of these."
    )
    event_type: list[TrackingEventType] | None = strawberry.field(
        default=None, description="The event is one of these."
    )
    exception_type: list[ExceptionType] | None = strawberry.field(
        default=None, description="The exception is one of these."
    )
    exception_status: list[ExceptionStatus] | None = strawberry.field(
        default=None, description="The exception was one of these after the change."
    )
    assignee: list[str] | None = strawberry.field(
        default=None, description="One of these had the exception after the change."
    )
    carrier: list[str] | None = strawberry.field(
        default=None, description="The shipment's carrier at the change."
    )
    country: list[str] | None = strawberry.field(
        default=None, description="The order's destination at the change, by ISO 3166 code."
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


@strawberry.input(description="How orders are ordered.")
class OrderOrder:
    field: OrderSort = strawberry.field(description="By what.")
    direction: SortDirection = strawberry.field(description="Which end comes first.")

    def ordering(self) -> Ordering:
        return order_ordering(self.field, descending=self.direction is SortDirection.DESC)


@strawberry.input(description="How shipments are ordered.")
class ShipmentOrder:
    field: ShipmentSort = strawberry.field(description="By what.")
    direction: SortDirection = strawberry.field(description="Which end comes first.")

    def ordering(self) -> Ordering:
        return shipment_ordering(self.field, descending=self.direction is SortDirection.DESC)


@strawberry.input(description="How exceptions are ordered.")
class ExceptionOrder:
    field: ExceptionSort = strawberry.field(description="By what.")
    direction: SortDirection = strawberry.field(description="Which end comes first.")

    def ordering(self) -> Ordering:
        return exception_ordering(self.field, descending=self.direction is SortDirection.DESC)
