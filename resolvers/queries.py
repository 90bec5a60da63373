"""What can be asked, and where each question begins."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from auth import Audience
from models.carriers import comparable_carrier
from models.changes import Change
from models.exceptions import OrderException
from models.node_ids import NodeType, parse_node_id
from models.orders import Order
from models.shipments import Shipment, comparable_number
from models.texts import is_storable
from models.tracking_ids import parse_tracking_id
from resolvers.conditions import NOTHING, Condition, compared
from resolvers.filters import (
    change_condition,
    exception_condition,
    order_condition,
    shipment_condition,
)
from resolvers.filters.exception_paths import exception_path
from resolvers.filters.order_paths import order_path
from resolvers.filters.repeated import repeated_values
from resolvers.filters.shipment_paths import shipment_path
from resolvers.history import BY_POSITION
from resolvers.orderings import exception_ordering, order_ordering, shipment_ordering
from resolvers.paths.listed import Listed
from resolvers.plans.ordering import Ordering
from resolvers.plans.plan import Root
from resolvers.plans.roots import Found, Listing, Lookup
from resolvers.plans.rows import Row
from resolvers.plans.selection import Arguments, Reader
from resolvers.stats.exceptions import EXCEPTIONS
from resolvers.stats.nouns import Noun
from resolvers.stats.orders import ORDERS
from resolvers.stats.shipments import SHIPMENTS

STORED = re.compile(r"WA(-[0-9A-Z]{4}){4}-[0-9A-Z]", re.ASCII)
MAXIMUM_NODES = 100
"""Ids of one lookup: as many as a page has rows."""

CHANGES = Listed("change", "position")
NODES: Mapping[NodeType, tuple[str, Audience]] = {
    NodeType.ORDER: ("Order", Audience.STAFF),
    NodeType.CUSTOMER: ("Customer", Audience.PERSONAL),
    NodeType.SHIPMENT: ("Shipment", Audience.STAFF),
    NodeType.EVENT: ("TrackingEvent", Audience.STAFF),
    NodeType.EXCEPTION: ("OrderException", Audience.STAFF),
}
"""What can be looked up by its id, and by whom. What is not named here is no node."""


def _by_tracking_id(arguments: Arguments) -> Condition:
    """However the id was typed. One that looks as they are stored is only to be looked up."""
    typed = arguments["tracking_id"]
    stored = typed if STORED.fullmatch(typed) else parse_tracking_id(typed)
    return NOTHING if stored is None else compared('"orders"."tracking_id"', "=", stored)


def _by_number(arguments: Arguments) -> Condition:
    carrier, number = arguments["carrier"], arguments["tracking_number"]
    if not is_storable(carrier + number):
        return NOTHING
    return compared('"shipment"."carrier"', "=", comparable_carrier(carrier)) & compared(
        '"shipment"."number_key"', "=", comparable_number(number)
    )


def _ordered(ordering: Callable[..., Ordering]) -> Callable[[Any], Ordering]:
    def of(order_by: Any) -> Ordering:
        return ordering() if order_by is None else order_by.ordering()

    return of


def _found(ids: Sequence[str], reader: Reader) -> list[tuple[str, UUID] | None]:
    return [_node(one, reader) for one in ids]


def _node(text: str, reader: Reader) -> tuple[str, UUID] | None:
    parsed = parse_node_id(text)
    if parsed is None or parsed[0] not in NODES:
        return None
    name, audience = NODES[parsed[0]]
    return (name, parsed[1]) if reader.viewer.may_read(audience) else None


def _admitted(name: str, row: Row) -> str:
    """An event that no shipment has yet is nobody's node."""
    return f" AND {row['order_id']} IS NOT NULL" if name == "TrackingEvent" else ""


QUERY: Mapping[str, Root] = {
    "order": Lookup(Order, _by_tracking_id),
    "orders": Listing(
        Order,
        lambda given, reader: order_condition(given, reader.viewer, reader.now),
        lambda given, reader, key: order_path(given, reader.viewer, reader.now, key),
        _ordered(order_ordering),
        repeated_values,
    ),
    "shipment": Lookup(Shipment, _by_number, order='"created_at" DESC, "id" DESC'),
    "shipments": Listing(
        Shipment,
        lambda given, reader: shipment_condition(given, reader.now),
        lambda given, reader, key: shipment_path(given, reader.now, key),
        _ordered(shipment_ordering),
        repeated_values,
    ),
    "exceptions": Listing(
        OrderException,
        lambda given, reader: exception_condition(given, reader.now),
        lambda given, reader, key: exception_path(given, reader.now, key),
        _ordered(exception_ordering),
        repeated_values,
    ),
    "changes": Listing(
        Change,
        lambda given, reader: change_condition(given.selection()),
        lambda given, reader, key: CHANGES.plain(change_condition(given.selection())),
        lambda order_by: BY_POSITION,
        lambda given: None,
    ),
    "node": Found(
        lambda arguments, reader: _found([arguments["id"]], reader),
        _admitted,
        MAXIMUM_NODES,
        is_list=False,
    ),
    "nodes": Found(
        lambda arguments, reader: _found(arguments["ids"], reader),
        _admitted,
        MAXIMUM_NODES,
        is_list=True,
    ),
}
STATS: Mapping[str, Noun] = {
    "orderStats": ORDERS,
    "shipmentStats": SHIPMENTS,
    "exceptionStats": EXCEPTIONS,
}
"""What can be aggregated, and as what it is asked for."""
FORECAST = "orderForecast"
"""What is expected."""
