"""The cookie of a session counts only for pages of the service itself: no other page acts by it."""

import json
from typing import Any

import pytest

from access.scopes import Scope
from models.orders import Order
from tests.live_server import RunningService, build_settings, running_service
from tests.log_messages import security_events
from web.credentials import CROSS_SITE

pytestmark = pytest.mark.usefixtures("every_event")
SHOP = "https://shop.example"
VIEWER = "{ viewer { name } }"
CREATE = """mutation { orderCreate(input: {
  reference: "A-1", currency: "EUR", items: [{sku: "MUG", name: "Mug", quantity: 1}]
  customer: {name: "Customer"}
  shippingAddress: {line1: "Sample Street 1", city: "Berlin", country: "DE"}
}) { order { id } userErrors { message } } }"""
JSON = "application/json"


@pytest.fixture
async def service(database_url: str, broadcast_url: str):
    """A service whose client has the cookie of an administrator's session."""
    settings = build_settings(database_url, broadcast_url, WHEREABOUTS_ALLOWED_ORIGINS=SHOP)
    async with running_service(settings) as service:
        key = await service.key(Scope.ADMIN)
        signed_in = await service.http.post("/sign-in", json={"apiKey": key}, headers=own(service))
        assert signed_in.status_code == 204
        yield service


def own(service: RunningService) -> dict[str, str]:
    return {"Origin": f"http://{service.address}"}


def cookie(service: RunningService) -> dict[str, str]:
    return {"Cookie": f"wa_session={service.http.cookies['wa_session']}"}


async def post(service: RunningService, query: str, headers: dict[str, str]) -> Any:
    return await service.http.post("/graphql", json={"query": query}, headers=headers)


async def test_a_page_of_the_service_acts_by_the_cookie(service):
    created = await post(service, CREATE, own(service))

    assert created.json()["data"]["orderCreate"]["userErrors"] == []
    assert await Order.all().count() == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": SHOP},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Referer": "http://127.0.0.1/"},
        {"Accept": "text/event-stream"},
        {"Whereabouts-Actor": "clerk"},
    ],
    ids=str,
)
async def test_nobody_else_acts_by_the_cookie(service, headers, caplog):
    for query in (CREATE, VIEWER):
        refused = await post(service, query, headers)

        assert refused.status_code == 403
        assert refused.json() == {
            "errors": [{"message": CROSS_SITE, "extensions": {"code": "FORBIDDEN"}}]
        }
    assert await Order.all().count() == 0
    reasons = {event.get("reason") for event in security_events(caplog.records)}
    assert "CROSS_SITE" in reasons


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded"])
async def test_what_a_form_can_send_is_refused(service, media_type):
    content = json.dumps({"query": CREATE})

    refused = await service.http.post(
        "/graphql", content=content, headers=own(service) | {"Content-Type": media_type}
    )

    assert refused.status_code == 415
    assert await Order.all().count() == 0


async def test_get_reads_by_the_cookie_for_pages_and_persons_and_changes_nothing(service):
    async def name(headers: dict[str, str]) -> str:
        response = await service.http.get("/graphql", params={"query": VIEWER}, headers=headers)
        return str(response.json()["data"]["viewer"]["name"])

    for headers in (
        {},
        own(service),
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin"},
    ):
        assert await name(headers) == "key 0"
    for headers in (
        {"Origin": SHOP},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-origin", "Origin": SHOP},
    ):
        assert await name(headers) == "anonymous"
    refused = await service.http.get(
        "/graphql", params={"query": CREATE}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert refused.status_code == 405
    assert await Order.all().count() == 0


async def test_a_websocket_of_another_page_has_no_rights_by_the_cookie(service):
    for headers, name in (
        (own(service), "key 0"),
        ({"Origin": SHOP}, "anonymous"),
        ({}, "anonymous"),
    ):
        async with service.connect(headers | cookie(service)) as socket:
            await socket.init()
            await socket.subscribe("1", VIEWER)
            assert await socket.results(1) == [{"data": {"viewer": {"name": name}}}]
    evil = {"Origin": "https://evil.example"} | cookie(service)
    assert await service.handshake_refusal(evil) == (403, None)


async def test_an_event_stream_of_a_page_of_the_service_has_the_rights_of_the_session(service):
    headers = {"Sec-Fetch-Site": "same-origin"}
    async with service.events(VIEWER, method="GET", headers=headers) as events:
        event = await events.next()

    assert event is not None
    assert json.loads(event["data"]) == {"data": {"viewer": {"name": "key 0"}}}


async def test_a_header_counts_before_the_cookie(service):
    headers = await service.headers(Scope.ORDERS_READ)

    by_header = await post(service, VIEWER, headers)
    async with service.connect(own(service) | cookie(service) | headers) as handshake:
        await handshake.init()
        await handshake.subscribe("1", VIEWER)
        by_handshake = await handshake.results(1)
    async with service.connect(own(service) | cookie(service)) as socket:
        await socket.init(headers)
        await socket.subscribe("1", VIEWER)
        by_message = await socket.results(1)

    assert by_header.json() == {"data": {"viewer": {"name": "key 1"}}}
    assert by_message == by_handshake == [by_header.json()]


async def test_no_other_site_gets_a_cookie_or_is_let_in_with_one(service):
    answer = await service.http.options(
        "/graphql", headers={"Origin": SHOP, "Access-Control-Request-Method": "POST"}
    )

    assert "access-control-allow-credentials" not in answer.headers
    for path in ("/sign-in", "/sign-out"):
        refused = await service.http.post(path, json={}, headers={"Origin": SHOP})
        assert refused.status_code == 403
        assert "set-cookie" not in refused.headers


@pytest.mark.parametrize("value", ["invented", "a" * 5000, "", "é"])
async def test_a_cookie_that_no_session_has_is_no_right(service, value):
    service.http.cookies.clear()
    headers = {
        b"Cookie": f"wa_session={value}".encode(),
        b"Origin": own(service)["Origin"].encode(),
    }

    response = await service.http.post("/graphql", json={"query": VIEWER}, headers=headers)

    if value in ("invented", "é"):
        assert response.status_code == 401
    else:
        assert response.json() == {"data": {"viewer": {"name": "anonymous"}}}
