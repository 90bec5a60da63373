"""A factory of orders that have everything: a shipment, events, an exception and a note."""

from dataclasses import dataclass

from access.viewer import SYSTEM
from models.enums import ExceptionType, TrackingEventType
from models.events import TrackingEvent
from models.exceptions import OrderException
from models.node_ids import NodeType, node_id
from models.orders import Order, OrderItem
from tests.factories.acts import (
    make_dispatched_shipment_id,
    make_events,
    make_exception_id,
    make_order,
)
from tests.factories.drafts import ago, build_event_draft
from tracking.exceptions.commands import add_exception_note
from tracking.inputs import EstimateDraft, LocationDraft, MetadatumDraft
from unit_of_work.unit_of_work import Tracker

NUMBER = "1Z999AA10123456784"
PLACE = LocationDraft(
    name="Depot 7",
    city="Leipzig",
    region="SN",
    postal_code="04103",
    country="DE",
    latitude=51.34,
    longitude=12.37,
)


@dataclass(frozen=True)
class FullOrder:
    """The tracking id of an order, and the node ids of the order and of what belongs to it."""

    tracking_id: str
    order_id: str
    item_id: str
    customer_id: str
    shipment_id: str
    event_id: str
    exception_id: str

    @property
    def node_ids(self) -> list[str]:
        return [
            self.order_id,
            self.item_id,
            self.customer_id,
            self.shipment_id,
            self.event_id,
            self.exception_id,
        ]


async def make_full_order(
    tracker: Tracker, *, reference: str = "R-1001", number: str = NUMBER
) -> FullOrder:
    order = await make_order(
        tracker, reference=reference, metadata=[MetadatumDraft(key="till", value="7")]
    )
    shipment_id = await make_dispatched_shipment_id(tracker, order, number)
    await _make_events(tracker, shipment_id)
    exception_id = await make_exception_id(
        tracker, order, type=ExceptionType.OTHER, summary="The customer rang"
    )
    await add_exception_note(tracker, SYSTEM, exception_id, "Rang back")
    return await _full_order(order, shipment_id)


async def _make_events(tracker: Tracker, shipment_id: str) -> None:
    estimate = EstimateDraft(earliest=ago(days=-1), latest=ago(days=-2), reason="Snow")
    await make_events(
        tracker,
        build_event_draft(
            TrackingEventType.PICKED_UP,
            shipment_id=shipment_id,
            occurred_at=ago(hours=9),
            location=PLACE,
            description="Picked up at Customer 1's door",
            carrier_code="OR-001",
            estimate=estimate,
        ),
        build_event_draft(
            TrackingEventType.DAMAGED, shipment_id=shipment_id, occurred_at=ago(hours=8)
        ),
        build_event_draft(
            TrackingEventType.DELIVERED,
            shipment_id=shipment_id,
            occurred_at=ago(hours=2),
            location=PLACE,
            signed_by="Customer 1",
        ),
    )


async def _full_order(order: Order, shipment_id: str) -> FullOrder:
    event = await TrackingEvent.filter(order_id=order.id).order_by("-moment").first()
    item = await OrderItem.filter(order_id=order.id).order_by("line").first()
    exception = await OrderException.filter(order_id=order.id).order_by("opened_at").first()
    assert event is not None
    assert item is not None
    assert exception is not None
    return FullOrder(
        order.tracking_id,
        node_id(NodeType.ORDER, order.id),
        node_id(NodeType.ITEM, item.id),
        node_id(NodeType.CUSTOMER, order.customer_id),
        shipment_id,
        node_id(NodeType.EVENT, event.id),
        node_id(NodeType.EXCEPTION, exception.id),
    )
