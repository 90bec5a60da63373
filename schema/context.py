"""The context of an operation: who asks, and what the resolvers need."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from strawberry.dataloader import DataLoader
from strawberry.extensions import SchemaExtension
from strawberry.types.info import Info as StrawberryInfo

from auth import ANONYMOUS, Viewer
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
from subscriptions.feed import Feed
from tracking.acts import Tracker

MAXIMUM_THINGS = 10_000
"""Of one kind on one level of an answer: a full page of full pages. Lists within lists within
lists grow by a hundred with each level, and whoever holds one tracking id may ask."""

Paged = tuple[UUID, Page]


def _loader(load: Callable[[list[Any]], Awaitable[Sequence[Any]]]) -> DataLoader[Any, Any]:
    """It gathers keys and remembers nothing: a context may live as long as a websocket."""

    async def load_level(keys: list[Any]) -> list[Any]:
        distinct = list(dict.fromkeys(keys))
        _demand_room(len(distinct))
        found = dict(zip(distinct, await load(distinct), strict=True))
        level = [found[key] for key in keys]
        _demand_room(sum(_length(one) for one in level))
        return level

    return DataLoader(load_fn=load_level, cache=False)


def _length(loaded: Any) -> int:
    rows = getattr(loaded, "rows", loaded)
    return len(rows) if isinstance(rows, list) else 1


def _demand_room(things: int) -> None:
    if things > MAXIMUM_THINGS:
        raise LimitExceeded(
            f"A level of this answer holds {things} things; at most {MAXIMUM_THINGS} are given."
            " Ask for smaller pages, or for less inside of them."
        )


def _paged(model: Any, parent: str, ordering: Ordering) -> DataLoader[Paged, Slice[Any]]:
    """The same page of the lists of many parents: one statement for each page asked for."""

    async def load(keys: list[Paged]) -> list[Slice[Any]]:
        found: dict[Paged, Slice[Any]] = {}
        for page in dict.fromkeys(page for _, page in keys):
            parents = list(dict.fromkeys(id_ for id_, of in keys if of == page))
            slices = await read_slices(model, parent, parents, ordering, page)
            found.update(zip(((id_, page) for id_ in parents), slices, strict=True))
        return [found[key] for key in keys]

    return _loader(load)


class Loaders:
    """One statement for each kind of thing that a level of the answer needs."""

    def __init__(self) -> None:
        self.orders: DataLoader[UUID, Order] = _loader(load_orders)
        self.addresses: DataLoader[UUID, Address] = _loader(load_addresses)
        self.items: DataLoader[UUID, list[OrderItem]] = _loader(load_items)
        self.items_by_id: DataLoader[UUID, OrderItem] = _loader(load_items_by_id)
        self.customers: DataLoader[UUID, Customer] = _loader(load_customers)
        self.shipments: DataLoader[UUID, Shipment] = _loader(load_shipments)
        self.shipments_of_orders: DataLoader[UUID, list[Shipment]] = _loader(
            load_shipments_of_orders
        )
        self.contents: DataLoader[UUID, list[ShipmentItem]] = _loader(load_contents)
        self.estimates: DataLoader[UUID, list[Estimate]] = _loader(load_estimates)
        self.events: DataLoader[UUID, TrackingEvent] = _loader(load_events)
        self.exceptions: DataLoader[UUID, OrderException] = _loader(load_exceptions)
        self.exceptions_of_orders: DataLoader[UUID, list[OrderException]] = _loader(
            load_exceptions_of_orders
        )
        self.exceptions_of_shipments: DataLoader[UUID, list[OrderException]] = _loader(
            load_exceptions_of_shipments
        )
        self.notes: DataLoader[UUID, list[ExceptionNote]] = _loader(load_notes)
        self.positions: DataLoader[tuple[UUID, int], int] = _loader(positions_of)
        self.counts: DataLoader[Listed, int] = _loader(count_lists)
        self.events_of_orders = _paged(TrackingEvent, "order_id", OLDEST_FIRST)
        self.events_of_shipments = _paged(TrackingEvent, "shipment_id", OLDEST_FIRST)
        self.history = _paged(Change, "order_id", BY_POSITION)
        self.orders_of_customers = _paged(Order, "customer_id", order_ordering())


_loaders: ContextVar[Loaders] = ContextVar("loaders")


class OwnLoaders(SchemaExtension):
    """Every operation has loaders of its own: what others load counts for nothing in it."""

    def on_operation(self) -> Iterator[None]:
        _loaders.set(Loaders())
        yield


@dataclass
class Context:
    """What an operation may use. On a websocket one context serves the whole connection."""

    tracker: Tracker
    feed: Feed
    viewer: Viewer = ANONYMOUS
    authorization: str | None = None
    connection_params: dict[str, object] | None = None

    @property
    def loaders(self) -> Loaders:
        """Those of the operation that is running."""
        return _loaders.get()

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)


Info = StrawberryInfo[Context, None]
