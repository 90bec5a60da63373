"""Every field of the schema is answered or refused to every kind of viewer, as the rules say."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type

from access.scopes import Scope
from access.viewer import ANONYMOUS, SYSTEM, Viewer
from engine.error_formatting import error_code
from engine.operations import InvalidOperation
from models.node_ids import NodeType, parse_id
from schema.build import build_schema
from tests.factories.full_orders import FullOrder
from tests.schema import rights
from tests.schema.api import Api
from tests.schema.shortest_calls import shortest_call
from tests.schema.viewers import CONFIDANT, READER

GRAPH = build_schema()._schema
UPS = frozenset({"ups"})
ANALYST_SCOPES = frozenset({Scope.ORDERS_READ, Scope.ANALYTICS_READ})
VIEWERS: Mapping[str, Callable[[FullOrder], Viewer]] = {
    "anonymous": lambda order: ANONYMOUS,
    "reader": lambda order: READER,
    "confidant": lambda order: CONFIDANT,
    "analyst": lambda order: Viewer("analyst", ANALYST_SCOPES),
    "partner": lambda order: Viewer("partner", ANALYST_SCOPES, carriers=UPS),
    "partner with personal": lambda order: Viewer("partner", CONFIDANT.scopes, carriers=UPS),
    "link": lambda order: Viewer("link", order_id=parse_id(NodeType.ORDER, order.order_id)),
    "admin": lambda order: SYSTEM,
}
TO_TYPE = {
    "Order": "",
    "OrderItem": "items",
    "Location": "lastEvent.location",
    "DeliveryEstimate": "shipments.estimates",
    "Shipment": "shipments",
    "ShipmentItem": "shipments.items",
    "TrackingEvent": "lastEvent",
    "OrderException": "exceptions",
}
"""The selections that lead from an order to an object of each type."""
TABLES = (rights.HOLDER, rights.PARTY, rights.PERSONAL, rights.STAFF)


def may_read(viewer: Viewer, type_name: str, field: str) -> bool:
    """What the rules say, by the tables of the tests."""
    if viewer.carriers is not None and field in rights.fields(rights.PRICES, type_name):
        return False
    has_link = viewer.order_id is not None
    if field in rights.fields(rights.STAFF, type_name):
        return viewer.has(Scope.ORDERS_READ)
    if field in rights.fields(rights.PERSONAL, type_name):
        return has_link or (viewer.has(Scope.ORDERS_READ) and viewer.has(Scope.PERSONAL_READ))
    if field in rights.fields(rights.PARTY, type_name):
        return has_link or viewer.has(Scope.ORDERS_READ)
    return True


def selected(type_: GraphQLObjectType | GraphQLInterfaceType, field: str) -> str:
    named = get_named_type(type_.fields[field].type)
    return f"{field} {{ __typename }}" if hasattr(named, "fields") else field


def object_type(name: str) -> GraphQLObjectType:
    return cast(GraphQLObjectType, GRAPH.type_map[name])


@pytest.mark.parametrize("kind", VIEWERS)
async def test_every_field_of_an_order(api: Api, full_order: FullOrder, kind: str) -> None:
    viewer = VIEWERS[kind](full_order)
    wrong = []
    for type_name, path in TO_TYPE.items():
        for field in object_type(type_name).fields:
            steps = [*filter(None, path.split(".")), selected(object_type(type_name), field)]
            inner = " { ".join(steps) + " }" * (len(steps) - 1)
            query = f"query ($id: ID!) {{ order(trackingId: $id) {{ {inner} }} }}"
            answer = await api.execute(query, viewer, id=full_order.tracking_id)
            expected = set() if may_read(viewer, type_name, field) else {"FORBIDDEN"}
            if set(answer.codes) != expected:
                wrong.append((type_name, field, answer.codes))

    assert wrong == []


@pytest.mark.parametrize("kind", VIEWERS)
async def test_every_field_of_every_change(api: Api, full_order: FullOrder, kind: str) -> None:
    viewer = VIEWERS[kind](full_order)
    changes = cast(GraphQLInterfaceType, GRAPH.type_map["Change"])
    wrong = []
    for type_ in GRAPH.get_implementations(changes).objects:
        for field in type_.fields:
            query = f"""subscription ($ids: [ID!]!) {{ orderChanged(trackingIds: $ids, after: 0)
              {{ __typename ... on {type_.name} {{ {selected(type_, field)} }} }} }}"""
            codes = await codes_of_first(api, query, viewer, full_order, type_.name)
            expected = set() if may_read(viewer, "Change", field) else {"FORBIDDEN"}
            if codes not in (None, expected):
                wrong.append((type_.name, field, codes))

    assert wrong == []


async def codes_of_first(
    api: Api, query: str, viewer: Viewer, order: FullOrder, type_name: str
) -> set[str] | None:
    """The errors of the order's first change of this type; None if it has none."""
    last = (await api.fetch("{ position }"))["position"]
    async with (
        asyncio.timeout(20),
        api.stream(query, viewer, ids=[order.tracking_id]) as answers,
    ):
        for _ in range(last):
            answer = await anext(answers)
            shown = (answer.data or {}).get("orderChanged") or {}
            if shown.get("__typename") == type_name:
                return set(answer.codes)
    return None


