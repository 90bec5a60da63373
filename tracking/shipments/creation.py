"""Creating a shipment: which pieces go into it."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from database.columns import new_id
from errors import Conflict, IllegalTransition, Invalid, LimitExceeded
from models import values
from models.enums import Health, ShipmentStatus
from models.node_ids import NodeType, id_of
from models.orders import OrderItem
from models.shipments import SERVICE_LENGTH, Shipment, ShipmentItem
from tracking import validation
from tracking.change_recorder import ChangeRecorder
from tracking.inputs import PiecesDraft, ShipmentDraft
from tracking.orders.commands import find_order
from tracking.orders.loading import LoadedOrder, lock_orders
from tracking.settlement import reconcile
from unit_of_work.idempotency import store_result, stored_result
from unit_of_work.unit_of_work import UnitOfWork, command

MAXIMUM_SHIPMENTS = 100
"""Shipments of an order."""


@command
async def create_shipment(this: UnitOfWork, tracking_id: str, draft: ShipmentDraft) -> UUID:
    """Without items: all that is left."""
    key = validation.idempotency_key(draft.idempotency_key, "input", "idempotencyKey")
    order_id = await find_order(tracking_id)
    loaded = (await lock_orders(this, [order_id]))[order_id]
    content = ("shipmentCreate", order_id, draft)
    if (earlier := await stored_result(this, key, content, "input")) is not None:
        return earlier
    _demand_open(loaded)
    pieces = _pieces(loaded, draft.items)
    shipment = _new_shipment(this, loaded, draft)
    loaded.shipments.append(this.rows.add(shipment))
    for item, quantity in pieces:
        loaded.contents[shipment.id].append(this.rows.add(_content(shipment, item, quantity)))
    store_result(this, key, content, shipment.id)
    record = ChangeRecorder(this, loaded.order)
    record.shipment_status(shipment, None, shipment.created_at)
    reconcile(this, loaded, record, shipment.created_at)
    return shipment.id


def _demand_open(loaded: LoadedOrder) -> None:
    if loaded.order.confirmed_at is None:
        raise IllegalTransition("The order is not confirmed yet.", ("trackingId",))
    if loaded.order.hold_reason is not None:
        raise IllegalTransition("The order is on hold; release it first.", ("trackingId",))
    if len(loaded.shipments) >= MAXIMUM_SHIPMENTS:
        raise LimitExceeded(f"An order has at most {MAXIMUM_SHIPMENTS} shipments.", ("trackingId",))


def _pieces(
    loaded: LoadedOrder, drafts: Sequence[PiecesDraft] | None
) -> list[tuple[OrderItem, int]]:
    if drafts is None:
        left = [(item, item.free_quantity) for item in loaded.items if item.free_quantity]
        if not left:
            raise Conflict("Nothing is left to ship.", ("input", "items"))
        return left
    if not drafts:
        raise Invalid(
            "Name at least one item, or leave items out for all that is left.", ("input", "items")
        )
    items = {item.id: item for item in loaded.items}
    pieces = [
        _wanted(items, draft, ("input", "items", str(place))) for place, draft in enumerate(drafts)
    ]
    if max(Counter(item.id for item, _ in pieces).values()) > 1:
        raise Invalid("An item stands twice; add up its quantity.", ("input", "items"))
    return pieces


def _wanted(
    items: dict[UUID, OrderItem], draft: PiecesDraft, path: tuple[str, ...]
) -> tuple[OrderItem, int]:
    item_id = id_of(NodeType.ITEM, draft.item_id)
    item = None if item_id is None else items.get(item_id)
    if item is None:
        raise Invalid("No item of this order has this id.", (*path, "itemId"))
    quantity = validation.quantity(draft.quantity, *path, "quantity")
    if quantity > item.free_quantity:
        raise Conflict(f"Only {item.free_quantity} of {item.sku} are left.", (*path, "quantity"))
    return item, quantity


def _new_shipment(this: UnitOfWork, loaded: LoadedOrder, draft: ShipmentDraft) -> Shipment:
    carrier = draft.carrier
    return Shipment(
        id=new_id(),
        order_id=loaded.order.id,
        carrier=None if carrier is None else validation.carrier(carrier, "input", "carrier"),
        service=values.optional_text(draft.service, SERVICE_LENGTH, "input", "service"),
        origin=validation.location(draft.origin, "input", "origin"),
        created_at=validation.past(draft.occurred_at, this.now, "input", "occurredAt"),
        updated_at=this.now,
        status=ShipmentStatus.PENDING,
        next_statuses=[],
        health=Health.ON_TRACK,
    )


def _content(shipment: Shipment, item: OrderItem, quantity: int) -> ShipmentItem:
    return ShipmentItem(
        shipment_id=shipment.id, item_id=item.id, quantity=quantity, held_quantity=quantity
    )
