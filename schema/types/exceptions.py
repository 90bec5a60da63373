"""Exceptions and their notes."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from models.enums import (
    ExceptionResolution,
    ExceptionSeverity,
    ExceptionStatus,
    ExceptionType,
    Party,
)
from schema.types.events import TrackingEvent
from schema.types.node import Node

if TYPE_CHECKING:
    from schema.types.orders import Order
    from schema.types.shipments import Shipment

StatusArgument = Annotated[
    list[ExceptionStatus] | None, strawberry.argument(description="Only these; all if left out.")
]


@strawberry.type(description="What somebody wrote down while working it off.")
class ExceptionNote:
    author: str = strawberry.field(description="Who.")
    body: str = strawberry.field(description="What.")
    created_at: datetime = strawberry.field(description="When.")


@strawberry.type(description="Trouble with an order, and what is being done about it.")
class OrderException(Node):
    type: ExceptionType = strawberry.field(description="What kind of trouble.")
    severity: ExceptionSeverity = strawberry.field(description="How bad it is.")
    caused_by: Party = strawberry.field(description="Whose doing it is.")
    status: ExceptionStatus = strawberry.field(description="How far it has been worked off.")
    action_required: bool = strawberry.field(description="Whether somebody must do something.")
    summary: str | None = strawberry.field(description="What it is about.")
    occurrences: int = strawberry.field(
        description="How often the same news came; it opens no second one."
    )
    assignee: str | None = strawberry.field(description="Who works on it.")
    waiting_on: Party | None = strawberry.field(description="For whom it waits.")
    opened_at: datetime = strawberry.field(description="When it opened.")
    due_at: datetime | None = strawberry.field(description="By when it is to be solved.")
    acknowledged_at: datetime | None = strawberry.field(description="When somebody saw it.")
    resolved_at: datetime | None = strawberry.field(description="When it was closed.")
    resolution: ExceptionResolution | None = strawberry.field(description="How it was solved.")
    reopened_count: int | None = strawberry.field(description="How often it was taken up again.")
    updated_at: datetime = strawberry.field(description="When it last changed.")

    order: Annotated["Order", strawberry.lazy("schema.types.orders")] = strawberry.field(
        description="Its order."
    )
    shipment: Annotated["Shipment", strawberry.lazy("schema.types.shipments")] | None = (
        strawberry.field(description="Its shipment; none if it is about the whole order.")
    )
    next_statuses: list[ExceptionStatus] = strawberry.field(
        description="What a person may make of it; empty for those without staff's rights."
    )
    opened_by: TrackingEvent | None = strawberry.field(
        description="The news that opened it; none if a person did."
    )
    is_overdue: bool = strawberry.field(description="Whether it is past due and unresolved.")
    notes: list[ExceptionNote] | None = strawberry.field(description="Its notes, oldest first.")


def listed_exceptions(description: str) -> Any:
    """Those of an order or a shipment."""
    return strawberry.field(
        resolver=_with_status, description=description, graphql_type=list[OrderException]
    )


def _with_status(status: StatusArgument = None) -> Any:
    """Read by its plan."""
