"""Every viewer sees the same fields of an order on every path that leads to them."""

from typing import Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type

from access.viewer import Viewer
from schema.build import build_schema
from tests.factories.full_orders import FullOrder
from tests.schema import rights
from tests.schema.api import Answer, Api
from tests.schema.viewers import CONFIDANT, HOLDER, PERSONAL_ALONE, READER

GRAPH = build_schema()._schema
TO_TYPE = {
    "Order": "",
    "OrderItem": "items",
    "Location": "lastEvent.location",
    "DeliveryEstimate": "shipments.estimates",
    "Shipment": "shipments",
    "TrackingEvent": "lastEvent",
    "OrderException": "exceptions",
}
"""The selections that lead from an order to an object of each type."""


def selection_of(path: str, leaf: str, type_name: str) -> str:
    """A selection that follows `path` to an object of the type and selects the field there."""
    type_ = GRAPH.get_type(type_name)
    assert isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
    named = get_named_type(type_.fields[leaf].type)
    inner = "{__typename}" if hasattr(named, "fields") else ""
    steps = [*filter(None, path.split(".")), f"{leaf}{inner}"]
    return "{".join(steps) + "}" * (len(steps) - 1)


def allowed(type_name: str, field: str) -> tuple[Viewer, ...]:
    is_personal = field in rights.fields(rights.PERSONAL, type_name)
    return (CONFIDANT,) if is_personal else (READER, CONFIDANT)


GUARDED = [one for one in rights.guarded() if one[0] in TO_TYPE]
UNGUARDED = [
    (type_name, field)
    for type_name in TO_TYPE
    for field in sorted(rights.fields(rights.HOLDER, type_name))
]


@pytest.mark.parametrize(
    "viewer", [HOLDER, PERSONAL_ALONE, READER, CONFIDANT], ids=lambda value: value.name
)
async def test_a_guarded_field_is_null_and_forbidden_at_its_path(api, full_order, viewer):
    for type_name, field in GUARDED:
        answer = await execute(api, viewer, full_order, type_name, field)

        if viewer in allowed(type_name, field):
            assert answer.errors == []
            continue
        assert set(answer.codes) == {"FORBIDDEN"}, (type_name, field)
        for error in answer.errors:
            assert error["path"][-1] == field
            assert value_at(answer.data, error["path"]) is None


async def test_holders_of_the_tracking_id_may_read_the_unguarded_fields(api, full_order):
    for type_name, field in UNGUARDED:
        answer = await execute(api, HOLDER, full_order, type_name, field)

        assert answer.errors == [], (type_name, field)


async def execute(
    api: Api, viewer: Viewer, full_order: FullOrder, type_name: str, field: str
) -> Answer:
    inner = selection_of(TO_TYPE[type_name], field, type_name)
    query = f"query ($id: ID!) {{ order(trackingId: $id) {{ trackingId {inner} }} }}"
    answer = await api.execute(query, viewer, id=full_order.tracking_id)
    assert answer.data is not None
    assert answer.data["order"]["trackingId"] == full_order.tracking_id
    return answer


def value_at(data: Any, path: list[str | int]) -> Any:
    for step in path:
        data = data[step]
    return data


NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
TYPES = ["Order", "OrderItem", "Customer", "Shipment", "TrackingEvent", "OrderException"]


@pytest.mark.parametrize(
    ("viewer", "seen"),
    [
        (HOLDER, []),
        (PERSONAL_ALONE, []),
        (READER, ["Order", "OrderItem", "Shipment", "TrackingEvent", "OrderException"]),
        (CONFIDANT, TYPES),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
async def test_nodes_are_null_for_viewers_without_the_right(api, full_order, viewer, seen):
    expected = [
        {"__typename": type_, "id": id_} if type_ in seen else None
        for type_, id_ in zip(TYPES, full_order.node_ids, strict=True)
    ]

    answer = await api.execute(NODES, viewer, ids=full_order.node_ids)
    single = await api.execute(
        "query ($id: ID!) { node(id: $id) { id } }", viewer, id=full_order.order_id
    )

    assert answer.errors == []
    assert answer.data == {"nodes": expected}
    assert single.data == {"node": {"id": full_order.order_id} if "Order" in seen else None}


async def test_missing_and_hidden_nodes_have_the_same_answer(api, full_order):
    unknown = full_order.order_id[:-4] + "0000"

    hidden = await api.execute(NODES, HOLDER, ids=[full_order.order_id])
    missing = await api.execute(NODES, HOLDER, ids=[unknown])
    by_tracking_id = await api.execute('{ order(trackingId: "WA-1") { id } }', HOLDER)

    assert hidden == missing
    assert (by_tracking_id.data, by_tracking_id.errors) == ({"order": None}, [])


async def test_only_staff_see_next_statuses(api, full_order):
    query = """query ($id: ID!) { order(trackingId: $id) {
      nextStatuses shipments { nextStatuses } exceptions(status: [OPEN]) { nextStatuses }
    } }"""

    seen = await api.fetch(query, HOLDER, id=full_order.tracking_id)
    by_staff = await api.fetch(query, READER, id=full_order.tracking_id)

    assert set(map(str, next_statuses_in(seen))) == {"[]"}
    assert by_staff["order"]["exceptions"][0]["nextStatuses"] == [
        "ACKNOWLEDGED",
        "IN_PROGRESS",
        "RESOLVED",
        "DISMISSED",
    ]


def next_statuses_in(answer: Any) -> list[Any]:
    """All values of `nextStatuses`, at any depth."""
    if isinstance(answer, dict):
        return [
            item
            for name, value in answer.items()
            for item in ([value] if name == "nextStatuses" else next_statuses_in(value))
        ]
    return [item for value in answer for item in next_statuses_in(value)]
