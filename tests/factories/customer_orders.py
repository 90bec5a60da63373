"""Orders in every state that a customer may find theirs in, made through the product's commands."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from types import MappingProxyType

from access.viewer import SYSTEM
from models.enums import DeliveryMethod, ExceptionType, TrackingEventType
from models.exceptions import OrderException
from models.node_ids import NodeType, node_id
from models.orders import Order, OrderItem
from tests.factories.acts import (
    make_events,
    make_exception_id,
    make_order,
    make_shipment,
    shipment_node_id,
)
from tests.factories.drafts import ago, build_address_draft, build_event_draft, build_item_draft
from tracking.inputs import DispatchDraft, EstimateDraft, LocationDraft, PiecesDraft
from tracking.orders.commands import cancel_order, hold_order
from tracking.shipments.commands import pack_shipment
from tracking.shipments.dispatch import dispatch_shipment
from unit_of_work.unit_of_work import Tracker

Type = TrackingEventType
MakeOrder = Callable[[Tracker], Awaitable[Order]]
LEIPZIG = LocationDraft(city="Leipzig", country="DE")
HAMBURG = LocationDraft(city="Hamburg", country="DE")
BERLIN = LocationDraft(city="Berlin", country="DE")
ON_THE_WAY = (
    (Type.INFO_RECEIVED, 74.0, None),
    (Type.PICKED_UP, 52.0, HAMBURG),
    (Type.DEPARTED_FACILITY, 47.0, HAMBURG),
    (Type.ARRIVED_FACILITY, 30.0, LEIPZIG),
    (Type.DEPARTED_FACILITY, 24.0, LEIPZIG),
)
"""The types, ages in hours and places of events that lead to the destination's depot."""
AT_THE_DOOR = (
    *ON_THE_WAY,
    (Type.ARRIVED_DESTINATION_FACILITY, 6.0, BERLIN),
    (Type.OUT_FOR_DELIVERY, 2.0, BERLIN),
)
_numbers = iter(range(1, 10**6))


async def pending(tracker: Tracker) -> Order:
    return await _order(tracker, confirmed=False)


async def confirmed(tracker: Tracker) -> Order:
    return await _order(tracker, promised_at=ago(days=-3))


async def on_hold(tracker: Tracker) -> Order:
    order = await _order(tracker)
    await hold_order(tracker, SYSTEM, order.tracking_id, "The payment is checked")
    return order


async def cancelled(tracker: Tracker) -> Order:
    order = await _order(tracker)
    await cancel_order(tracker, SYSTEM, order.tracking_id, "The customer asked for it")
    return order


async def packed(tracker: Tracker) -> Order:
    order = await _order(tracker)
    shipment = await make_shipment(tracker, order)
    await pack_shipment(tracker, SYSTEM, shipment_node_id(shipment.id))
    return order


async def not_picked_up(tracker: Tracker) -> Order:
    """The carrier has been told of the parcel, and has sent no news."""
    order = await _order(tracker)
    await _dispatched(tracker, order, _estimate(days=2))
    return order


async def shipped(tracker: Tracker) -> Order:
    return await _travelled(tracker, ON_THE_WAY, _estimate(days=1))


async def out_for_delivery(tracker: Tracker) -> Order:
    return await _travelled(tracker, AT_THE_DOOR, _estimate(days=0))


async def delayed(tracker: Tracker) -> Order:
    """The carrier says that it needs longer, because of the weather, and sets a later day."""
    order = await _order(tracker)
    shipment_id = await _dispatched(tracker, order, _estimate(days=1))
    await _record(tracker, shipment_id, ON_THE_WAY)
    await make_events(
        tracker,
        build_event_draft(
            Type.DELAYED,
            shipment_id=shipment_id,
            occurred_at=ago(hours=1),
            exception_type=ExceptionType.WEATHER,
            estimate=_estimate(days=3),
            location=LEIPZIG,
        ),
    )
    return order


async def overdue(tracker: Tracker) -> Order:
    """The last day that was given is over, and nobody has given another."""
    return await _travelled(tracker, ON_THE_WAY, _estimate(days=-1))


async def attempted(tracker: Tracker) -> Order:
    events = (*AT_THE_DOOR, (Type.DELIVERY_ATTEMPTED, 0.5, BERLIN))
    return await _travelled(tracker, events, _estimate(days=0))


async def address_problem(tracker: Tracker) -> Order:
    order = await shipped(tracker)
    await make_exception_id(
        tracker, order, type=ExceptionType.ADDRESS_PROBLEM, summary="House number unknown"
    )
    return order


async def payment_due(tracker: Tracker) -> Order:
    order = await shipped(tracker)
    await make_exception_id(tracker, order, type=ExceptionType.PAYMENT_DUE, summary="Duties")
    return order


async def ready_to_collect(tracker: Tracker) -> Order:
    shop = LocationDraft(name="Kiosk at the station", city="Berlin", country="DE")
    events = (*AT_THE_DOOR[:-1], (Type.AVAILABLE_FOR_PICKUP, 1.0, shop))
    return await _travelled(tracker, events, None, delivery_method=DeliveryMethod.PICKUP)


async def delivered(tracker: Tracker) -> Order:
    order = await _order(tracker)
    shipment_id = await _dispatched(tracker, order, _estimate(days=0))
    await _record(tracker, shipment_id, AT_THE_DOOR)
    await make_events(
        tracker,
        build_event_draft(
            Type.DELIVERED,
            shipment_id=shipment_id,
            occurred_at=ago(minutes=20),
            location=BERLIN,
            signed_by="Neighbour 1",
        ),
    )
    return order


