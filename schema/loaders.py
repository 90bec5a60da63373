"""Loaders: what a level of an answer needs, of one kind, is read in one statement."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader
from tortoise.models import Model

from errors import LimitExceeded
from models.changes import Change
from models.customers import Customer
from models.estimates import Estimate
from models.events import TrackingEvent
from models.exceptions import ExceptionNote, OrderException
from models.orders import Address, Order, OrderItem
from models.shipments import Shipment, ShipmentItem
from resolvers.changes import positions_of
from resolvers.customers import load_customers
from resolvers.events import OLDEST_FIRST, load_events
from resolvers.exceptions import (
    load_exceptions,
    load_exceptions_of_orders,
    load_exceptions_of_shipments,
    load_notes,
)
from resolvers.history import BY_POSITION
from resolvers.ordering import Ordering
from resolvers.orders import (
    load_addresses,
    load_items,
    load_items_by_id,
    load_orders,
    order_ordering,
)
from resolvers.pages import Listed, Page, Slice, count_lists, read_slices
from resolvers.shipments import (
    load_contents,
    load_estimates,
    load_shipments,
    load_shipments_of_orders,
)

MAXIMUM_THINGS = 10_000
"""Of one kind on one level of an answer: a full page of full pages. Lists within lists within
lists grow by a hundred with each level, and whoever holds one tracking id may ask."""

Key = TypeVar("Key")
Thing = TypeVar("Thing")
Row = TypeVar("Row", bound=Model)
Paged = tuple[UUID, Page]


class Loads(Generic[Key, Thing]):
    """A loader of `Loaders`, made when an operation first needs it."""

    def __init__(self, load: Callable[[list[Key]], Awaitable[Sequence[Any]]]) -> None:
        self._load = load

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, loaders: "Loaders", owner: type) -> DataLoader[Key, Thing]:
        """It gathers keys and remembers nothing: what is asked for later may have changed."""
        loader: DataLoader[Key, Thing] = DataLoader(load_fn=self._load_level, cache=False)
        vars(loaders)[self._name] = loader
        return loader

    async def _load_level(self, keys: list[Key]) -> list[Thing]:
        distinct = list(dict.fromkeys(keys))
        _demand_room(len(distinct))
        found = dict(zip(distinct, await self._load(distinct), strict=True))
        level = [found[key] for key in keys]
        _demand_room(sum(_length(one) for one in level))
        return level


def _length(loaded: Any) -> int:
    rows = getattr(loaded, "rows", loaded)
    return len(rows) if isinstance(rows, list) else 1


def _demand_room(things: int) -> None:
    if things > MAXIMUM_THINGS:
        raise LimitExceeded(
            f"A level of this answer holds {things} things; at most {MAXIMUM_THINGS} are given."
            " Ask for smaller pages, or for less inside of them."
        )


class LoadsPages(Loads[Paged, Slice[Row]]):
    """The same page of the lists of many parents: one statement for each page asked for."""

    def __init__(self, model: type[Model], parent: str, ordering: Ordering) -> None:
        super().__init__(self._load_pages)
        self._model, self._parent, self._ordering = model, parent, ordering

    async def _load_pages(self, keys: list[Paged]) -> list[Slice[Row]]:
        found: dict[Paged, Slice[Any]] = {}
        for page in dict.fromkeys(page for _, page in keys):
            parents = list(dict.fromkeys(id_ for id_, of in keys if of == page))
            slices = await read_slices(self._model, self._parent, parents, self._ordering, page)
            found.update(zip(((id_, page) for id_ in parents), slices, strict=True))
        return [found[key] for key in keys]


class Loaders:
    """Of one operation. On a class, so that they are seen; in an instance once they are used."""

    orders: Loads[UUID, Order] = Loads(load_orders)
    addresses: Loads[UUID, Address] = Loads(load_addresses)
    items: Loads[UUID, list[OrderItem]] = Loads(load_items)
    items_by_id: Loads[UUID, OrderItem] = Loads(load_items_by_id)
    customers: Loads[UUID, Customer] = Loads(load_customers)
    shipments: Loads[UUID, Shipment] = Loads(load_shipments)
    shipments_of_orders: Loads[UUID, list[Shipment]] = Loads(load_shipments_of_orders)
    contents: Loads[UUID, list[ShipmentItem]] = Loads(load_contents)
    estimates: Loads[UUID, list[Estimate]] = Loads(load_estimates)
    events: Loads[UUID, TrackingEvent] = Loads(load_events)
    exceptions: Loads[UUID, OrderException] = Loads(load_exceptions)
    exceptions_of_orders: Loads[UUID, list[OrderException]] = Loads(load_exceptions_of_orders)
    exceptions_of_shipments: Loads[UUID, list[OrderException]] = Loads(load_exceptions_of_shipments)
    notes: Loads[UUID, list[ExceptionNote]] = Loads(load_notes)
    positions: Loads[tuple[UUID, int], int] = Loads(positions_of)
    counts: Loads[Listed, int] = Loads(count_lists)
    events_of_orders: LoadsPages[TrackingEvent] = LoadsPages(
        TrackingEvent, "order_id", OLDEST_FIRST
    )
    events_of_shipments: LoadsPages[TrackingEvent] = LoadsPages(
        TrackingEvent, "shipment_id", OLDEST_FIRST
    )
    history: LoadsPages[Change] = LoadsPages(Change, "order_id", BY_POSITION)
    orders_of_customers: LoadsPages[Order] = LoadsPages(Order, "customer_id", order_ordering())
