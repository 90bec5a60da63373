"""Creating a shipment: the pieces that go into it are allocated to it."""

from collections.abc import Sequence
from uuid import UUID

from database.columns import new_id
from errors import Conflict, IllegalTransition, Invalid, LimitExceeded
from models import values
from models.carriers import checked_carrier
from models.enums import Health, OrderStatus, ShipmentStatus
from models.orders import OrderItem
from models.shipments import SERVICE_LENGTH, Shipment, ShipmentItem
from tracking import validation
from tracking.change_recorder import ChangeRecorder
from tracking.inputs import PiecesDraft, ShipmentDraft
from tracking.orders.loaded_orders import LoadedOrder, find_order, lock_orders
from tracking.partners import demand_own_carrier
from tracking.pieces import check_pieces, nothing_left, too_few_left
from tracking.places import check_location
from tracking.reconciliation import reconcile
from unit_of_work.idempotency import store_result, stored_result
from unit_of_work.unit_of_work import UnitOfWork, command

MAXIMUM_SHIPMENTS = 100
"""Shipments of an order: above any real order, and each command loads all of them."""


@command
async def create_shipment(uow: UnitOfWork, tracking_id: str, draft: ShipmentDraft) -> UUID:
    """Create a shipment with the named pieces, or with all that are left; return its id.

    Raises NotFound, Forbidden, Invalid, IllegalTransition, LimitExceeded, and Conflict if too few
    pieces are left.
    """
    key = validation.idempotency_key(draft.idempotency_key, "input", "idempotencyKey")
    order_id = await find_order(uow.viewer, tracking_id)
    loaded = (await lock_orders(uow, [order_id]))[order_id]
    content = ("shipmentCreate", order_id, draft)
    if (earlier := await stored_result(uow, key, content, "input")) is not None:
        return earlier
    _check_accepts_shipments(loaded)
    pieces = _pieces(loaded, draft.items)
    shipment = _new_shipment(uow, loaded, draft)
    demand_own_carrier(uow.viewer, shipment.carrier)
    loaded.shipments.append(uow.rows.add(shipment))
    for item, quantity in pieces:
        loaded.contents[shipment.id].append(uow.rows.add(_content(shipment, item, quantity)))
    store_result(uow, key, content, shipment.id)
    recorder = ChangeRecorder(uow, loaded.order)
    recorder.shipment_status(shipment, None, shipment.created_at)
    reconcile(uow, loaded, recorder, shipment.created_at)
    return shipment.id


def _check_accepts_shipments(loaded: LoadedOrder) -> None:
    if loaded.order.status is OrderStatus.CANCELLED:
        raise Conflict(nothing_left(loaded.items), ("input", "items"))
    if loaded.order.confirmed_at is None:
        raise IllegalTransition(
            "The order is not confirmed yet. Use orderConfirm first.", ("trackingId",)
        )
    if loaded.order.hold_reason is not None:
        raise IllegalTransition("The order is on hold. Use orderRelease first.", ("trackingId",))
    if len(loaded.shipments) >= MAXIMUM_SHIPMENTS:
        raise LimitExceeded(
            f"An order has at most {MAXIMUM_SHIPMENTS} shipments. Place another order for what is"
            " left, and cancel it in this one.",
            ("trackingId",),
        )


def _pieces(
    loaded: LoadedOrder, drafts: Sequence[PiecesDraft] | None
) -> list[tuple[OrderItem, int]]:
    if drafts is None:
        left = [(item, item.free_quantity) for item in loaded.items if item.free_quantity]
        if not left:
            raise Conflict(nothing_left(loaded.items), ("input", "items"))
        return left
    if not drafts:
        raise Invalid(
            "Send at least one item, or leave items out to ship all that is left.",
            ("input", "items"),
        )
    pieces = check_pieces(loaded.items, drafts, "input", "items")
    for named in pieces:
        if named.quantity > named.item.free_quantity:
            raise Conflict(too_few_left(named.item), named.path)
    return [(named.item, named.quantity) for named in pieces]


def _new_shipment(uow: UnitOfWork, loaded: LoadedOrder, draft: ShipmentDraft) -> Shipment:
    carrier = draft.carrier
    return Shipment(
        id=new_id(),
        order_id=loaded.order.id,
        carrier=None if carrier is None else checked_carrier(carrier, "input", "carrier"),
        service=values.optional_text(draft.service, SERVICE_LENGTH, "input", "service"),
        origin=check_location(draft.origin, "input", "origin"),
        created_at=validation.past(draft.occurred_at, uow.now, "input", "occurredAt"),
        updated_at=uow.now,
        status=ShipmentStatus.PENDING,
        next_statuses=[],
        health=Health.ON_TRACK,
    )


def _content(shipment: Shipment, item: OrderItem, quantity: int) -> ShipmentItem:
    return ShipmentItem(
        shipment_id=shipment.id, item_id=item.id, quantity=quantity, held_quantity=quantity
    )
