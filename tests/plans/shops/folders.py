"""Folders of a shop by chance: an order each, and all that belongs to it."""

from dataclasses import dataclass, field
from uuid import UUID

from models.copies import put_copies
from models.estimates import Estimate
from models.events import TrackingEvent
from models.exceptions import ExceptionNote, OrderException
from models.orders import Address, Order, OrderItem
from models.shipments import Shipment, ShipmentItem
from tests.plans.shops.chances import Chances
from tests.plans.shops.orders import make_address, make_items, make_order
from tests.plans.shops.parcels import make_contents, make_estimate, make_event, make_shipment
from tests.plans.shops.troubles import make_exceptions, make_note

Bounds = tuple[int, int]


@dataclass(frozen=True)
class Size:
    """From how many to how many there are of each, in what they belong to."""

    orders: Bounds
    shipments: Bounds
    events: Bounds
    estimates: Bounds
    exceptions: Bounds
    notes: Bounds
    changes: Bounds


@dataclass
class Folder:
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


def make_folder(chance: Chances, size: Size, number: int, customer_id: UUID) -> Folder:
    order = make_order(chance, number, customer_id)
    changes = chance.count(*size.changes)
    folder = Folder(order, make_address(chance, order), make_items(chance, order), changes)
    for _ in range(chance.count(*size.shipments)):
        _add_shipment(chance, size, folder)
    count = chance.count(*size.exceptions)
    folder.exceptions = make_exceptions(chance, order, folder.events, count)
    put_copies(order, folder.shipments, folder.exceptions)
    for exception in folder.exceptions:
        for _ in range(chance.count(*size.notes)):
            folder.notes.append(make_note(chance, exception.id))
    if folder.events:
        order.last_event_id = chance.maybe(chance.one_of(folder.events).id)
    return folder


def _add_shipment(chance: Chances, size: Size, folder: Folder) -> None:
    shipment = make_shipment(chance, folder.order.id)
    events = [make_event(chance, shipment) for _ in range(chance.count(*size.events))]
    if events:
        shipment.last_event_id = chance.maybe(chance.one_of(events).id)
        shipment.status_event_id = chance.maybe(chance.one_of(events).id)
    folder.shipments.append(shipment)
    folder.events += events
    folder.contents += make_contents(chance, shipment, folder.items)
    folder.estimates += [
        make_estimate(chance, shipment) for _ in range(chance.count(*size.estimates))
    ]
