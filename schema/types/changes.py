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


@strawberry.interface(
    description=(
        "A change of an order or of something that belongs to it. Changes are"
        " recorded once, in order, and are never altered."
    )
)
class Change:
    position: Position = strawberry.field(
        description=(
            "The change's position in the log of all orders' changes. Positions are"
            " consecutive numbers."
        )
    )
    sequence: int = strawberry.field(
        description=(
            "The change's number within its order: 1, 2, 3 and so on, without gaps. A partner's"
            " list of changes leaves out what is not of its carriers."
        )
    )
    occurred_at: datetime = strawberry.field(
        description="When the change happened in the real world."
    )
    recorded_at: datetime = strawberry.field(
        description="When the change was recorded by this service."
    )
    actor: str | None = strawberry.field(
        description=(
            "Who made the change: the name of an API key, the source of a tracking event,"
            ' or "system".'
        )
    )
    reason: str | None = strawberry.field(description="The reason that was given with the command.")
    order: Order = strawberry.field(
        description=(
            "The order as it is at the time of reading, which is never older than this change."
        )
    )


@strawberry.type(description="An order was placed.")
class OrderCreated(Change):
    pass


@strawberry.type(description="An order's status changed.")
class OrderStatusChanged(Change):
    previous: OrderStatus = strawberry.field(description="The status before the change.")
    status: OrderStatus = strawberry.field(description="The status after the change.")


@strawberry.type(description="A property of an order other than its status changed.")
class OrderAmended(Change):
    differences: list[Difference] | None = strawberry.field(description="The fields that changed.")


@strawberry.type(description="A shipment was created, or its status changed.")
class ShipmentStatusChanged(Change):
    shipment: Shipment = strawberry.field(description="The shipment that changed.")
    previous: ShipmentStatus | None = strawberry.field(
        description="The status before the change; null for a new shipment."
    )
    status: ShipmentStatus = strawberry.field(description="The status after the change.")


@strawberry.type(description="A property of a shipment other than its status changed.")
class ShipmentAmended(Change):
    shipment: Shipment = strawberry.field(description="The shipment that changed.")
    differences: list[Difference] | None = strawberry.field(description="The fields that changed.")


@strawberry.type(description="A change of the tracking events of a shipment.")
class _EventChange(Change):
    shipment: Shipment = strawberry.field(description="The shipment that the event belongs to.")
    event: TrackingEvent = strawberry.field(description="The tracking event.")


@strawberry.type(description="A tracking event was recorded for a shipment.")
class TrackingEventRecorded(_EventChange):
    pass


@strawberry.type(description="A tracking event was retracted.")
class TrackingEventRetracted(_EventChange):
    pass


@strawberry.type(
    description=(
        "The expected delivery time of a shipment, or the promised delivery time of"
        " an order, changed."
    )
)
class EstimateRevised(Change):
    shipment: Shipment | None = strawberry.field(
        description="The shipment whose estimate changed; null if the order's promise changed."
    )
    previous: DeliveryEstimate | None = strawberry.field(
        description="The estimate before the change."
    )
    estimate: DeliveryEstimate = strawberry.field(description="The estimate after the change.")


@strawberry.type(description="The health of an order or a shipment changed.")
class HealthChanged(Change):
    shipment: Shipment | None = strawberry.field(
        description="The shipment whose health changed; null if the order's own health changed."
    )
    previous: Health = strawberry.field(description="The health before the change.")
    health: Health = strawberry.field(description="The health after the change.")


@strawberry.type(description="An exception was opened, or its status changed.")
class ExceptionChanged(Change):
    exception: OrderException = strawberry.field(description="The exception that changed.")
    previous: ExceptionStatus | None = strawberry.field(
        description="The status before the change; null if the exception was opened."
    )
    status: ExceptionStatus = strawberry.field(description="The status after the change.")


@strawberry.type(
    description=(
        "A property of an exception other than its status changed: its assignee, its"
        " due time, its notes or the number of its occurrences."
    )
)
class ExceptionAmended(Change):
    exception: OrderException = strawberry.field(description="The exception that changed.")
    differences: list[Difference] | None = strawberry.field(description="The fields that changed.")


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
