"""Refusals of commands on orders and shipments say what can be done instead."""

from collections.abc import Awaitable

import pytest

from access.viewer import SYSTEM
from errors import Conflict, DomainError, IllegalTransition
from models.enums import (
    ExceptionResolution,
    Health,
    OrderStatus,
    ShipmentStatus,
    TrackingEventType,
)
from models.events import TrackingEvent
from models.exceptions import OrderException
from models.node_ids import NodeType, node_id
from models.orders import Order, OrderItem
from models.shipments import Shipment
from tests.factories.acts import make_events, make_order, make_shipment, shipment_node_id
from tests.factories.drafts import NOW, build_event_draft, build_item_draft
from tests.tracking.assertions import assert_nothing_changes
from tracking.events.retraction import retract_event
from tracking.exceptions.commands import resolve_exception
from tracking.inputs import DispatchDraft, EstimateDraft, PiecesDraft
from tracking.orders.commands import cancel_order, confirm_order, hold_order, release_order
from tracking.shipments.commands import cancel_shipment, pack_shipment
from tracking.shipments.dispatch import dispatch_shipment
from tracking.shipments.estimation import estimate_shipment
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

RETRACT = "If that is wrong, use trackingEventRetract for the event that says so."
ANOTHER = "To send more, place another order, and name this one in its metadata."
STAYS_CANCELLED = "A cancelled order stays cancelled: place another one."


async def refusal(refused: type[DomainError], call: Awaitable[object]) -> str:
    """The message with which a command is refused, which changes nothing."""
    async with assert_nothing_changes():
        with pytest.raises(refused) as raised:
            await call
    return raised.value.message


async def make_scanned(tracker: Tracker, order: Order, type_: TrackingEventType) -> Shipment:
    """A shipment with all that is left of the order, and one event."""
    shipment = await make_shipment(tracker, order)
    id_ = shipment_node_id(shipment.id)
    await make_events(tracker, build_event_draft(type_, shipment_id=id_))
    return shipment


async def test_a_lost_order_says_how_its_pieces_can_be_sent_again(tracker: Tracker) -> None:
    order = await make_order(tracker)
    await make_scanned(tracker, order, TrackingEventType.LOST)
    await order.refresh_from_db()
    assert (order.status, order.health) == (OrderStatus.SHIPPED, Health.EXCEPTION)

    loss = node_id(NodeType.EXCEPTION, (await OrderException.get()).id)
    await resolve_exception(tracker, SYSTEM, loss, ExceptionResolution.RESHIPPED)

    await order.refresh_from_db()
    assert (order.health, order.next_statuses) == (Health.ON_TRACK, [])
    message = await refusal(Conflict, make_shipment(tracker, order))
    assert message == f"No pieces are left to ship: 2 are lost. {ANOTHER}"


async def test_a_shipment_of_too_many_pieces_is_told_where_the_others_are(
    tracker: Tracker,
) -> None:
    order = await make_order(tracker, items=[build_item_draft(quantity=6)])
    line = await OrderItem.get(order_id=order.id)

    def of(quantity: int) -> list[PiecesDraft]:
        return [PiecesDraft(item_id=node_id(NodeType.ITEM, line.id), quantity=quantity)]

    too_many = await refusal(Conflict, make_shipment(tracker, order, items=of(7)))
    for type_ in (TrackingEventType.LOST, TrackingEventType.PICKED_UP, TrackingEventType.RETURNED):
        shipment = await make_shipment(tracker, order, items=of(1))
        id_ = shipment_node_id(shipment.id)
        await make_events(tracker, build_event_draft(type_, shipment_id=id_))
    await cancel_order(tracker, SYSTEM, order.tracking_id, "sold out", items=of(1))
    two = await refusal(Conflict, make_shipment(tracker, order, items=of(3)))
    last = await make_shipment(tracker, order)
    none = await refusal(Conflict, make_shipment(tracker, order, items=of(1)))
    await cancel_order(tracker, SYSTEM, order.tracking_id, "sold out")

    places = "1 has shipped, 1 is lost, 1 came back"
    assert too_many == "At most 6 of MUG can be shipped now. Send a smaller quantity."
    assert two == (
        f"At most 2 of MUG can be shipped now: 1 is cancelled, {places}. Send a smaller quantity."
    )
    assert none == (
        f"No pieces of MUG are left to ship: 1 is cancelled, 2 are in shipments already, {places}."
        " shipmentCancel frees the pieces of a shipment that has not moved."
    )
    assert await refusal(Conflict, make_shipment(tracker, order)) == (
        f"No pieces are left to ship: 3 are cancelled, {places}. {ANOTHER}"
    )
    await last.refresh_from_db()
    assert last.status is ShipmentStatus.CANCELLED


async def test_a_cancelled_order_is_neither_confirmed_nor_held_nor_shipped(
    tracker: Tracker,
) -> None:
    order = await make_order(tracker, confirmed=False)
    id_ = order.tracking_id
    await cancel_order(tracker, SYSTEM, id_, "changed my mind")

    assert await refusal(IllegalTransition, confirm_order(tracker, SYSTEM, id_)) == (
        f"The order is CANCELLED and cannot be confirmed. {STAYS_CANCELLED}"
    )
    assert await refusal(IllegalTransition, hold_order(tracker, SYSTEM, id_, "fraud check")) == (
        f"The order is CANCELLED and cannot be put on hold. {STAYS_CANCELLED}"
    )
    assert await refusal(Conflict, make_shipment(tracker, order)) == (
        f"No pieces are left to ship: 2 are cancelled. {ANOTHER}"
    )
    async with assert_nothing_changes():
        await release_order(tracker, SYSTEM, id_)


