"""Orders that benchmarks create and ship, and scans of their shipments."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from access.viewer import SYSTEM
from models.enums import TrackingEventType
from models.node_ids import NodeType, node_id
from models.orders import Order
from tracking.inputs import (
    AddressDraft,
    CustomerDraft,
    DispatchDraft,
    EventDraft,
    ItemDraft,
    LocationDraft,
    OrderDraft,
    ShipmentDraft,
)
from tracking.orders.commands import confirm_order
from tracking.shipments.creation import create_shipment
from tracking.shipments.dispatch import dispatch_shipment
from unit_of_work.unit_of_work import Tracker

CARRIER = "ups"
FIRST_SCAN = datetime.now(UTC).replace(microsecond=0) - timedelta(days=20)
"""An event belongs to a shipment if it is at most 30 days older; a million scans fit before now."""


def order_draft() -> OrderDraft:
    """Return an order of one item for a customer in Berlin."""
    return OrderDraft(
        customer=CustomerDraft(name="Customer 1", email="customer1@example.com"),
        shipping_address=AddressDraft(
            line1="Sample Street 1", city="Berlin", postal_code="10115", country="DE"
        ),
        items=[ItemDraft(sku="MUG", name="Mug", quantity=2, unit_price=Decimal("9.99"))],
        currency="EUR",
    )


async def ship(tracker: Tracker, order: Order) -> str:
    """Confirm the order, dispatch all of it in one shipment, and return its tracking number."""
    await confirm_order(tracker, SYSTEM, order.tracking_id)
    number = f"1Z{order.sequence}{order.id.hex[-12:].upper()}"
    shipment = await create_shipment(tracker, SYSTEM, order.tracking_id, ShipmentDraft())
    draft = DispatchDraft(carrier=CARRIER, tracking_number=number)
    await dispatch_shipment(tracker, SYSTEM, node_id(NodeType.SHIPMENT, shipment), draft)
    return number


def scan_draft(tracking_number: str, seconds: int) -> EventDraft:
    """Return the event of a scan, `seconds` after the first scan."""
    return EventDraft(
        type=TrackingEventType.IN_TRANSIT,
        carrier=CARRIER,
        tracking_number=tracking_number,
        occurred_at=FIRST_SCAN + timedelta(seconds=seconds),
        description="On its way between two depots",
        location=LocationDraft(city="Hannover", country="DE"),
    )
