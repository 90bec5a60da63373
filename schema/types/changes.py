"""Changes: one type for each kind of thing that changes, views on one row of the log."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import strawberry

from models import changes as rows
from models import events, exceptions, orders, shipments
from models.enums import ChangeKind, ExceptionStatus, Health, OrderStatus, ShipmentStatus
from models.estimates import Expectation
from schema.context import Info
from schema.guard import guarded_change
from schema.scalars import Position
from schema.types.events import TrackingEvent
from schema.types.exceptions import OrderException
from schema.types.orders import Order
from schema.types.shipments import Shipment
from schema.types.values import DeliveryEstimate, Difference, logged_expectation

Row = strawberry.Parent[rows.Change]


@guarded_change
@strawberry.interface(description="Something that changed: once, in order, for ever.")
class Change:
    kind: ClassVar[ChangeKind | None] = None

    position: Position = strawberry.field(
        description="Its place in one total order over everything, without gaps."
    )
    sequence: int = strawberry.field(description="1, 2, 3 ... within its order, without gaps.")
    occurred_at: datetime = strawberry.field(description="When it happened in the world.")
    recorded_at: datetime = strawberry.field(description="When it was recorded here.")
    actor: str | None = strawberry.field(
        description='A key\'s name, a source of tracking events, or "system".'
    )
    reason: str | None = strawberry.field(description="As given with the command.")

    @strawberry.field(
        description="As it is when this is read, never older than this change.",
        graphql_type=Order,
    )
    async def order(self, change: Row, info: Info) -> orders.Order:
        return await info.context.loaders.orders.load(change.order_id)

    @classmethod
    def is_type_of(cls, source: Any, _info: Any) -> bool:
        return isinstance(source, rows.Change) and source.kind is cls.kind


def _differences(change: rows.Change) -> list[Difference]:
    return [Difference(**one) for one in (change.details or {}).get("differences", ())]


async def _shipment(shipment_id: UUID | None, info: Info) -> shipments.Shipment | None:
    return None if shipment_id is None else await info.context.loaders.shipments.load(shipment_id)


@guarded_change
@strawberry.type(description="An order was placed.")
class OrderCreated(Change):
    kind: ClassVar = ChangeKind.ORDER_CREATED


@guarded_change
@strawberry.type(description="An order's status changed.")
class OrderStatusChanged(Change):
    kind: ClassVar = ChangeKind.ORDER_STATUS

    @strawberry.field(description="What it was.")
    def previous(self, change: Row) -> OrderStatus:
        return OrderStatus(str(change.previous))

    @strawberry.field(description="What it became.")
    def status(self, change: Row) -> OrderStatus:
        return OrderStatus(str(change.status))


@guarded_change
@strawberry.type(description="Something else of an order changed.")
class OrderAmended(Change):
    kind: ClassVar = ChangeKind.ORDER_AMENDED

    @strawberry.field(description="What changed.")
    def differences(self, change: Row) -> list[Difference] | None:
        return _differences(change)


@guarded_change
@strawberry.type(description="A shipment's status changed, or a shipment was created.")
class ShipmentStatusChanged(Change):
    kind: ClassVar = ChangeKind.SHIPMENT_STATUS

    @strawberry.field(description="Whose status.", graphql_type=Shipment)
    async def shipment(self, change: Row, info: Info) -> shipments.Shipment | None:
        return await _shipment(change.shipment_id, info)

    @strawberry.field(description="What it was; none for a new shipment.")
    def previous(self, change: Row) -> ShipmentStatus | None:
        return None if change.previous is None else ShipmentStatus(change.previous)

    @strawberry.field(description="What it became.")
    def status(self, change: Row) -> ShipmentStatus:
        return ShipmentStatus(str(change.status))


@guarded_change
@strawberry.type(description="Something else of a shipment changed.")
class ShipmentAmended(Change):
    kind: ClassVar = ChangeKind.SHIPMENT_AMENDED

    @strawberry.field(description="Of which shipment.", graphql_type=Shipment)
    async def shipment(self, change: Row, info: Info) -> shipments.Shipment | None:
        return await _shipment(change.shipment_id, info)

    @strawberry.field(description="What changed.")
    def differences(self, change: Row) -> list[Difference] | None:
        return _differences(change)


@strawberry.type(description="News of a shipment.")
class _EventChange(Change):
    @strawberry.field(description="Of which shipment.", graphql_type=Shipment)
    async def shipment(self, change: Row, info: Info) -> shipments.Shipment | None:
        return await _shipment(change.shipment_id, info)

    @strawberry.field(description="The event.", graphql_type=TrackingEvent)
    async def event(self, change: Row, info: Info) -> events.TrackingEvent | None:
        return (
            None
            if change.event_id is None
            else await info.context.loaders.events.load(change.event_id)
        )


@guarded_change
@strawberry.type(description="A tracking event came in.")
class TrackingEventRecorded(_EventChange):
    kind: ClassVar = ChangeKind.EVENT_RECORDED


@guarded_change
@strawberry.type(description="A tracking event was taken back.")
class TrackingEventRetracted(_EventChange):
    kind: ClassVar = ChangeKind.EVENT_RETRACTED


@guarded_change
@strawberry.type(description="It is expected at another time.")
class EstimateRevised(Change):
    kind: ClassVar = ChangeKind.ESTIMATE

    @strawberry.field(
        description="Of which shipment; none: the order's promise.", graphql_type=Shipment | None
    )
    async def shipment(self, change: Row, info: Info) -> shipments.Shipment | None:
        return await _shipment(change.shipment_id, info)

    @strawberry.field(description="What it was.", graphql_type=DeliveryEstimate | None)
    def previous(self, change: Row) -> Expectation | None:
        return logged_expectation((change.details or {}).get("previous"))

    @strawberry.field(description="What it became.", graphql_type=DeliveryEstimate)
    def estimate(self, change: Row) -> Expectation | None:
        return logged_expectation((change.details or {}).get("estimate"))


@guarded_change
@strawberry.type(description="The health of an order or a shipment changed.")
class HealthChanged(Change):
    kind: ClassVar = ChangeKind.HEALTH

    @strawberry.field(
        description="Of which shipment; none: the order's own.", graphql_type=Shipment | None
    )
    async def shipment(self, change: Row, info: Info) -> shipments.Shipment | None:
        return await _shipment(change.shipment_id, info)

    @strawberry.field(description="What it was.")
    def previous(self, change: Row) -> Health:
        return Health(str(change.previous))

    @strawberry.field(description="What it became.")
    def health(self, change: Row) -> Health:
        return Health(str(change.status))


async def _exception(change: rows.Change, info: Info) -> exceptions.OrderException | None:
    if change.exception_id is None:
        return None
    return await info.context.loaders.exceptions.load(change.exception_id)


@guarded_change
@strawberry.type(description="An exception opened, or its status changed.")
class ExceptionChanged(Change):
    kind: ClassVar = ChangeKind.EXCEPTION_STATUS

    @strawberry.field(description="Which exception.", graphql_type=OrderException)
    async def exception(self, change: Row, info: Info) -> exceptions.OrderException | None:
        return await _exception(change, info)

    @strawberry.field(description="What it was; none when it opened.")
    def previous(self, change: Row) -> ExceptionStatus | None:
        return None if change.previous is None else ExceptionStatus(change.previous)

    @strawberry.field(description="What it became.")
    def status(self, change: Row) -> ExceptionStatus:
        return ExceptionStatus(str(change.status))


@guarded_change
@strawberry.type(
    description="Something else of an exception: assignee, due date, a note, one more occurrence."
)
class ExceptionAmended(Change):
    kind: ClassVar = ChangeKind.EXCEPTION_AMENDED

    @strawberry.field(description="Which exception.", graphql_type=OrderException)
    async def exception(self, change: Row, info: Info) -> exceptions.OrderException | None:
        return await _exception(change, info)

    @strawberry.field(description="What changed.")
    def differences(self, change: Row) -> list[Difference] | None:
        return _differences(change)


KINDS = (
    OrderCreated,
    OrderStatusChanged,
    OrderAmended,
    ShipmentStatusChanged,
    ShipmentAmended,
    TrackingEventRecorded,
    TrackingEventRetracted,
    EstimateRevised,
    HealthChanged,
    ExceptionChanged,
    ExceptionAmended,
)
