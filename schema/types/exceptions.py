"""Exceptions and their notes."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from auth import Audience
from models import events as event_rows
from models import exceptions as rows
from models import orders as order_rows
from models import shipments as shipment_rows
from models.enums import (
    EXCEPTION_TRANSITIONS,
    ExceptionResolution,
    ExceptionSeverity,
    ExceptionStatus,
    ExceptionType,
    Party,
)
from models.node_ids import NodeType, node_id
from schema.context import Info
from schema.guard import guarded
from schema.types.events import TrackingEvent
from schema.types.node import Node

if TYPE_CHECKING:
    from schema.types.orders import Order
    from schema.types.shipments import Shipment

Row = strawberry.Parent[rows.OrderException]
StatusArgument = Annotated[
    list[ExceptionStatus] | None, strawberry.argument(description="Only these; all if left out.")
]


@strawberry.type(description="What somebody wrote down while working it off.")
class ExceptionNote:
    author: str = strawberry.field(description="Who.")
    body: str = strawberry.field(description="What.")
    created_at: datetime = strawberry.field(description="When.")


@guarded
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

    @strawberry.field(description="Opaque; it names its type.")
    def id(self, exception: Row) -> strawberry.ID:
        return strawberry.ID(node_id(NodeType.EXCEPTION, exception.id))

    @strawberry.field(
        description="Its order.",
        graphql_type=Annotated["Order", strawberry.lazy("schema.types.orders")],
    )
    async def order(self, exception: Row, info: Info) -> order_rows.Order:
        return await info.context.loaders.orders.load(exception.order_id)

    @strawberry.field(
        description="Its shipment; none if it is about the whole order.",
        graphql_type=Annotated["Shipment", strawberry.lazy("schema.types.shipments")] | None,
    )
    async def shipment(self, exception: Row, info: Info) -> shipment_rows.Shipment | None:
        if exception.shipment_id is None:
            return None
        return await info.context.loaders.shipments.load(exception.shipment_id)

    @strawberry.field(
        description="What a person may make of it; empty for those without staff's rights."
    )
    def next_statuses(self, exception: Row, info: Info) -> list[ExceptionStatus]:
        if not info.context.viewer.may_read(Audience.STAFF):
            return []
        return list(EXCEPTION_TRANSITIONS[exception.status])

    @strawberry.field(
        description="The news that opened it; none if a person did.",
        graphql_type=TrackingEvent | None,
    )
    async def opened_by(self, exception: Row, info: Info) -> event_rows.TrackingEvent | None:
        if exception.opened_by_event_id is None:
            return None
        return await info.context.loaders.events.load(exception.opened_by_event_id)

    @strawberry.field(description="Whether it is past due and unresolved.")
    def is_overdue(self, exception: Row, info: Info) -> bool:
        due_at = exception.due_at
        return due_at is not None and exception.is_unresolved and due_at < info.context.now

    @strawberry.field(
        description="Its notes, oldest first.", graphql_type=list[ExceptionNote] | None
    )
    async def notes(self, exception: Row, info: Info) -> Sequence[rows.ExceptionNote]:
        return await info.context.loaders.notes.load(exception.id)

    @classmethod
    def is_type_of(cls, source: object, _info: Any) -> bool:
        return isinstance(source, rows.OrderException)
