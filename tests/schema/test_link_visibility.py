"""The holder of a tracking link sees the order of the link, and nothing else."""

from typing import Any
from uuid import UUID

import pytest
from graphql import GraphQLObjectType

from access.viewer import Viewer, link_viewer
from engine.operations import InvalidOperation
from models.node_ids import NodeType, node_id, parse_id
from models.orders import Order
from schema.build import build_schema
from tests.factories.acts import make_order
from tests.factories.drafts import build_customer_draft
from tests.factories.full_orders import FullOrder, make_full_order
from tests.schema import rights
from tests.schema.api import Api
from tests.schema.shortest_calls import shortest_call
from tests.schema.test_permissions import MUTATION, OPEN, QUERY, SUBSCRIPTION
from tests.schema.test_visibility import GUARDED, NODES, TYPES, UNGUARDED, execute, value_at

CUSTOMER = build_customer_draft(external_id="C-1")
ORDERS = "query($id: ID!) { order(trackingId: $id) { trackingId } }"


@pytest.fixture
async def other_order(api: Api, full_order: FullOrder) -> FullOrder:
    return await make_full_order(api.tracker, reference="R-2002", number="1Z999AA10123456785")


def holder_of(order: FullOrder) -> Viewer:
    order_id = parse_id(NodeType.ORDER, order.order_id)
    assert order_id is not None
    return link_viewer(order_id)


async def test_the_order_of_the_link_is_shown_and_another_is_unknown(
    api: Api, full_order: FullOrder, other_order: FullOrder
) -> None:
    answers = [
        (await api.execute(ORDERS, holder_of(full_order), id=order.tracking_id)).data
        for order in (full_order, other_order)
    ]

    assert answers == [{"order": {"trackingId": full_order.tracking_id}}, {"order": None}]


async def test_the_holder_reads_what_customers_may_read(api: Api, full_order: FullOrder) -> None:
    viewer = holder_of(full_order)
    for type_name, field in UNGUARDED:
        answer = await execute(api, viewer, full_order, type_name, field)
        assert answer.errors == [], (type_name, field)
    for type_name, field in GUARDED:
        answer = await execute(api, viewer, full_order, type_name, field)

        if field not in rights.fields(rights.STAFF, type_name):
            assert answer.errors == [], (type_name, field)
            continue
        assert set(answer.codes) == {"FORBIDDEN"}, (type_name, field)
        for error in answer.errors:
            assert value_at(answer.data, error["path"]) is None


async def test_the_holder_sees_no_next_statuses(api: Api, full_order: FullOrder) -> None:
    query = """query ($id: ID!) { order(trackingId: $id) {
      nextStatuses shipments { nextStatuses } exceptions(status: [OPEN]) { nextStatuses }
    } }"""

    seen = await api.fetch(query, holder_of(full_order), id=full_order.tracking_id)

    assert seen["order"] == {
        "nextStatuses": [],
        "shipments": [{"nextStatuses": []}],
        "exceptions": [{"nextStatuses": []}, {"nextStatuses": []}],
    }


async def test_nodes_are_those_of_the_order(
    api: Api, full_order: FullOrder, other_order: FullOrder
) -> None:
    viewer = holder_of(full_order)
    ids = [*full_order.node_ids, *other_order.node_ids, node_id(NodeType.API_KEY, UUID(int=1))]

    answer = await api.fetch(NODES, viewer, ids=ids)

    own = [
        {"__typename": type_, "id": id_}
        for type_, id_ in zip(TYPES, full_order.node_ids, strict=True)
    ]
    assert answer == {"nodes": [*own, *[None] * (len(TYPES) + 1)]}
    single = "query ($id: ID!) { node(id: $id) { id } }"
    for id_ in full_order.node_ids:
        assert await api.fetch(single, viewer, id=id_) == {"node": {"id": id_}}
    for id_ in other_order.node_ids:
        assert await api.fetch(single, viewer, id=id_) == {"node": None}


async def two_orders_of_a_customer(api: Api) -> tuple[Order, Order]:
    first = await make_order(api.tracker, customer=CUSTOMER)
    return first, await make_order(api.tracker, customer=CUSTOMER)


