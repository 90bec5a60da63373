"""Order aggregates of a random dataset: an order and the rows that belong to it."""

from dataclasses import dataclass, field
from uuid import UUID

from models.copies import put_copies
from models.estimates import Estimate
from models.events import TrackingEvent
from models.exceptions import ExceptionNote, OrderException
from models.orders import Address, Order, OrderItem
from models.shipments import Shipment, ShipmentItem
from tests.plans.datasets.exceptions import build_random_exceptions, build_random_note
from tests.plans.datasets.orders import build_random_address, build_random_items, build_random_order
from tests.plans.datasets.random_values import RandomValues
from tests.plans.datasets.shipments import (
    build_random_contents,
    build_random_estimate,
    build_random_event,
    build_random_shipment,
)

Bounds = tuple[int, int]


@dataclass(frozen=True)
class DatasetSize:
    """The least and the greatest number of rows of each kind in the row that they belong to."""

    orders: Bounds
    shipments: Bounds
    events: Bounds
    estimates: Bounds
    exceptions: Bounds
    notes: Bounds
    changes: Bounds


@dataclass
class OrderAggregate:
    """An order, its rows, and how many changes it has in the log."""

    order: Order
    address: Address
    items: list[OrderItem]
    count_of_changes: int
    shipments: list[Shipment] = field(default_factory=list)
    contents: list[ShipmentItem] = field(default_factory=list)
    events: list[TrackingEvent] = field(default_factory=list)
    estimates: list[Estimate] = field(default_factory=list)
    exceptions: list[OrderException] = field(default_factory=list)
    notes: list[ExceptionNote] = field(default_factory=list)


def build_random_aggregate(
    source: RandomValues, size: DatasetSize, number: int, customer_id: UUID
) -> OrderAggregate:
    order = build_random_order(source, number, customer_id)
    changes = source.integer(*size.changes)
    aggregate = OrderAggregate(
        order, build_random_address(source, order), build_random_items(source, order), changes
    )
    for _ in range(source.integer(*size.shipments)):
        _add_shipment(source, size, aggregate)
    count = source.integer(*size.exceptions)
    aggregate.exceptions = build_random_exceptions(source, order, aggregate.events, count)
    put_copies(order, aggregate.shipments, aggregate.exceptions)
    for exception in aggregate.exceptions:
        for _ in range(source.integer(*size.notes)):
            aggregate.notes.append(build_random_note(source, exception.id))
    if aggregate.events:
        order.last_event_id = source.maybe(source.choice(aggregate.events).id)
    return aggregate


def _add_shipment(source: RandomValues, size: DatasetSize, aggregate: OrderAggregate) -> None:
    shipment = build_random_shipment(source, aggregate.order.id)
    events = [build_random_event(source, shipment) for _ in range(source.integer(*size.events))]
    if events:
        shipment.last_event_id = source.maybe(source.choice(events).id)
        shipment.status_event_id = source.maybe(source.choice(events).id)
    aggregate.shipments.append(shipment)
    aggregate.events += events
    aggregate.contents += build_random_contents(source, shipment, aggregate.items)
    aggregate.estimates += [
        build_random_estimate(source, shipment) for _ in range(source.integer(*size.estimates))
    ]
