"""A null in a non-null field makes its parent null, and an error has its path."""

import pytest

from access.viewer import SYSTEM
from engine.error_formatting import MASKED
from models.changes import Change
from tests.schema.viewers import HOLDER

MOVED = "__typename ... on ShipmentStatusChanged { status }"


@pytest.fixture
async def broken(full_order) -> int:
    """The index in the log of a change whose status is null, which it may not be."""
    change = await Change.filter(kind="SHIPMENT_STATUS").order_by("position").first()
    assert change is not None
    await Change.filter(position=change.position).update(status=None)
    index: int = change.position - 1
    return index


async def test_null_propagates_to_the_next_nullable_field(api, full_order, broken, caplog):
    query = f"""query ($id: ID!) {{ order(trackingId: $id) {{
      status history(first: 50) {{ totalCount nodes {{ {MOVED} }} }}
    }} }}"""

    answer = await api.execute(query, SYSTEM, id=full_order.tracking_id)

    assert answer.data == {"order": {"status": "DELIVERED", "history": None}}
    (error,) = answer.errors
    assert error["path"] == ["order", "history", "nodes", broken, "status"]
    assert (error["message"], error["extensions"]) == (MASKED, {"code": "INTERNAL"})
    (location,) = error["locations"]
    assert query.splitlines()[location["line"] - 1][location["column"] - 1 :].startswith("status }")
    assert "ShipmentStatusChanged.status" in caplog.text


async def test_null_propagates_to_the_root_if_no_field_is_nullable(api, full_order, broken):
    query = f"{{ viewer {{ name }} changes(first: 50) {{ edges {{ node {{ {MOVED} }} }} }} }}"

    answer = await api.execute(query, SYSTEM)

    assert answer.data is None
    assert [error["path"] for error in answer.errors] == [
        ["changes", "edges", broken, "node", "status"]
    ]


async def test_a_page_without_the_broken_row_has_no_error(api, full_order, broken):
    query = f"{{ changes(first: {broken}) {{ nodes {{ {MOVED} }} }} }}"

    nodes = (await api.fetch(query))["changes"]["nodes"]

    assert len(nodes) == broken


TOO_MANY = """query ($ids: [ID!]!, $first: Int) { nodes(ids: $ids) {
  id ... on Order { events(first: $first) { totalCount } }
} }"""


async def test_a_refused_non_null_field_nulls_its_list_item(api, full_order):
    ids = [full_order.shipment_id, full_order.order_id, "order_x", full_order.order_id]

    answer = await api.execute(TOO_MANY, SYSTEM, ids=ids, first=101)

    assert answer.data == {"nodes": [{"id": full_order.shipment_id}, None, None, None]}
    assert [error["path"] for error in answer.errors] == [
        ["nodes", 1, "events"],
        ["nodes", 3, "events"],
    ]
    assert [error["extensions"] for error in answer.errors] == [
        {"code": "INVALID", "field": ["first"]}
    ] * 2


async def test_a_field_refused_to_one_request_is_answered_to_another(api, full_order):
    """Both requests share a plan."""
    for first, expected in ((101, None), (1, 3), (-1, None), (2, 3)):
        answer = await api.execute(TOO_MANY, SYSTEM, ids=[full_order.order_id], first=first)
        (node,) = answer.data["nodes"]
        assert (node and node["events"]["totalCount"]) == expected


async def test_errors_within_lists_have_their_places(api, full_order):
    query = """query ($id: ID!) { order(trackingId: $id) {
      items { sku unitPrice { amount } }
      events { edges { node { type location { city name } description } } }
    } }"""

    answer = await api.execute(query, HOLDER, id=full_order.tracking_id)

    nodes = [edge["node"] for edge in answer.data["order"]["events"]["edges"]]
    assert [node["type"] for node in nodes] == ["PICKED_UP", "DAMAGED", "DELIVERED"]
    assert [node["location"] and node["location"]["city"] for node in nodes] == [
        "Leipzig",
        None,
        "Leipzig",
    ]
    events = ["order", "events", "edges"]
    assert [error["path"] for error in answer.errors] == [
        ["order", "items", 0, "unitPrice"],
        [*events, 0, "node", "location", "name"],
        [*events, 0, "node", "description"],
        [*events, 1, "node", "description"],
        [*events, 2, "node", "location", "name"],
        [*events, 2, "node", "description"],
    ]
    assert answer.codes == ["FORBIDDEN"] * 6
