"""Loading: orders, locked, with everything that belongs to them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from models.estimates import Estimate
from models.events import TrackingEvent
from models.exceptions import OrderException
from models.orders import Order, OrderItem
from models.quantities import Parcel
from models.shipments import Shipment, ShipmentItem
from tracking.acts import Act

Row = TypeVar("Row")


@dataclass(slots=True)
class LoadedOrder:
    """An order under its lock. Lists are as in the tables; new rows are appended to them."""

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
        return next(one for one in self.shipments if one.id == shipment_id)

    def exceptions_of(self, shipment: Shipment | None) -> list[OrderException]:
        shipment_id = None if shipment is None else shipment.id
        return [one for one in self.exceptions if one.shipment_id == shipment_id]


async def lock_orders(act: Act, order_ids: Iterable[UUID]) -> dict[UUID, LoadedOrder]:
    """Lock the orders, in the order of their ids as all writers do, and load them whole."""
    wanted = sorted(set(order_ids))
    if not wanted:
        return {}
    orders = await Order.filter(id__in=wanted).order_by("id").select_for_update()
    act.rows.watch(orders)
    loaded = {order.id: LoadedOrder(order) for order in orders}
    await _load_parts(act, loaded)
    return loaded


async def _load_parts(act: Act, loaded: dict[UUID, LoadedOrder]) -> None:
    ids = list(loaded)
    for item in await _watched(act, OrderItem.filter(order_id__in=ids).order_by("line")):
        loaded[item.order_id].items.append(item)
    for shipment in await _watched(
        act, Shipment.filter(order_id__in=ids).order_by("created_at", "id")
    ):
        loaded[shipment.order_id].shipments.append(shipment)
    for exception in await _watched(
        act, OrderException.filter(order_id__in=ids).order_by("opened_at", "id")
    ):
        loaded[exception.order_id].exceptions.append(exception)
    await _load_shipment_parts(act, loaded)


async def _load_shipment_parts(act: Act, loaded: dict[UUID, LoadedOrder]) -> None:
    owner = {one.id: order for order in loaded.values() for one in order.shipments}
    if not owner:
        return
    # By order: the shipments of 500 orders may be more than a statement takes arguments.
    ids = list(loaded)
    contents = ShipmentItem.filter(shipment__order_id__in=ids).order_by("id")
    for content in await _watched(act, contents):
        owner[content.shipment_id].contents[content.shipment_id].append(content)
    for event in await _watched(act, TrackingEvent.filter(order_id__in=ids)):
        owner[event.shipment_id].events[event.shipment_id].append(event)
    for estimate in await _watched(act, Estimate.filter(shipment__order_id__in=ids)):
        owner[estimate.shipment_id].estimates[estimate.shipment_id].append(estimate)


async def _watched(act: Act, query: Any) -> Sequence[Any]:
    return act.rows.watch(await query)
