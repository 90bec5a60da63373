"""Loading: orders, locked, with everything that belongs to them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from tortoise import Model

from database.rows import read
from models.estimates import Estimate
from models.events import TrackingEvent
from models.exceptions import OrderException
from models.orders import Order, OrderItem
from models.quantities import Parcel
from models.shipments import Shipment, ShipmentItem
from unit_of_work.unit_of_work import UnitOfWork

Row = TypeVar("Row", bound=Model)


PAST_NEWS = (
    *("id", "shipment_id", "type", "classifier", "occurred_at", "moment", "rank"),
    *("time_zone_source", "location", "signed_by", "exception_type", "retracted_at"),
    *("carrier", "number_key", "moved_to_id", "fingerprint"),
)
"""What settling asks of news that was recorded before: half of it, of most rows that are read."""


@dataclass(slots=True)
class LoadedOrder:
    """An order under its lock. Lists are as in the tables; new rows are appended to them.

    Of events that were there before, only `PAST_NEWS` is loaded. There may be many of them and of
    their estimates, and they hardly ever change: who changes one has it watched.
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
        return next(one for one in self.shipments if one.id == shipment_id)

    def exceptions_of(self, shipment: Shipment | None) -> list[OrderException]:
        shipment_id = None if shipment is None else shipment.id
        return [one for one in self.exceptions if one.shipment_id == shipment_id]


async def lock_orders(act: UnitOfWork, order_ids: Iterable[UUID]) -> dict[UUID, LoadedOrder]:
    """Lock the orders, in the order of their ids as all writers do, and load them whole."""
    wanted = list(set(order_ids))
    if not wanted:
        return {}
    orders = await read(Order, "id AMONG 1 ORDER BY id", wanted, is_locked=True)
    act.rows.track(orders)
    loaded = {order.id: LoadedOrder(order) for order in orders}
    await _load_parts(act, loaded)
    return loaded


async def _load_parts(act: UnitOfWork, loaded: dict[UUID, LoadedOrder]) -> None:
    ids = list(loaded)
    for item in await _watched(act, OrderItem, "order_id AMONG 1 ORDER BY line", ids):
        loaded[item.order_id].items.append(item)
    for shipment in await _watched(act, Shipment, "order_id AMONG 1 ORDER BY created_at, id", ids):
        loaded[shipment.order_id].shipments.append(shipment)
    for exception in await _watched(
        act, OrderException, "order_id AMONG 1 ORDER BY opened_at, id", ids
    ):
        loaded[exception.order_id].exceptions.append(exception)
    await _load_shipment_parts(act, loaded)


async def _load_shipment_parts(act: UnitOfWork, loaded: dict[UUID, LoadedOrder]) -> None:
    owner = {one.id: order for order in loaded.values() for one in order.shipments}
    if not owner:
        return
    ids = list(owner)
    for content in await _watched(act, ShipmentItem, "shipment_id AMONG 1 ORDER BY id", ids):
        owner[content.shipment_id].contents[content.shipment_id].append(content)
    for event in await read(TrackingEvent, "shipment_id AMONG 1", ids, columns=PAST_NEWS):
        if event.shipment_id is not None:
            owner[event.shipment_id].events[event.shipment_id].append(event)
    for estimate in await read(Estimate, "shipment_id AMONG 1", ids):
        owner[estimate.shipment_id].estimates[estimate.shipment_id].append(estimate)


async def _watched(act: UnitOfWork, model: type[Row], where: str, ids: list[UUID]) -> Sequence[Row]:
    return act.rows.track(await read(model, where, ids))
