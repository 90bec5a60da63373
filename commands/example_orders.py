"""Example orders: one for each situation in which customers look at their order.

They stand still in the demo, whose simulator moves the others: their parcels have numbers that it
does not know.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from access.viewer import SYSTEM
from models.enums import ExceptionType
from models.enums import TrackingEventType as Type
from models.node_ids import NodeType, node_id
from models.orders import Order
from simulator.atlas import find_place
from tracking.events.commands import record_events
from tracking.exceptions.creation import open_exception
from tracking.inputs import (
    AddressDraft,
    CustomerDraft,
    DispatchDraft,
    EstimateDraft,
    EventDraft,
    ExceptionDraft,
    ItemDraft,
    LocationDraft,
    OrderDraft,
    ShipmentDraft,
)
from tracking.orders.commands import confirm_order
from tracking.orders.creation import create_order
from tracking.shipments.creation import create_shipment
from tracking.shipments.dispatch import dispatch_shipment
from unit_of_work.unit_of_work import Tracker

Scan = tuple[Type, float, int]
"""The type of an event, how many hours ago it was, and which stop of the way it was at."""

PLACED_HOURS = 120.0
DISPATCHED_HOURS = 98.0
WINDOW_HOURS = 3.0
"""How long the time is in which a parcel is expected."""
UNDERWAY: tuple[Scan, ...] = (
    (Type.PICKED_UP, 96, 0),
    (Type.DEPARTED_FACILITY, 90, 0),
    (Type.ARRIVED_FACILITY, 40, 1),
    (Type.DEPARTED_FACILITY, 36, 1),
)
ARRIVING: tuple[Scan, ...] = (
    *UNDERWAY,
    (Type.ARRIVED_DESTINATION_FACILITY, 8, 2),
    (Type.OUT_FOR_DELIVERY, 3, 2),
)


@dataclass(frozen=True, slots=True)
class ExampleOrder:
    """An order in one parcel, with what is known of it."""

    title: str
    stops: tuple[tuple[str, str], ...]
    """The country and the city of the origin, of a place between, and of the destination."""
    scans: tuple[Scan, ...]
    expected_in_hours: float | None = None
    exception: ExceptionType | None = None
    """A finding of people that no event tells."""


FROM_BERLIN = (("DE", "Berlin"), ("FR", "Paris"), ("ES", "Madrid"))
TO_RECIFE = (("DE", "Hamburg"), ("PT", "Lisbon"), ("BR", "Recife"))
TO_NEW_YORK = (("IE", "Dublin"), ("CA", "Toronto"), ("US", "New York"))
TO_MILAN = (("NL", "Amsterdam"), ("CH", "Zurich"), ("IT", "Milan"))
EXAMPLES = (
    ExampleOrder("out for delivery", FROM_BERLIN, ARRIVING, 2),
    ExampleOrder("nobody was there", TO_MILAN, (*ARRIVING, (Type.DELIVERY_ATTEMPTED, 1, 2)), 24),
    ExampleOrder("the address is wrong", TO_NEW_YORK, UNDERWAY, 30, ExceptionType.ADDRESS_PROBLEM),
    ExampleOrder(
        "held by customs",
        TO_RECIFE,
        (*UNDERWAY, (Type.CUSTOMS_STARTED, 30, 2)),
        80,
        ExceptionType.CUSTOMS_HOLD,
    ),
    ExampleOrder("late", TO_MILAN, UNDERWAY, -30),
    ExampleOrder(
        "ready to collect", FROM_BERLIN, (*ARRIVING[:-1], (Type.AVAILABLE_FOR_PICKUP, 2, 2))
    ),
    ExampleOrder("arrived", TO_NEW_YORK, (*ARRIVING, (Type.DELIVERED, 1, 2)), 2),
    ExampleOrder("damaged", FROM_BERLIN, (*UNDERWAY, (Type.DAMAGED, 20, 1)), 48),
    ExampleOrder("lost", TO_RECIFE, (*UNDERWAY, (Type.LOST, 10, 1)), -48),
    ExampleOrder(
        "going back", TO_MILAN, (*ARRIVING, (Type.REFUSED, 2, 2), (Type.RETURN_STARTED, 1, 2))
    ),
)


async def place_examples(tracker: Tracker) -> dict[str, str]:
    """Place all of EXAMPLES, and return their tracking ids by their titles."""
    now = datetime.now(UTC).replace(microsecond=0)
    return {
        example.title: await place_example(tracker, number, example, now)
        for number, example in enumerate(EXAMPLES, start=1)
    }


async def place_example(tracker: Tracker, number: int, example: ExampleOrder, now: datetime) -> str:
    """Place an order, of which everything happened before `now`, and return its tracking id."""
    order_id = await create_order(tracker, SYSTEM, _order(number, example, now))
    order = await Order.get(id=order_id)
    placed = _ago(now, PLACED_HOURS - 1)
    await confirm_order(tracker, SYSTEM, order.tracking_id, placed)
    shipment = ShipmentDraft(origin=_location(example.stops[0]), occurred_at=placed)
    created = await create_shipment(tracker, SYSTEM, order.tracking_id, shipment)
    shipment_id = node_id(NodeType.SHIPMENT, created)
    await dispatch_shipment(tracker, SYSTEM, shipment_id, _dispatch(number, example, now))
    await record_events(tracker, SYSTEM, "demo", _events(shipment_id, example, now))
    if example.exception is not None:
        draft = ExceptionDraft(
            type=example.exception, shipment_id=shipment_id, summary="Found by the carrier"
        )
        await open_exception(tracker, SYSTEM, order.tracking_id, draft)
    return order.tracking_id


def _order(number: int, example: ExampleOrder, now: datetime) -> OrderDraft:
    place = find_place(*example.stops[-1], None)
    address = AddressDraft(
        line1=f"Sample Street {number}",
        city=place.city or "",
        region=None if place.region == place.city else place.region,
        postal_code=place.postal_code,
        country=place.country,
        latitude=place.latitude,
        longitude=place.longitude,
    )
    items = [
        ItemDraft(sku="LAMP", name="Desk lamp", quantity=1, unit_price=Decimal("49.00")),
        ItemDraft(sku="MUG", name="Enamel mug", quantity=2, unit_price=Decimal("12.50")),
    ]
    return OrderDraft(
        reference=f"EXAMPLE-{number}",
        customer=CustomerDraft(name=f"Customer {number}", email=f"customer{number}@example.com"),
        shipping_address=address,
        items=items,
        currency="EUR",
        placed_at=_ago(now, PLACED_HOURS),
    )


def _dispatch(number: int, example: ExampleOrder, now: datetime) -> DispatchDraft:
    estimate = None
    if example.expected_in_hours is not None:
        earliest = _ago(now, -example.expected_in_hours).replace(minute=0, second=0)
        latest = earliest + timedelta(hours=WINDOW_HOURS)
        estimate = EstimateDraft(earliest=earliest, latest=latest)
    return DispatchDraft(
        carrier="ups",
        tracking_number=f"1ZEXAMPLE{number:09}",
        estimate=estimate,
        occurred_at=_ago(now, DISPATCHED_HOURS),
    )


def _events(shipment_id: str, example: ExampleOrder, now: datetime) -> list[EventDraft]:
    return [
        EventDraft(
            shipment_id=shipment_id,
            type=type_,
            occurred_at=_ago(now, hours),
            location=_location(example.stops[stop]),
        )
        for type_, hours, stop in example.scans
    ]


def _location(stop: tuple[str, str]) -> LocationDraft:
    place = find_place(*stop, None)
    return LocationDraft(
        city=place.city,
        region=place.region,
        country=place.country,
        latitude=place.latitude,
        longitude=place.longitude,
    )


def _ago(now: datetime, hours: float) -> datetime:
    return now - timedelta(hours=hours)
