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
    list[ExceptionStatus] | None,
    strawberry.argument(description="Only exceptions with these statuses; all if left out."),
]


@strawberry.type(description="A note that a person added to an exception.")
class ExceptionNote:
    author: str = strawberry.field(description="The author of the note.")
    body: str = strawberry.field(description="The text of the note.")
    created_at: datetime = strawberry.field(description="When the note was written.")


@strawberry.type(description="A problem with an order or one of its shipments, and the work on it.")
class OrderException(Node):
    type: ExceptionType = strawberry.field(description="The type of the exception.")
    severity: ExceptionSeverity = strawberry.field(description="How severe the exception is.")
    caused_by: Party = strawberry.field(description="The party that caused the exception.")
    status: ExceptionStatus = strawberry.field(description="The stage of work on the exception.")
    action_required: bool = strawberry.field(description="Whether a person must act.")
    summary: str | None = strawberry.field(description="A description of the problem.")
    occurrences: int = strawberry.field(
        description=(
            "How often the problem was reported. A repeated report does not open a second"
            " exception."
        )
    )
    assignee: str | None = strawberry.field(description="The person who works on the exception.")
    waiting_on: Party | None = strawberry.field(description="The party that the work waits for.")
    opened_at: datetime = strawberry.field(description="When the exception was opened.")
    due_at: datetime | None = strawberry.field(description="When the exception must be resolved.")
    acknowledged_at: datetime | None = strawberry.field(
        description="When a person first marked the exception as seen."
    )
    resolved_at: datetime | None = strawberry.field(
        description="When the exception was resolved or dismissed."
    )
    resolution: ExceptionResolution | None = strawberry.field(
        description="How the exception was resolved."
    )
    reopened_count: int | None = strawberry.field(
        description="How often the exception was reopened."
    )
    updated_at: datetime = strawberry.field(description="When the exception last changed.")

    order: Annotated["Order", strawberry.lazy("schema.types.orders")] = strawberry.field(
        description="The order that the exception belongs to."
    )
    shipment: Annotated["Shipment", strawberry.lazy("schema.types.shipments")] | None = (
        strawberry.field(
            description=(
                "The shipment that the exception is about; null if it is about the whole order."
            )
        )
    )
    next_statuses: list[ExceptionStatus] = strawberry.field(
        description="The statuses that a command can move the exception to."
    )
    opened_by: TrackingEvent | None = strawberry.field(
        description=(
            "The tracking event that opened the exception; null if a person or this service did."
        )
    )
    is_overdue: bool = strawberry.field(
        description="Whether the exception is past its due time and unresolved."
    )
    notes: list[ExceptionNote] | None = strawberry.field(
        description="The notes on the exception, oldest first."
    )


def listed_exceptions(description: str) -> Any:
    """Declare the list of exceptions of an order or a shipment."""
    return strawberry.field(
        resolver=_with_status, description=description, graphql_type=list[OrderException]
    )


def _with_status(status: StatusArgument = None) -> Any:
    """Declare the arguments. A plan reads the field, so that this function is never called."""
