"""Root fields: how each field of the query type is read, by its name."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from access.policy import Audience
from access.viewer import Viewer
from database.texts import is_storable
from engine.operation_cost import CostWeights
from engine.planning.plan_cache import Computed, QueryPlan
from engine.sql.access_paths.builder import AccessPathBuilder
from engine.sql.conditions import NOTHING, Condition, compared
from engine.sql.ordering import Ordering
from engine.sql.plan import Plan
from engine.sql.root_sources import ByKeys, ByNodeId, ByUniqueKey, ConnectionRoot, RootSource
from engine.sql.selection import Arguments, Field, Reader
from engine.sql.whole_table import WholeTable
from models.api_keys import ApiKey
from models.carriers import comparable_carrier
from models.changes import Change
from models.events import TrackingEvent
from models.exceptions import OrderException
from models.node_ids import NodeType, parse_node_id
from models.orders import Order
from models.sessions import StaffSession
from models.shipments import Shipment, comparable_number
from models.tracking_ids import is_stored_form, parse_tracking_id
from resolvers.catalogue import CATALOGUE
from resolvers.changes import log_head
from resolvers.filters import (
    change_condition,
    exception_condition,
    kept_number_condition,
    order_condition,
    shipment_condition,
)
from resolvers.filters.boolean_filters import count_searches
from resolvers.filters.exception_paths import exception_path
from resolvers.filters.filter_cache import filter_cache_key
from resolvers.filters.order_paths import order_path
from resolvers.filters.partner_paths import partner_order_path
from resolvers.filters.shipment_paths import shipment_path
from resolvers.forecasts.forecast_plan import ForecastPlan
from resolvers.forecasts.forecaster import Forecaster
from resolvers.history import BY_POSITION
from resolvers.kept_numbers import IS_NEWEST, NEWEST_FIRST
from resolvers.masked_changes import MaskedChanges
from resolvers.orderings import (
    demand_sortable,
    exception_ordering,
    order_ordering,
    shipment_ordering,
)
from resolvers.stats.cubes import Cube
from resolvers.stats.exceptions import EXCEPTIONS
from resolvers.stats.orders import ORDERS
from resolvers.stats.shipments import SHIPMENTS
from resolvers.stats.stats_plan import StatsPlan
from resolvers.visibility import bounds, of_carriers, visible
from schema.planned_viewers import VIEWERS
from schema.viewer_fields import viewer_value

MAXIMUM_NODES = 100
"""The most ids of one lookup, which is also the most rows of a page."""
MAXIMUM_KEYS = 1_000
"""API keys that are listed: all that can be in use, and as many that are revoked or expired."""
MAXIMUM_SESSIONS = 1_000
"""Sessions that are listed, the newest: fifty persons with all the sessions that they may have."""

CHANGES = AccessPathBuilder("change", "position")
WAITING = AccessPathBuilder("tracking_event", "recorded_at")
NODES: Mapping[NodeType, tuple[str, Audience]] = {
    NodeType.ORDER: ("Order", Audience.PARTY),
    NodeType.ITEM: ("OrderItem", Audience.PARTY),
    NodeType.CUSTOMER: ("Customer", Audience.PERSONAL),
    NodeType.SHIPMENT: ("Shipment", Audience.PARTY),
    NodeType.EVENT: ("TrackingEvent", Audience.PARTY),
    NodeType.EXCEPTION: ("OrderException", Audience.PARTY),
    NodeType.API_KEY: ("ApiKey", Audience.ADMINISTRATORS),
    NodeType.SESSION: ("Session", Audience.ADMINISTRATORS),
}
"""The type of each kind of id, and the audience that may look it up. Other ids find nothing."""


def _by_tracking_id(arguments: Arguments) -> Condition:
    """Select the order with the given tracking id, in any spelling.

    An id in the stored form is looked up as it is, without parsing it. One whose check character is
    wrong is not looked up at all.
    """
    typed = arguments["tracking_id"]
    stored = typed if is_stored_form(typed) else parse_tracking_id(typed)
    return NOTHING if stored is None else compared('"orders"."tracking_id"', "=", stored)


def _by_number(arguments: Arguments) -> Condition:
    carrier, number = arguments["carrier"], arguments["tracking_number"]
    if not is_storable(carrier + number):
        return NOTHING
    return compared('"shipment"."carrier"', "=", comparable_carrier(carrier)) & compared(
        '"shipment"."number_key"', "=", comparable_number(number)
    )


def _ordered(ordering: Callable[..., Ordering]) -> Callable[[Any, Viewer], Ordering]:
    def of(order_by: Any, viewer: Viewer) -> Ordering:
        if order_by is None:
            return ordering()
        demand_sortable(order_by.field, viewer)
        chosen: Ordering = order_by.ordering()
        return chosen

    return of


def _found(ids: Sequence[str], reader: Reader) -> list[tuple[str, UUID] | None]:
    return [_node(id_, reader) for id_ in ids]


def _node(text: str, reader: Reader) -> tuple[str, UUID] | None:
    parsed = parse_node_id(text)
    if parsed is None or parsed[0] not in NODES:
        return None
    name, audience = NODES[parsed[0]]
    return (name, parsed[1]) if reader.viewer.may_read(audience) else None


def _visible_nodes(type_name: str, viewer: Viewer) -> Condition:
    return visible(CATALOGUE[type_name].model, viewer)


QUERY: Mapping[str, RootSource] = {
    "order": ByUniqueKey(Order, _by_tracking_id, visible),
    "orders": ConnectionRoot(
        Order,
        lambda filter_, reader: order_condition(filter_, reader.viewer, reader.now),
        lambda filter_, reader, key: order_path(filter_, reader.viewer, reader.now, key),
        _ordered(order_ordering),
        visible,
        filter_cache_key,
        count_searches,
        lambda filter_, reader, key: partner_order_path(filter_, reader.viewer, reader.now, key),
    ),
    "shipment": ByUniqueKey(Shipment, _by_number, visible, order_by='"created_at" DESC, "id" DESC'),
    "shipments": ConnectionRoot(
        Shipment,
        lambda filter_, reader: shipment_condition(filter_, reader.now),
        lambda filter_, reader, key: shipment_path(filter_, reader.now, key),
        _ordered(shipment_ordering),
        visible,
        filter_cache_key,
    ),
    "exceptions": ConnectionRoot(
        OrderException,
        lambda filter_, reader: exception_condition(filter_, reader.now),
        lambda filter_, reader, key: exception_path(filter_, reader.now, key),
        _ordered(exception_ordering),
        visible,
        filter_cache_key,
    ),
    "keptNumbers": ConnectionRoot(
        TrackingEvent,
        lambda filter_, reader: kept_number_condition(filter_),
        lambda filter_, reader, key: WAITING.plain(kept_number_condition(filter_)),
        lambda order_by, viewer: NEWEST_FIRST,
        lambda model, viewer: IS_NEWEST & of_carriers('"tracking_event"', viewer),
        lambda filter_: None,
    ),
    "changes": ConnectionRoot(
        Change,
        lambda filter_, reader: change_condition(filter_.selection()),
        lambda filter_, reader, key: CHANGES.plain(change_condition(filter_.selection())),
        lambda order_by, viewer: BY_POSITION,
        visible,
        lambda filter_: None,
    ),
    "apiKeys": WholeTable(ApiKey, visible, MAXIMUM_KEYS),
    "sessions": WholeTable(StaffSession, visible, MAXIMUM_SESSIONS),
    "node": ByNodeId(
        lambda arguments, reader: _found([arguments["id"]], reader),
        _visible_nodes,
        MAXIMUM_NODES,
        is_list=False,
    ),
    "nodes": ByNodeId(
        lambda arguments, reader: _found(arguments["ids"], reader),
        _visible_nodes,
        MAXIMUM_NODES,
        is_list=True,
    ),
}
FOLLOWED: Mapping[str, RootSource] = {
    "orderChanged": MaskedChanges(),
    "changes": ByKeys(Change, "position"),
}
"""How each subscription to changes reads them, by their positions."""
STATS: Mapping[str, Cube] = {
    "orderStats": ORDERS,
    "shipmentStats": SHIPMENTS,
    "exceptionStats": EXCEPTIONS,
}
"""The cube that each root field of aggregates reads."""
FORECAST = "orderForecast"
"""The root field of forecasts."""
AGGREGATE_COST = 50
"""The cost of an aggregate or a forecast without its groups: it may read every order."""
WEIGHTS = CostWeights(
    dict.fromkeys((*STATS, FORECAST), AGGREGATE_COST),
    sizes=("first", "horizon"),
    ids=("ids", "trackingIds"),
    lookups=("trackingId", "trackingIds"),
)


async def _position(field: Field, reader: Reader) -> int:
    return await log_head()


COMPUTED = {"viewer": Computed(viewer_value), "position": Computed(_position, is_first=True)}


class RootFields:
    """The planner of this schema's root fields (`engine.planning.plan_cache.RootPlanner`)."""

    viewers = VIEWERS

    def __init__(self) -> None:
        self._forecaster = Forecaster()

    def query(self, field: Field, viewer: Viewer) -> QueryPlan | Computed:
        name = field.name
        if name in STATS:
            return StatsPlan(STATS[name], field)
        if name == FORECAST:
            return ForecastPlan(field, self._forecaster)
        return COMPUTED.get(name) or _plan(QUERY[name], field, viewer)

    def change(self, field: Field, viewer: Viewer) -> Plan:
        return _plan(FOLLOWED[field.name], field, viewer)

    def payload(self, type_name: str, field: Field, viewer: Viewer) -> Plan:
        return _plan(ByKeys(CATALOGUE[type_name].model), field, viewer)


def _plan(root: RootSource, field: Field, viewer: Viewer) -> Plan:
    return Plan(CATALOGUE, root, field, viewer, bounds)
