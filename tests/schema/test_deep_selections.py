"""Selections too deep for one statement are read by several, with the same answer."""

from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type

from access.viewer import SYSTEM
from engine.sql.json_dialects import POSTGRES, SQLITE
from models.changes import Change
from schema.build import build_schema
from tests.factories.full_orders import make_full_order
from tests.schema.api import Answer
from tests.schema.viewers import HOLDER, READER

GRAPH = build_schema().core
DEEP = """query ($tracking: ID!) { order(trackingId: $tracking) {
  status
  shipments { status items { quantity item { sku unitPrice { amount } } } }
  again: shipments { order { exceptions(status: [OPEN, RESOLVED]) {
    type order { customer { orders(first: 1) { nodes { id } } } }
    openedBy { shipment { estimates { latest reason } lastEvent { type signedBy } } }
  } } }
  events(first: 2) { edges { cursor node {
    order { history(last: 2) { nodes { __typename order { lastEvent { type } }
      ... on TrackingEventRecorded { event { shipment { order { position } } } }
    } } }
  } } }
} }"""


def comparable(answer: Answer) -> Any:
    errors = [(error["path"], error["extensions"]) for error in answer.errors]
    return answer.data, sorted(errors, key=str)


async def execute(
    api: Any, monkeypatch: Any, deepest: int, query: str, viewer: Any, **variables: Any
) -> Answer:
    """Executes the query with statements of at most `deepest` nested queries."""
    for dialect in (POSTGRES, SQLITE):
        monkeypatch.setattr(dialect, "maximum_depth", deepest)
    answer: Answer = await api.execute(f"{query} # {deepest}", viewer, **variables)
    return answer


@pytest.mark.parametrize("viewer", [HOLDER, READER, SYSTEM], ids=lambda value: value.name)
async def test_the_depth_of_statements_does_not_change_the_answer(
    api, full_order, monkeypatch, statements, viewer
):
    answers, costs = [], []
    for deepest in (1, 2, 3, 15):
        statements.clear()
        answer = await execute(
            api, monkeypatch, deepest, DEEP, viewer, tracking=full_order.tracking_id
        )
        answers.append(comparable(answer))
        costs.append(len({statement.text for statement in statements}))

    assert answers == [answers[0]] * len(answers)
    data, errors = answers[0]
    assert data["order"]["shipments"][0]["items"][0]["item"]["sku"] == "MUG"
    exceptions = data["order"]["again"][0]["order"]["exceptions"]
    assert [exception["type"] for exception in exceptions] == ["OTHER", "DAMAGED"]
    assert {extensions["code"] for _, extensions in errors} <= {"FORBIDDEN"}
    assert (len(errors) == 0) is (viewer is SYSTEM)
    assert costs[0] > costs[1] > costs[2] >= costs[3]


PARCELS = """query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Order {
  shipments { items { item { sku } } }
} } }"""


async def test_a_deferred_selection_is_read_once_for_all_rows(api, monkeypatch, statements):
    full_orders = [
        await make_full_order(api.tracker, reference=f"R-{number}", number=f"1Z{number}")
        for number in range(3)
    ]
    costs = []
    for chosen in (full_orders[:1], full_orders):
        statements.clear()
        ids = [full_order.order_id for full_order in chosen]
        answer = await execute(api, monkeypatch, 1, PARCELS, SYSTEM, ids=ids)
        parcels = [{"items": [{"item": {"sku": "MUG"}}]}]
        assert answer.data == {"nodes": [{"shipments": parcels}] * len(chosen)}
        costs.append(len(statements))

    assert costs == [3, 3]


async def test_a_refused_field_of_a_deferred_selection_has_its_path(api, full_order, monkeypatch):
    query = """query ($id: ID!) { order(trackingId: $id) {
      shipments { items { quantity item { sku unitPrice { amount } } } }
    } }"""

    answer = await execute(api, monkeypatch, 1, query, HOLDER, id=full_order.tracking_id)

    path = ["order", "shipments", 0, "items", 0, "item"]
    item = {"sku": "MUG", "unitPrice": None}
    assert answer.data == {"order": {"shipments": [{"items": [{"quantity": 2, "item": item}]}]}}
    assert [error["path"] for error in answer.errors] == [[*path, "unitPrice"]]