async def test_the_hold_of_a_cancelled_order_can_be_released_once(tracker: Tracker) -> None:
    order = await make_order(tracker)
    await hold_order(tracker, SYSTEM, order.tracking_id, "fraud check")
    await cancel_order(tracker, SYSTEM, order.tracking_id, "fraud")

    await release_order(tracker, SYSTEM, order.tracking_id)
    async with assert_nothing_changes():
        await release_order(tracker, SYSTEM, order.tracking_id)

    await order.refresh_from_db()
    assert (order.status, order.hold_reason) == (OrderStatus.CANCELLED, None)


async def test_a_held_order_is_released_first(tracker: Tracker) -> None:
    order = await make_order(tracker)
    id_ = order.tracking_id
    shipment = shipment_node_id((await make_shipment(tracker, order)).id)
    await hold_order(tracker, SYSTEM, id_, "fraud check")

    assert await refusal(IllegalTransition, confirm_order(tracker, SYSTEM, id_)) == (
        "The order is ON_HOLD and cannot be confirmed. Use orderRelease first."
    )
    assert await refusal(IllegalTransition, hold_order(tracker, SYSTEM, id_, "address")) == (
        "The order is ON_HOLD and cannot be put on hold. Use orderRelease first, and then hold it"
        " for the new reason."
    )
    assert await refusal(IllegalTransition, pack_shipment(tracker, SYSTEM, shipment)) == (
        "The order is on hold. Use orderRelease before the shipment is packed."
    )


async def test_what_has_shipped_can_only_be_stopped_by_its_carrier(tracker: Tracker) -> None:
    order = await make_order(tracker)
    id_ = order.tracking_id
    shipment = await make_scanned(tracker, order, TrackingEventType.PICKED_UP)
    of_shipment = shipment_node_id(shipment.id)

    assert await refusal(IllegalTransition, confirm_order(tracker, SYSTEM, id_)) == (
        "The order is SHIPPED and cannot be confirmed. It was confirmed already."
    )
    assert await refusal(IllegalTransition, hold_order(tracker, SYSTEM, id_, "fraud check")) == (
        "The order is SHIPPED and cannot be put on hold. Only the carrier can stop what has"
        " shipped. What has not can be cancelled, with shipmentCancel or orderCancel."
    )
    assert await refusal(IllegalTransition, cancel_order(tracker, SYSTEM, id_, "no")) == (
        "Nothing is left to cancel: every piece has shipped or is cancelled already. Ask the"
        " carrier to send back what has shipped."
    )
    assert await refusal(
        IllegalTransition, cancel_shipment(tracker, SYSTEM, of_shipment, "no")
    ) == (
        "The shipment is IN_TRANSIT, and only one that has not moved can be cancelled. Ask its"
        " carrier to stop it or to send it back."
    )


async def test_a_finished_shipment_is_put_right_by_retracting_its_event(tracker: Tracker) -> None:
    order = await make_order(tracker)
    shipment = await make_scanned(tracker, order, TrackingEventType.DELIVERED)
    id_ = shipment_node_id(shipment.id)
    dispatch = dispatch_shipment(tracker, SYSTEM, id_, DispatchDraft(carrier="ups"))
    estimate = estimate_shipment(tracker, SYSTEM, id_, EstimateDraft(earliest=NOW, latest=NOW))

    assert await refusal(IllegalTransition, dispatch) == (
        f"The shipment is DELIVERED and cannot be dispatched. {RETRACT}"
    )
    assert await refusal(IllegalTransition, estimate) == (
        f"The shipment is DELIVERED, and only an unfinished one can have an estimate. {RETRACT}"
    )
    assert await refusal(IllegalTransition, cancel_shipment(tracker, SYSTEM, id_, "no")) == (
        f"The shipment is DELIVERED, and only one that has not moved can be cancelled. {RETRACT}"
    )


async def test_the_pieces_of_a_cancelled_shipment_go_into_another(tracker: Tracker) -> None:
    order = await make_order(tracker)
    id_ = shipment_node_id((await make_shipment(tracker, order)).id)
    await cancel_shipment(tracker, SYSTEM, id_, "wrong box")

    assert await refusal(IllegalTransition, pack_shipment(tracker, SYSTEM, id_)) == (
        "The shipment is CANCELLED and cannot be packed. Use shipmentCreate to put its pieces into"
        " another one."
    )


async def test_a_shipment_that_carrier_and_shop_have_cancelled_stays_cancelled(
    tracker: Tracker,
) -> None:
    order = await make_order(tracker)
    shipment = await make_scanned(tracker, order, TrackingEventType.CANCELLED)
    id_ = shipment_node_id(shipment.id)

    await cancel_shipment(tracker, SYSTEM, id_, "wrong box")
    async with assert_nothing_changes():
        await cancel_shipment(tracker, SYSTEM, id_, "wrong box")
    event = node_id(NodeType.EVENT, (await TrackingEvent.get()).id)
    await retract_event(tracker, SYSTEM, event, "mistaken")

    await shipment.refresh_from_db()
    assert (shipment.status, shipment.cancel_reason) == (ShipmentStatus.CANCELLED, "wrong box")