@pytest.mark.parametrize("kind", VIEWERS)
@pytest.mark.parametrize("root", ["Query", "Subscription"])
async def test_every_root_field(api: Api, full_order: FullOrder, kind: str, root: str) -> None:
    viewer = VIEWERS[kind](full_order)
    wrong = []
    for name, scope in rights.ROOT_FIELDS[root].items():
        needed = [scope, rights.ALTERNATIVES.get(name)]
        is_allowed = scope is None or any(one and viewer.has(one) for one in needed)
        is_leaf = not hasattr(get_named_type(object_type(root).fields[name].type), "fields")
        call = shortest_call(object_type(root), name, "" if is_leaf else "{ __typename }")
        codes = await (_read if root == "Query" else _followed)(api, call, viewer)
        if ("FORBIDDEN" in codes) is is_allowed:
            wrong.append((name, codes))

    assert wrong == []


async def _read(api: Api, call: str, viewer: Viewer) -> list[str]:
    return (await api.execute(f"{{ {call} }}", viewer)).codes


async def _followed(api: Api, call: str, viewer: Viewer) -> list[str]:
    try:
        async with api.stream(f"subscription {{ {call} }}", viewer):
            return []
    except InvalidOperation as refused:
        return [str(error_code(error)) for error in refused.errors]


@pytest.mark.parametrize("kind", ["analyst", "partner", "admin"])
async def test_every_measure(api: Api, full_order: FullOrder, kind: str) -> None:
    viewer = VIEWERS[kind](full_order)
    wrong: list[Any] = []
    for noun in ("order", "shipment", "exception"):
        type_ = object_type(f"{noun.capitalize()}StatsGroup")
        for name, field in type_.fields.items():
            is_leaf = not hasattr(get_named_type(field.type), "fields")
            call = shortest_call(type_, name, "" if is_leaf else " { __typename }")
            call = call.replace('"x"', '"EUR"')
            answer = await api.execute(f"{{ {noun}Stats {{ groups {{ {call} }} }} }}", viewer)
            expected = [] if may_read(viewer, type_.name, name) else ["FORBIDDEN"]
            if answer.codes != expected:
                wrong.append((type_.name, name, answer.codes))

    assert wrong == []


def test_the_tables_name_every_field_that_is_asked_for() -> None:
    unnamed = [
        (type_name, field)
        for type_name in TO_TYPE
        for field in object_type(type_name).fields
        if not any(field in rights.fields(table, type_name) for table in TABLES)
    ]

    assert unnamed == []