BROKEN = """query ($tracking: ID!) { order(trackingId: $tracking) {
  status history(first: 50) { nodes {
    ... on ShipmentStatusChanged { shipment { status items { item { sku } } } }
  } }
} }"""


async def test_null_propagates_from_a_deferred_selection_too(api, full_order, monkeypatch):
    """A change of a shipment lacks its shipment, which may not be null."""
    change = await Change.filter(kind="SHIPMENT_STATUS").order_by("position").first()
    assert change is not None
    await Change.filter(position=change.position).update(shipment_id=None)
    answers = [
        comparable(
            await execute(
                api, monkeypatch, deepest, BROKEN, SYSTEM, tracking=full_order.tracking_id
            )
        )
        for deepest in (1, 2, 3, 15)
    ]

    path = ["order", "history", "nodes", change.position - 1, "shipment"]
    data = {"order": {"status": "DELIVERED", "history": None}}
    assert answers == [(data, [(path, {"code": "INTERNAL"})])] * 4


PARTS = ("Money", "Location", "DeliveryEstimate", "Address")
ALIASES = 30
"""Additional fields in each selection: the more fields, the less deep a parser can follow."""


def all_of(name: str) -> str:
    """A selection of all scalar fields of a type, and of the objects that belong to it."""
    type_ = GRAPH.type_map[name]
    assert isinstance(type_, GraphQLObjectType)
    fields = [f"a{number}: id" for number in range(ALIASES)]
    for field_name, field in type_.fields.items():
        inner = get_named_type(field.type)
        if is_leaf_type(inner):
            fields.append(field_name)
        elif isinstance(inner, GraphQLObjectType) and inner.name in PARTS:
            fields.append(f"{field_name} {{ {' '.join(inner.fields)} }}")
    return " ".join(fields)


ORDER, PARCEL, EVENT, EXCEPTION, CUSTOMER = (
    all_of(name) for name in ("Order", "Shipment", "TrackingEvent", "OrderException", "Customer")
)
PAGE = "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
EVENTS = f"events(last: 2) {{ {PAGE} edges {{ cursor node {{ {EVENT} }} }} }}"
WIDE = {
    "a customer's orders": f"""customer {{ {CUSTOMER} orders(last: 2) {{ {PAGE} edges {{
      cursor node {{ {ORDER} {EVENTS} }}
    }} }} }}""",
    "parcels' troubles": f"""shipments {{ {PARCEL} exceptions {{ {EXCEPTION}
      openedBy {{ {EVENT} shipment {{ {PARCEL} estimates {{ latest }} }} }}
    }} }}""",
    "troubles of a parcel": f"exceptions {{ {EXCEPTION} shipment {{ {PARCEL} {EVENTS} }} }}",
}
"""Wide and deep selections of an order."""
ROOTS = {
    "order": "order(trackingId: $tracking) { %s }",
    "node": "node(id: $id) { ... on Order { %s } }",
    "nodes": "nodes(ids: [$id]) { ... on Order { %s } }",
    "orders": f"orders(last: 2) {{ {PAGE} edges {{ cursor node {{ {ORDER} %s }} }} }}",
    "shipments": f"shipments(last: 2) {{ {PAGE} edges {{ node {{ order {{ %s }} }} }} }}",
    "changes": "changes(first: 9) { edges { node { order { %s } } } }",
}


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize("wide", WIDE)
async def test_wide_and_deep_selections_are_answered(api, full_order, monkeypatch, root, wide):
    """The limit of nesting is lower for SQLite, whose parser has less room."""
    ids = {"tracking": full_order.tracking_id, "id": full_order.order_id}
    selection = ROOTS[root] % WIDE[wide]
    declared = ", ".join(f"${name}: ID!" for name in ids if f"${name}" in selection)
    query = f"query{f' ({declared})' if declared else ''} {{ {selection} }}"

    answer = await execute(api, monkeypatch, 3, query, SYSTEM, **ids)
    apart = await execute(api, monkeypatch, 1, query, SYSTEM, **ids)

    assert answer.errors == []
    assert answer.data == apart.data
