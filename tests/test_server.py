"""The whole service from outside: HTTP, websockets, and the end of a process."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
import websockets

from access.scopes import Scope
from models.rollups import RollupCursor
from projections import consumer
from tests.live_server import LiveServer, RunningService, build_settings, running_service

CREATE = """mutation { orderCreate(input: {
  reference: "R-1", customer: {name: "Customer 1"}, currency: "EUR",
  shippingAddress: {line1: "Sample Street 1", city: "Berlin", country: "DE"},
  items: [{sku: "MUG", name: "Mug", quantity: 2, unitPrice: "9.99"}]
}) { order { trackingId status position } userErrors { code message } } }"""
CONFIRM = """mutation ($id: ID!) { orderConfirm(trackingId: $id) {
  order { status } userErrors { code } } }"""
SHIP = """mutation ($id: ID!) { shipmentCreate(trackingId: $id, input: {}) {
  shipment { id } userErrors { code } } }"""
FOLLOW = """subscription ($ids: [ID!]!, $after: Position) {
  orderChanged(trackingIds: $ids, after: $after) {
    __typename position sequence ... on OrderStatusChanged { previous status }
  } }"""
CHANGES = """subscription ($filter: ChangeFilter, $after: Position) {
  changes(filter: $filter, after: $after) { position actor order { reference } } }"""
WRITER = (Scope.ORDERS_READ, Scope.ORDERS_WRITE)


@pytest.fixture
async def service(database_url: str, broadcast_url: str) -> AsyncGenerator[RunningService, None]:
    async with running_service(build_settings(database_url, broadcast_url)) as service:
        yield service


async def place_order(service: RunningService) -> tuple[str, int]:
    """Places an order and returns its tracking id and the position to follow after."""
    order = (await service.fetch(CREATE, *WRITER))["orderCreate"]["order"]
    return order["trackingId"], order["position"]


async def test_an_order_is_placed_and_followed_after_its_position(service):
    tracking_id, position = await place_order(service)

    async with service.socket() as socket:
        await socket.subscribe("1", FOLLOW, ids=[tracking_id], after=position)
        await service.fetch(CONFIRM, *WRITER, id=tracking_id)
        results = await socket.results(1)

    assert results == [
        {
            "data": {
                "orderChanged": {
                    "__typename": "OrderStatusChanged",
                    "position": position + 1,
                    "sequence": 2,
                    "previous": "PENDING",
                    "status": "CONFIRMED",
                }
            }
        }
    ]


async def test_a_client_that_returns_with_its_last_position_misses_nothing(service):
    tracking_id, _ = await place_order(service)
    results = []

    async with service.socket() as socket:
        await socket.subscribe("1", FOLLOW, ids=[tracking_id], after=0)
        results += await socket.results(1)
    await service.fetch(CONFIRM, *WRITER, id=tracking_id)
    async with service.socket() as socket:
        last = results[-1]["data"]["orderChanged"]["position"]
        await socket.subscribe("1", FOLLOW, ids=[tracking_id], after=last)
        await service.fetch(SHIP, *WRITER, id=tracking_id)
        results += await socket.results(2)

    changes = [result["data"]["orderChanged"] for result in results]
    assert [change["sequence"] for change in changes] == [1, 2, 3]
    assert [change["__typename"] for change in changes] == [
        "OrderCreated",
        "OrderStatusChanged",
        "ShipmentStatusChanged",
    ]


async def test_changes_come_filtered_with_the_key_of_connection_init(service):
    first, _ = await place_order(service)

    async with service.socket(Scope.ORDERS_READ) as socket:
        await socket.subscribe("1", CHANGES, filter={"kinds": ["ORDER_STATUS"]}, after=0)
        await service.fetch(CONFIRM, *WRITER, id=first)
        (result,) = await socket.results(1)

    assert result == {
        "data": {"changes": {"position": 2, "actor": "key 0", "order": {"reference": "R-1"}}}
    }


async def test_the_key_may_come_with_the_handshake(service):
    headers = await service.headers(Scope.ORDERS_READ)

    async with service.connect(headers) as socket:
        await socket.init()
        await socket.subscribe("1", "{ viewer { scopes } }")
        (result,) = await socket.results(1)

    assert result == {"data": {"viewer": {"scopes": ["ORDERS_READ"]}}}


async def test_a_wrong_key_is_refused_over_http(service):
    for header in ("Bearer wa_live_wrong", "Basic x", "Bearer", ""):
        response = await service.http.post(
            "/graphql", json={"query": "{ position }"}, headers={"Authorization": header}
        )

        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"
        (error,) = response.json()["errors"]
        assert error["extensions"] == {"code": "UNAUTHENTICATED"}


async def test_a_wrong_key_closes_a_websocket(service, caplog):
    wrong = {"Authorization": "Bearer wa_live_wrong"}

    async with service.connect() as socket:
        await socket.send(type="connection_init", payload=wrong)
        assert await socket.close_code() == 4403
    async with service.connect(wrong) as socket:
        assert await socket.close_code() == 4403
    assert [record for record in caplog.records if record.exc_info] == []


async def test_a_browser_gets_graphiql_and_a_program_gets_json(service):
    page = await service.http.get("/graphql", headers={"Accept": "text/html"})
    answer = await service.http.get("/graphql", params={"query": "{ position }"})

    assert page.headers["content-type"].startswith("text/html")
    assert "graphiql" in page.text.lower()
    assert answer.json() == {"data": {"position": 0}}


async def test_graphiql_can_be_switched_off(database_url, broadcast_url):
    settings = build_settings(database_url, broadcast_url, WHEREABOUTS_GRAPHIQL="off")
    async with running_service(settings) as service:
        response = await service.http.get("/graphql", headers={"Accept": "text/html"})

    assert response.status_code == 404
    assert response.json()["errors"][0]["extensions"] == {"code": "INVALID"}


async def test_introspection_can_be_switched_off(database_url, broadcast_url):
    settings = build_settings(database_url, broadcast_url, WHEREABOUTS_INTROSPECTION="off")
    async with running_service(settings) as service:
        response = await service.post("{ __schema { queryType { name } } }")

    (code,) = {error["extensions"]["code"] for error in response.json()["errors"]}
    assert code == "GRAPHQL_VALIDATION_FAILED"
    assert "data" not in response.json()


async def test_one_address_serves_http_and_websockets_without_a_redirect(service):
    response = await service.post("{ position }")
    async with service.socket() as socket:
        await socket.subscribe("1", "{ position }")
        (result,) = await socket.results(1)

    assert response.history == []
    assert response.json() == result == {"data": {"position": 0}}


async def test_a_page_of_another_origin_opens_no_websocket(service):
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with service.connect({"Origin": "https://elsewhere.example"}):
            pass

    assert refused.value.response.status_code == 403


async def test_liveness_and_readiness_are_reported(service):
    alive = await service.http.get("/livez")
    ready = await service.http.get("/readyz")

    assert (alive.status_code, alive.text) == (200, "ok")
    assert ready.status_code == 200
    assert ready.json()["status"] in (
        "ok",
        "degraded",
    )  # The service is ready once Redis has answered.


async def test_counters_report_changes_and_what_is_left(database_url, broadcast_url, monkeypatch):
    monkeypatch.setattr(consumer, "INTERVAL", 0.01)
    async with running_service(build_settings(database_url, broadcast_url)) as service:
        await place_order(service)
        async with asyncio.timeout(20):
            while (await service.http.get("/readyz")).json()["uncounted"]:
                pass

        counted = await RollupCursor.get()
    assert counted.position == 1


async def test_hits_and_misses_of_documents_are_reported(service):
    """The four documents of the pages are there from the start, and each was found once."""
    for query in ("{ position }", "{ position }", "{ nothing }"):
        await service.post(query)

    assert (await service.http.get("/readyz")).json()["operations"] == {
        "hits": 1 + 4,
        "misses": 2,
        "evictions": 0,
        "documents": 1,
        "characters": 12,
        "trusted": 4,
        "plans": {"hits": 1, "misses": 1},
    }


async def test_stopping_tells_followers_to_come_back(database_url, broadcast_url):
    async with (
        LiveServer(build_settings(database_url, broadcast_url)) as running,
        running.client() as service,
        service.socket(Scope.ORDERS_READ) as follower,
    ):
        await follower.subscribe("1", CHANGES)
        await running.stop()
        code = await follower.close_code()

    assert code == 1012
