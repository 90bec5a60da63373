"""A shop whose parcels go with two carriers, and the partner that stands for one of them."""

from dataclasses import dataclass, replace

from access.scopes import Scope
from access.viewer import SYSTEM, Viewer
from models.enums import ExceptionType, TrackingEventType
from models.node_ids import NodeType, node_id
from models.orders import Order, OrderItem
from tests.factories.acts import make_events, make_exception_id, make_order, shipment_node_id
from tests.factories.drafts import ago, build_event_draft, build_item_draft
from tracking.inputs import DispatchDraft, PiecesDraft, ShipmentDraft
from tracking.shipments.creation import create_shipment
from tracking.shipments.dispatch import dispatch_shipment
from unit_of_work.unit_of_work import Tracker

PARTNER = Viewer(
    "depot",
    frozenset(Scope) - {Scope.ADMIN, Scope.PERSONAL_READ},
    carriers=frozenset({"ups"}),
)
PARTNER_IN_CONFIDENCE = replace(PARTNER, scopes=PARTNER.scopes | {Scope.PERSONAL_READ})
FOREIGN_PARTNER = replace(PARTNER, name="other depot", carriers=frozenset({"fedex"}))
OWN_NUMBER, FOREIGN_NUMBER, HIDDEN_NUMBER = "1Z-OWN", "FX-SHARED-ORDER", "FX-HIDDEN"


@dataclass(frozen=True)
class PartnerShop:
    """An order with a shipment of ups, one of fedex, and an exception of its own; and an order
    with a shipment of fedex only. Every shipment was delivered damaged."""

    shared: Order
    hidden: Order
    own_shipment: str
    foreign_shipment: str
    hidden_shipment: str
    order_exception: str


async def make_partner_shop(tracker: Tracker) -> PartnerShop:
    shared = await make_order(tracker, reference="SHARED", items=[build_item_draft(quantity=3)])
    hidden = await make_order(tracker, reference="HIDDEN")
    own = await _dispatched(tracker, shared, "ups", OWN_NUMBER, 1)
    foreign = await _dispatched(tracker, shared, "fedex", FOREIGN_NUMBER, None)
    alone = await _dispatched(tracker, hidden, "fedex", HIDDEN_NUMBER, None)
    for carrier, number in (
        ("ups", OWN_NUMBER),
        ("fedex", FOREIGN_NUMBER),
        ("fedex", HIDDEN_NUMBER),
    ):
        await make_events(
            tracker,
            build_event_draft(
                TrackingEventType.DAMAGED,
                tracking_number=number,
                carrier=carrier,
                source_event_id=f"{number} damaged",
                occurred_at=ago(hours=3),
            ),
            build_event_draft(
                TrackingEventType.DELIVERED,
                tracking_number=number,
                carrier=carrier,
                occurred_at=ago(hours=2),
            ),
            source=f"{carrier} hub",
        )
    exception = await make_exception_id(tracker, shared, type=ExceptionType.OUT_OF_STOCK)
    await shared.refresh_from_db()
    await hidden.refresh_from_db()
    return PartnerShop(shared, hidden, own, foreign, alone, exception)


async def _dispatched(
    tracker: Tracker, order: Order, carrier: str, number: str, pieces: int | None
) -> str:
    """Dispatch so many pieces of the order's first line, or all that are left."""
    item = await OrderItem.filter(order_id=order.id).order_by("line").first()
    assert item is not None
    items = (
        [PiecesDraft(item_id=node_id(NodeType.ITEM, item.id), quantity=pieces)] if pieces else None
    )
    made = await create_shipment(tracker, SYSTEM, order.tracking_id, ShipmentDraft(items=items))
    id_ = shipment_node_id(made)
    await dispatch_shipment(
        tracker, SYSTEM, id_, DispatchDraft(carrier=carrier, tracking_number=number)
    )
    return id_