async def wrong_delivery(tracker: Tracker) -> Order:
    order = await delivered(tracker)
    await make_exception_id(
        tracker, order, type=ExceptionType.WRONG_DELIVERY, summary="The customer rang"
    )
    return order


async def lost(tracker: Tracker) -> Order:
    return await _travelled(tracker, (*ON_THE_WAY, (Type.LOST, 1.0, LEIPZIG)), _estimate(days=-2))


async def damaged(tracker: Tracker) -> Order:
    events = (*ON_THE_WAY, (Type.DAMAGED, 1.0, LEIPZIG))
    return await _travelled(tracker, events, _estimate(days=1))


async def going_back(tracker: Tracker) -> Order:
    events = (*AT_THE_DOOR, (Type.REFUSED, 1.0, BERLIN), (Type.RETURN_STARTED, 0.5, BERLIN))
    return await _travelled(tracker, events, _estimate(days=0))


async def returned(tracker: Tracker) -> Order:
    events = (*ON_THE_WAY, (Type.RETURN_STARTED, 20.0, BERLIN), (Type.RETURNED, 1.0, HAMBURG))
    return await _travelled(tracker, events, _estimate(days=0))


async def stale(tracker: Tracker) -> Order:
    order = await shipped(tracker)
    shipment = await order.shipments.all().first()
    await make_exception_id(
        tracker,
        order,
        type=ExceptionType.STALE,
        summary="No news",
        shipment_id=shipment_node_id(shipment.id),
    )
    return order


async def partly_shipped(tracker: Tracker) -> Order:
    """Two of five pieces are on their way; three are not packed yet."""
    order, (mug, _) = await _order_of_two_lines(tracker)
    pieces = [PiecesDraft(item_id=mug, quantity=2)]
    shipment = await make_shipment(tracker, order, items=pieces)
    await _hand_over(tracker, shipment_node_id(shipment.id), _estimate(days=1))
    await _record(tracker, shipment_node_id(shipment.id), ON_THE_WAY)
    return order


async def partly_delivered(tracker: Tracker) -> Order:
    """One parcel has arrived, one is out for delivery, and the last piece is not packed yet."""
    order, (mug, lamp) = await _order_of_two_lines(tracker)
    for item, quantity, events in (
        (mug, 2, (*AT_THE_DOOR, (Type.DELIVERED, 1.0, BERLIN))),
        (lamp, 2, AT_THE_DOOR),
    ):
        pieces = [PiecesDraft(item_id=item, quantity=quantity)]
        shipment = await make_shipment(tracker, order, items=pieces)
        await _hand_over(tracker, shipment_node_id(shipment.id), _estimate(days=0))
        await _record(tracker, shipment_node_id(shipment.id), events)
    return order


STATES = MappingProxyType(
    {
        make.__name__: make
        for make in (
            *(pending, confirmed, on_hold, cancelled, packed, not_picked_up, shipped),
            *(out_for_delivery, delayed, overdue, attempted, address_problem, payment_due),
            *(ready_to_collect, delivered, wrong_delivery, lost, damaged, going_back, returned),
            *(stale, partly_shipped, partly_delivered),
        )
    }
)
"""What makes an order in each state, by the name of the state."""


async def _order(tracker: Tracker, *, confirmed: bool = True, **values: object) -> Order:
    defaults = {
        "reference": f"A-{next(_numbers)}",
        "items": [build_item_draft(name="Enamel mug"), build_item_draft(sku="LAMP", name="Desk lamp", quantity=1)],
        "shipping_address": build_address_draft(name="Customer 1"),
        "placed_at": ago(days=4),
    }
    return await make_order(tracker, confirmed=confirmed, **{**defaults, **values})


async def _order_of_two_lines(tracker: Tracker) -> tuple[Order, list[str]]:
    """Two mugs and three lamps, with the ids of their lines."""
    items = [
        build_item_draft(name="Enamel mug"),
        build_item_draft(sku="LAMP", name="Desk lamp", quantity=3),
    ]
    order = await _order(tracker, items=items)
    lines = await OrderItem.filter(order_id=order.id).order_by("line")
    return order, [node_id(NodeType.ITEM, line.id) for line in lines]


async def _travelled(
    tracker: Tracker,
    events: tuple[tuple[Type, float, LocationDraft | None], ...],
    estimate: EstimateDraft | None,
    **values: object,
) -> Order:
    """An order in one parcel of which these events are known."""
    order = await _order(tracker, **values)
    await _record(tracker, await _dispatched(tracker, order, estimate), events)
    return order


async def _dispatched(tracker: Tracker, order: Order, estimate: EstimateDraft | None) -> str:
    shipment = await make_shipment(tracker, order)
    await _hand_over(tracker, shipment_node_id(shipment.id), estimate)
    return shipment_node_id(shipment.id)


async def _hand_over(tracker: Tracker, shipment_id: str, estimate: EstimateDraft | None) -> None:
    number = f"1Z999AA{next(_numbers):011}"
    draft = DispatchDraft(
        carrier="ups", tracking_number=number, estimate=estimate, occurred_at=ago(days=3)
    )
    await dispatch_shipment(tracker, SYSTEM, shipment_id, draft)


async def _record(
    tracker: Tracker,
    shipment_id: str,
    events: tuple[tuple[Type, float, LocationDraft | None], ...],
) -> None:
    drafts = [
        build_event_draft(
            type_, shipment_id=shipment_id, occurred_at=ago(hours=hours), location=location
        )
        for type_, hours, location in events
    ]
    await make_events(tracker, *drafts)


def _estimate(*, days: int) -> EstimateDraft:
    """Between ten and fourteen o'clock, so many days from today."""
    day = ago(days=-days).replace(hour=0, minute=0)
    return EstimateDraft(earliest=day + timedelta(hours=9), latest=day + timedelta(hours=13))
