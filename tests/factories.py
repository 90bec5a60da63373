"""Drafts and rows with every argument defaulted."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from auth import SYSTEM
from models.enums import ExceptionType, TrackingEventType
from models.node_ids import NodeType, node_id
from models.orders import Order
from models.shipments import Shipment
from tracking.acts import Tracker
from tracking.drafts import (
    AddressDraft,
    CustomerDraft,
    DispatchDraft,
    EventDraft,
    ExceptionDraft,
    ItemDraft,
    OrderDraft,
    ShipmentDraft,
)
from tracking.events import Outcome, record_events
from tracking.exceptions import open_exception
from tracking.orders import confirm_order, create_order
from tracking.shipment_creation import create_shipment
from tracking.shipments import dispatch_shipment

NOW = datetime.now(UTC).replace(microsecond=0)


def ago(**duration: float) -> datetime:
    return NOW - timedelta(**duration)


def item_draft(**values: Any) -> ItemDraft:
    given = {"sku": "MUG", "name": "Mug", "quantity": 2, "unit_price": Decimal("9.99")}
    return ItemDraft(**{**given, **values})


def address_draft(**values: Any) -> AddressDraft:
    given = {"line1": "Sample Street 1", "city": "Berlin", "postal_code": "10115", "country": "DE"}
    return AddressDraft(**{**given, **values})


def customer_draft(**values: Any) -> CustomerDraft:
    return CustomerDraft(**{"name": "Customer 1", "email": "customer1@example.com", **values})


def order_draft(**values: Any) -> OrderDraft:
    given = {
        "customer": customer_draft(),
        "shipping_address": address_draft(),
        "items": [item_draft()],
        "currency": "EUR",
    }
    return OrderDraft(**{**given, **values})


def event_draft(type_: TrackingEventType, **values: Any) -> EventDraft:
    if "local_time" not in values:
        values.setdefault("occurred_at", ago(hours=1))
    return EventDraft(type=type_, **values)


async def make_order(tracker: Tracker, *, confirmed: bool = True, **values: Any) -> Order:
    order_id = await create_order(tracker, SYSTEM, order_draft(**values))
    order = await Order.get(id=order_id)
    if confirmed:
        await confirm_order(tracker, SYSTEM, order.tracking_id)
        await order.refresh_from_db()
    return order


async def make_shipment(tracker: Tracker, order: Order, **values: Any) -> Shipment:
    draft = ShipmentDraft(**values)
    return await Shipment.get(id=await create_shipment(tracker, SYSTEM, order.tracking_id, draft))


async def make_dispatched(
    tracker: Tracker, order: Order, *, carrier: str = "ups", number: str = "1Z999AA1"
) -> Shipment:
    shipment = await make_shipment(tracker, order)
    draft = DispatchDraft(carrier=carrier, tracking_number=number)
    await dispatch_shipment(tracker, SYSTEM, shipment_id(shipment.id), draft)
    await shipment.refresh_from_db()
    return shipment


def shipment_id(id_: UUID) -> str:
    return node_id(NodeType.SHIPMENT, id_)


async def tell(tracker: Tracker, *drafts: EventDraft, source: str = "api") -> list[Outcome]:
    return await record_events(tracker, SYSTEM, source, drafts)


async def known(tracker: Tracker, order: Order, number: str = "1Z999AA1") -> str:
    """A dispatched shipment's id as the API gives it."""
    return shipment_id((await make_dispatched(tracker, order, number=number)).id)


def news(type_: TrackingEventType, number: str = "1Z999AA1", **values: Any) -> EventDraft:
    """Of the shipment named by its id; else of that which has the number at ups."""
    if "shipment_id" not in values:
        values |= {"carrier": "ups", "tracking_number": number}
    return event_draft(type_, **values)


async def open_by_hand(tracker: Tracker, order: Order, **values: Any) -> str:
    """The new exception's id as the API gives it."""
    given = {"type": ExceptionType.OUT_OF_STOCK, "summary": "None left in the warehouse"}
    draft = ExceptionDraft(**{**given, **values})
    opened = await open_exception(tracker, SYSTEM, order.tracking_id, draft)
    return node_id(NodeType.EXCEPTION, opened)
