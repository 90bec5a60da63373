"""A rule for the rows of a model holds in every list, lookup and aggregate of that model."""

from typing import Any

import pytest
from tortoise.models import Model

from access.scopes import Scope
from access.viewer import ANONYMOUS, SYSTEM, Viewer
from engine.sql.conditions import EVERYTHING, NOTHING, compared
from models.api_keys import ApiKey
from models.customers import Customer
from models.events import TrackingEvent
from models.exceptions import OrderException
from models.node_ids import NodeType, node_id
from models.orders import Order, OrderItem
from models.shipments import Shipment
from projections.rollups import rebuild
from resolvers.catalogue import CATALOGUE
from resolvers.visibility import PARTNER_BOUNDS, ROW_RIGHTS, bounds, visible
from tests.factories.rows import insert_customer, insert_order
from tests.schema.api import Api


@pytest.fixture
async def orders(api: Api, monkeypatch: pytest.MonkeyPatch) -> tuple[Order, Order]:
    """A visible order to Germany and an invisible one to France, both counted in the rollups."""
    customer = await insert_customer()
    german = await insert_order(customer.id, destination_country="DE")
    french = await insert_order(customer.id, destination_country="FR")
    await rebuild()
    in_germany = compared('"orders"."destination_country"', "=", "DE")
    model: type[Model] = Order
    monkeypatch.setitem(ROW_RIGHTS, model, lambda viewer: in_germany)
    return german, french


def id_of(order: Order) -> str:
    return node_id(NodeType.ORDER, order.id)


@pytest.mark.parametrize("model", [Order, OrderItem, Customer, Shipment, OrderException])
def test_every_row_of_a_model_without_a_rule_is_visible(model: Any):
    assert visible(model, ANONYMOUS) == EVERYTHING


def test_an_event_without_an_order_is_visible_to_nobody():
    assert visible(TrackingEvent, SYSTEM).text == '"tracking_event"."order_id" IS NOT NULL'


async def test_a_lookup_by_tracking_id_finds_only_visible_orders(
    api: Api, orders: tuple[Order, Order]
):
    query = "query ($id: ID!) { order(trackingId: $id) { id } }"
    found = [await api.fetch(query, id=order.tracking_id) for order in orders]

    assert found == [{"order": {"id": id_of(orders[0])}}, {"order": None}]


async def test_a_lookup_by_id_finds_only_visible_orders(api: Api, orders: tuple[Order, Order]):
    german, french = map(id_of, orders)
    query = "query ($ids: [ID!]!, $id: ID!) { nodes(ids: $ids) { id } node(id: $id) { id } }"

    assert await api.fetch(query, ids=[french, german], id=french) == {
        "nodes": [None, {"id": german}],
        "node": None,
    }


@pytest.mark.parametrize("filter_", ["", "(filter: {status: [PENDING]})"])
async def test_a_list_has_only_visible_orders(api: Api, orders: tuple[Order, Order], filter_: str):
    data = await api.fetch(f"{{ orders{filter_} {{ nodes {{ id }} totalCount }} }}")

    assert data == {"orders": {"nodes": [{"id": id_of(orders[0])}], "totalCount": 1}}


async def test_a_filter_of_invisible_orders_finds_nothing(api: Api, orders: tuple[Order, Order]):
    data = await api.fetch('{ orders(filter: {country: ["FR"]}) { nodes { id } totalCount } }')

    assert data == {"orders": {"nodes": [], "totalCount": 0}}


@pytest.mark.parametrize("filter_", ["", '(filter: {country: ["DE", "FR"]})'])
async def test_an_aggregate_counts_only_visible_orders(
    api: Api, orders: tuple[Order, Order], filter_: str
):
    data = await api.fetch(f"{{ orderStats{filter_} {{ groups {{ count }} }} }}")

    assert data == {"orderStats": {"groups": [{"count": 1}]}}


PARTNER = Viewer("depot", frozenset({Scope.ORDERS_READ}), carriers=frozenset({"ups", "dpd"}))
MODELS = {source.model for source in CATALOGUE.values()}


def test_a_viewer_without_bounds_is_bounded_nowhere():
    assert {bounds(model, SYSTEM) for model in MODELS} == {EVERYTHING}


def test_what_partners_see_is_said_of_every_model_but_keys():
    assert MODELS - PARTNER_BOUNDS.keys() == {ApiKey}
    assert visible(ApiKey, PARTNER) == NOTHING


@pytest.mark.usefixtures("db")
async def test_every_value_of_a_bound_is_the_carriers_of_the_partner():
    """A statement binds them once, by the viewer of each request."""
    values = [value for model in MODELS for value in bounds(model, PARTNER).values]

    assert values
    assert all(value == ["dpd", "ups"] for value in values)
