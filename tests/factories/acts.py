"""Factories that go through the product: each `make_*` calls what a client's mutation calls."""

from typing import Any
from uuid import UUID

from access.viewer import SYSTEM
from models.enums import ExceptionType
from models.node_ids import NodeType, node_id
from models.orders import Order
from models.shipments import Shipment
from tests.factories.drafts import build_order_draft
from tracking.events.commands import record_events
from tracking.events.outcomes import Outcome
from tracking.exceptions.creation import open_exception
from tracking.inputs import DispatchDraft, EventDraft, ExceptionDraft, ShipmentDraft
from tracking.orders.commands import confirm_order
from tracking.orders.creation import create_order
from tracking.shipments.creation import create_shipment
from tracking.shipments.dispatch import dispatch_shipment
from unit_of_work.unit_of_work import Tracker


async def make_order(tracker: Tracker, *, confirmed: bool = True, **values: Any) -> Order:
    order_id = await create_order(tracker, SYSTEM, build_order_draft(**values))
    order = await Order.get(id=order_id)
    if confirmed:
        await confirm_order(tracker, SYSTEM, order.tracking_id)
        await order.refresh_from_db()
    return order


async def make_shipment(tracker: Tracker, order: Order, **values: Any) -> Shipment:
    draft = ShipmentDraft(**values)
    return await Shipment.get(id=await create_shipment(tracker, SYSTEM, order.tracking_id, draft))


async def make_dispatched_shipment(
    tracker: Tracker, order: Order, *, carrier: str = "ups", number: str = "1Z999AA1"
) -> Shipment:
    shipment = await make_shipment(tracker, order)
    draft = DispatchDraft(carrier=carrier, tracking_number=number)
    await dispatch_shipment(tracker, SYSTEM, shipment_node_id(shipment.id), draft)
    await shipment.refresh_from_db()
    return shipment


async def make_dispatched_shipment_id(
    tracker: Tracker, order: Order, number: str = "1Z999AA1"
) -> str:
    """Makes a dispatched shipment and returns its id in the form that the API returns."""
    return shipment_node_id((await make_dispatched_shipment(tracker, order, number=number)).id)


async def make_events(tracker: Tracker, *drafts: EventDraft, source: str = "api") -> list[Outcome]:
    """Records the events in one call and returns the outcome of each."""
    return await record_events(tracker, SYSTEM, source, drafts)


async def make_exception_id(tracker: Tracker, order: Order, **values: Any) -> str:
    """Opens an exception and returns its id in the form that the API returns."""
    defaults = {"type": ExceptionType.OUT_OF_STOCK, "summary": "None left in the warehouse"}
    draft = ExceptionDraft(**{**defaults, **values})
    opened = await open_exception(tracker, SYSTEM, order.tracking_id, draft)
    return node_id(NodeType.EXCEPTION, opened)


def shipment_node_id(id_: UUID) -> str:
    return node_id(NodeType.SHIPMENT, id_)
