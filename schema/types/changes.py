"""Changes: one type for each kind of thing that changes, views on one row of the log."""

from datetime import datetime

import strawberry

from models.enums import ExceptionStatus, Health, OrderStatus, ShipmentStatus
from models.positions import Position
from schema.types.events import TrackingEvent
from schema.types.exceptions import OrderException
from schema.types.orders import Order
from schema.types.shipments import Shipment
from schema.types.values import DeliveryEstimate, Difference


@strawberry.interface(description="Something that changed: once, in order, for ever.")
class Change:
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
    order: Order = strawberry.field(
        description="As it is when this is read, never older than this change."
    )


@strawberry.type(description="An order was placed.")
class OrderCreated(Change):
    pass


@strawberry.type(description="An order's status changed.")
class OrderStatusChanged(Change):
    previous: OrderStatus = strawberry.field(description="What it was.")
    status: OrderStatus = strawberry.field(description="What it became.")


@strawberry.type(description="Something else of an order changed.")
class OrderAmended(Change):
    differences: list[Difference] | None = strawberry.field(description="What changed.")


@strawberry.type(description="A shipment's status changed, or a shipment was created.")
class ShipmentStatusChanged(Change):
    shipment: Shipment = strawberry.field(description="Whose status.")
    previous: ShipmentStatus | None = strawberry.field(
        description="What it was; none for a new shipment."
    )
    status: ShipmentStatus = strawberry.field(description="What it became.")


@strawberry.type(description="Something else of a shipment changed.")
class ShipmentAmended(Change):
    shipment: Shipment = strawberry.field(description="Of which shipment.")
    differences: list[Difference] | None = strawberry.field(description="What changed.")


@strawberry.type(description="News of a shipment.")
class _EventChange(Change):
    shipment: Shipment = strawberry.field(description="Of which shipment.")
    event: TrackingEvent = strawberry.field(description="The event.")


@strawberry.type(description="A tracking event came in.")
class TrackingEventRecorded(_EventChange):
    pass


@strawberry.type(description="A tracking event was taken back.")
class TrackingEventRetracted(_EventChange):
    pass


@strawberry.type(description="It is expected at another time.")
class EstimateRevised(Change):
    shipment: Shipment | None = strawberry.field(
        description="Of which shipment; none: the order's promise."
    )
    previous: DeliveryEstimate | None = strawberry.field(description="What it was.")
    estimate: DeliveryEstimate = strawberry.field(description="What it became.")


@strawberry.type(description="The health of an order or a shipment changed.")
class HealthChanged(Change):
    shipment: Shipment | None = strawberry.field(
        description="Of which shipment; none: the order's own."
    )
    previous: Health = strawberry.field(description="What it was.")
    health: Health = strawberry.field(description="What it became.")


@strawberry.type(description="An exception opened, or its status changed.")
class ExceptionChanged(Change):
    exception: OrderException = strawberry.field(description="Which exception.")
    previous: ExceptionStatus | None = strawberry.field(
        description="What it was; none when it opened."
    )
    status: ExceptionStatus = strawberry.field(description="What it became.")


@strawberry.type(
    description="Something else of an exception: assignee, due date, a note, one more occurrence."
)
class ExceptionAmended(Change):
    exception: OrderException = strawberry.field(description="Which exception.")
    differences: list[Difference] | None = strawberry.field(description="What changed.")


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
