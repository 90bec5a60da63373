"""Loaded orders: orders under their locks, with everything that belongs to them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from access.viewer import Viewer
from database.locks import RowLock
from database.rows import read
from errors import NotFound
from models.allocation import Parcel
from models.enums import ExceptionType
from models.estimates import Estimate
from models.events import TrackingEvent
from models.exceptions import OrderException
from models.orders import Order, OrderItem
from models.shipments import Shipment, ShipmentItem
from resolvers.orders import find_order_ids
from tracking.orders.order_parts import PartReader
from tracking.partners import demand_unbounded
from unit_of_work.unit_of_work import UnitOfWork

RECORDED_EVENT_COLUMNS = (
    *("id", "shipment_id", "type", "classifier", "occurred_at", "moment", "rank"),
    *("time_zone_source", "local_time", "location", "signed_by", "exception_type", "retracted_at"),
    *("carrier", "number_key", "moved_to_id", "decision_id", "fingerprint", "copy_number"),
)
"""The columns of recorded events that reconciliation needs: half of them, and most rows that a
command reads are events."""


@dataclass(slots=True)
class LoadedOrder:
    """An order under its lock. Its lists hold the rows of the tables; new rows are appended.

    Recorded events have only `RECORDED_EVENT_COLUMNS`. Events and their estimates are not tracked,
    because they are many and hardly ever change: whoever changes one has to track it.
    """

    order: Order
    items: list[OrderItem] = field(default_factory=list)
    shipments: list[Shipment] = field(default_factory=list)
    contents: dict[UUID, list[ShipmentItem]] = field(default_factory=lambda: defaultdict(list))
    events: dict[UUID, list[TrackingEvent]] = field(default_factory=lambda: defaultdict(list))
    estimates: dict[UUID, list[Estimate]] = field(default_factory=lambda: defaultdict(list))
    exceptions: list[OrderException] = field(default_factory=list)

    @property
    def parcels(self) -> list[Parcel]:
        return [Parcel(shipment, self.contents[shipment.id]) for shipment in self.shipments]

    def shipment(self, shipment_id: UUID) -> Shipment:
        return next(shipment for shipment in self.shipments if shipment.id == shipment_id)

    def exceptions_of(self, shipment: Shipment | None) -> list[OrderException]:
        """Return the exceptions of the shipment, or those of the order itself for None."""
        shipment_id = None if shipment is None else shipment.id
        return [row for row in self.exceptions if row.shipment_id == shipment_id]

    def unresolved_exception(
        self, shipment: Shipment | None, type_: ExceptionType
    ) -> OrderException | None:
        exceptions = self.exceptions_of(shipment)
        return next((row for row in exceptions if row.type is type_ and row.is_unresolved), None)


def find_shipment(
    orders: Iterable[LoadedOrder], shipment_id: UUID | None
) -> tuple[LoadedOrder, Shipment] | None:
    """Return a shipment with its order; None if it is not in any of the orders."""
    for loaded in orders:
        for shipment in loaded.shipments:
            if shipment.id == shipment_id:
                return loaded, shipment
    return None


async def lock_order(uow: UnitOfWork, tracking_id: str) -> LoadedOrder:
    """Lock an order as a whole and load everything of it. Raises NotFound, and Forbidden for a
    partner."""
    order_id = await find_order(uow.viewer, tracking_id)
    demand_unbounded(uow.viewer, "trackingId")
    return (await lock_orders(uow, [order_id]))[order_id]


async def find_order(viewer: Viewer, tracking_id: str) -> UUID:
    """Return the id of an order that the viewer may see.

    Raises NotFound, with the same message for an unknown, an invisible and a malformed tracking id.
    """
    (order_id,) = await find_order_ids([tracking_id], viewer)
    if order_id is None:
        raise NotFound("No order has this tracking id.", ("trackingId",))
    return order_id


async def lock_orders(uow: UnitOfWork, order_ids: Iterable[UUID]) -> dict[UUID, LoadedOrder]:
    """Lock the orders, by ascending id as all writers do, and load everything of them.

    Raises LockedOut, and TooManyRows if there are several, with more rows than one
    command loads.
    """
    ids = list(set(order_ids))
    if not ids:
        return {}
    with uow.locking(RowLock(Order, "id", id_) for id_ in ids):
        orders = await read(Order, "id AMONG 1 ORDER BY id", ids, is_locked=True)
    uow.rows.track(orders)
    loaded = {order.id: LoadedOrder(order) for order in orders}
    await _load_parts(uow, loaded, PartReader(is_limited=len(loaded) > 1))
    return loaded


async def _load_parts(uow: UnitOfWork, loaded: dict[UUID, LoadedOrder], parts: PartReader) -> None:
    ids, track = list(loaded), uow.rows.track
    for item in track(await parts.read(OrderItem, "order_id AMONG 1 ORDER BY line", ids)):
        loaded[item.order_id].items.append(item)
    by_creation = "order_id AMONG 1 ORDER BY created_at, id"
    for shipment in track(await parts.read(Shipment, by_creation, ids)):
        loaded[shipment.order_id].shipments.append(shipment)
    by_opening = "order_id AMONG 1 ORDER BY opened_at, id"
    for exception in track(await parts.read(OrderException, by_opening, ids)):
        loaded[exception.order_id].exceptions.append(exception)
    await _load_shipment_parts(uow, loaded, parts)


async def _load_shipment_parts(
    uow: UnitOfWork, loaded: dict[UUID, LoadedOrder], parts: PartReader
) -> None:
    owner = {shipment.id: order for order in loaded.values() for shipment in order.shipments}
    if not owner:
        return
    ids = list(owner)
    contents = await parts.read(ShipmentItem, "shipment_id AMONG 1 ORDER BY id", ids)
    for content in uow.rows.track(contents):
        owner[content.shipment_id].contents[content.shipment_id].append(content)
    for event in await parts.read(
        TrackingEvent, "shipment_id AMONG 1", ids, RECORDED_EVENT_COLUMNS
    ):
        if event.shipment_id is not None:
            owner[event.shipment_id].events[event.shipment_id].append(event)
    for estimate in await parts.read(Estimate, "shipment_id AMONG 1", ids):
        owner[estimate.shipment_id].estimates[estimate.shipment_id].append(estimate)