OWN_ORDERS = """
  orders(first: 5) { totalCount nodes { trackingId } edges { node { trackingId } }
    pageInfo { hasNextPage hasPreviousPage } }
"""
ONLY = {"hasNextPage": False, "hasPreviousPage": False}


def listed(order: Order) -> dict[str, Any]:
    node = {"trackingId": order.tracking_id}
    return {"totalCount": 1, "nodes": [node], "edges": [{"node": node}], "pageInfo": ONLY}


@pytest.mark.parametrize(
    "query",
    [
        f"query($id: ID!) {{ order(trackingId: $id) {{ customer {{ {OWN_ORDERS} }} }} }}",
        f"query($id: ID!) {{ order(trackingId: $id) {{ shipments {{ id }} customer {{"
        f" orders {{ nodes {{ customer {{ {OWN_ORDERS} }} }} }} }} }} }}",
    ],
)
async def test_of_the_customer_s_orders_this_one_is_shown(api: Api, query: str) -> None:
    for order in await two_orders_of_a_customer(api):
        answer = await api.fetch(query, link_viewer(order.id), id=order.tracking_id)

        customer = answer["order"]["customer"]
        if "totalCount" not in customer["orders"]:
            (node,) = customer["orders"]["nodes"]
            customer = node["customer"]
        assert customer["orders"] == listed(order)


async def test_the_customer_as_a_node_has_only_this_order(api: Api) -> None:
    query = f"query($id: ID!) {{ node(id: $id) {{ ... on Customer {{ {OWN_ORDERS} }} }} }}"
    for order in await two_orders_of_a_customer(api):
        id_ = node_id(NodeType.CUSTOMER, order.customer_id)
        answer = await api.fetch(query, link_viewer(order.id), id=id_)

        assert answer["node"]["orders"] == listed(order)


async def test_staff_still_see_all_orders_of_the_customer(api: Api) -> None:
    _, order = await two_orders_of_a_customer(api)
    query = "query($id: ID!) { order(trackingId: $id) { customer { orders { totalCount } } } }"

    answer = await api.fetch(query, id=order.tracking_id)

    assert answer["order"]["customer"]["orders"]["totalCount"] == 2


@pytest.mark.parametrize("root", [QUERY, SUBSCRIPTION], ids=str)
async def test_the_holder_may_use_no_list_and_no_aggregate(
    api: Api, full_order: FullOrder, root: GraphQLObjectType
) -> None:
    viewer = holder_of(full_order)
    for name in set(root.fields) - OPEN:
        query = f"{root.name.lower()} {{ {shortest_call(root, name, '{__typename}')} }}"
        if root is SUBSCRIPTION:
            with pytest.raises(InvalidOperation) as refused:
                async with api.stream(query, viewer):
                    pass
            assert "needs an API key" in str(refused.value.errors[0])
            continue
        answer = await api.execute(query, viewer)
        assert not (answer.data or {}).get(name)
        assert answer.codes == ["FORBIDDEN"], name


async def test_the_holder_may_give_no_command(api: Api, full_order: FullOrder) -> None:
    before = await api.fetch("{ position }")
    for name in set(MUTATION.fields) - OPEN:
        call = shortest_call(MUTATION, name, "{userErrors{code}}")

        answer = await api.execute(f"mutation {{ {call} }}", holder_of(full_order))

        assert answer.data is not None
        assert answer.data[name]["userErrors"] == [{"code": "FORBIDDEN"}], name
    assert await api.fetch("{ position }") == before


async def test_the_viewer_of_a_link_has_no_scopes(api: Api, full_order: FullOrder) -> None:
    answer = await api.fetch("{ viewer { name scopes } }", holder_of(full_order))

    assert answer == {"viewer": {"name": "tracking link", "scopes": []}}


async def test_the_documents_of_the_holder_have_the_limits_of_strangers(
    api: Api, full_order: FullOrder
) -> None:
    fields = " ".join(f"a{number}: position" for number in range(301))

    answer = await api.execute(f"{{ {fields} }}", holder_of(full_order))

    assert answer.codes == ["LIMIT_EXCEEDED"]


def test_the_plans_of_the_holder_are_made_in_advance() -> None:
    viewers = build_schema().plans._planner.viewers

    assert [viewer.reads.has_link for viewer in viewers].count(True) == 1
