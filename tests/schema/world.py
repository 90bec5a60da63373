"""An order to which everything has happened, and who looks at it."""

from dataclasses import dataclass

from auth import ANONYMOUS, SYSTEM, Scope, Viewer
from models.enums import ExceptionType, TrackingEventType
from models.events import TrackingEvent
from models.exceptions import OrderException
from models.node_ids import NodeType, node_id
from models.orders import Order
from tests.factories import ago, event_draft, make_dispatched, make_order, shipment_id, tell
from tracking.acts import Tracker
from tracking.drafts import EstimateDraft, ExceptionDraft, LocationDraft, MetadatumDraft
from tracking.exceptions import add_exception_note, open_exception

HOLDER = ANONYMOUS
READER = Viewer("reader", frozenset({Scope.ORDERS_READ}))
CONFIDANT = Viewer("confidant", frozenset({Scope.ORDERS_READ, Scope.PERSONAL_READ}))
PERSONAL_ALONE = Viewer("personal alone", frozenset({Scope.PERSONAL_READ}))

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
class World:
    tracking_id: str
    order: str
    customer: str
    shipment: str
    event: str
    exception: str

    @property
    def ids(self) -> list[str]:
        return [self.order, self.customer, self.shipment, self.event, self.exception]


async def make_world(tracker: Tracker, *, reference: str = "R-1001", number: str = NUMBER) -> World:
    order = await make_order(
        tracker, reference=reference, metadata=[MetadatumDraft(key="till", value="7")]
    )
    shipment = await make_dispatched(tracker, order, number=number)
    await _tell_of(tracker, shipment_id(shipment.id))
    draft = ExceptionDraft(type=ExceptionType.OTHER, summary="The customer rang")
    opened = await open_exception(tracker, SYSTEM, order.tracking_id, draft)
    await add_exception_note(tracker, SYSTEM, node_id(NodeType.EXCEPTION, opened), "Rang back")
    return await _world(order, shipment_id(shipment.id))


async def _tell_of(tracker: Tracker, shipment: str) -> None:
    expected = EstimateDraft(earliest=ago(days=-1), latest=ago(days=-2), reason="Snow")
    await tell(
        tracker,
        event_draft(
            TrackingEventType.PICKED_UP,
            shipment_id=shipment,
            occurred_at=ago(hours=9),
            location=PLACE,
            description="Picked up at Customer 1's door",
            carrier_code="OR-001",
            estimate=expected,
        ),
        event_draft(TrackingEventType.DAMAGED, shipment_id=shipment, occurred_at=ago(hours=8)),
        event_draft(
            TrackingEventType.DELIVERED,
            shipment_id=shipment,
            occurred_at=ago(hours=2),
            location=PLACE,
            signed_by="Customer 1",
        ),
    )


async def _world(order: Order, shipment: str) -> World:
    event = await TrackingEvent.filter(order_id=order.id).order_by("-moment").first()
    exception = await OrderException.filter(order_id=order.id).order_by("opened_at").first()
    assert event is not None
    assert exception is not None
    return World(
        order.tracking_id,
        node_id(NodeType.ORDER, order.id),
        node_id(NodeType.CUSTOMER, order.customer_id),
        shipment,
        node_id(NodeType.EVENT, event.id),
        node_id(NodeType.EXCEPTION, exception.id),
    )
