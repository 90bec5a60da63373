"""A tracking link works over HTTP, websockets and event streams, and what runs with it ends."""

import logging
import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

import pytest

from access import link_cache
from access.scopes import Scope
from access.secrets import new_secret_key
from models.orders import Order
from tests.factories.acts import make_order
from tests.live_server import RunningService, build_settings, running_service
from tests.timeouts import poll_until
from unit_of_work.unit_of_work import Tracker
from web import connection_registry

KEY = new_secret_key().get_secret_value()
CREATE = """mutation($id: ID!, $code: String) {
  trackingLinkCreate(trackingId: $id, postalCode: $code) { token url userErrors { code } }
}"""
REVOKE = """mutation($id: ID!) {
  trackingLinksRevoke(trackingId: $id, reason: "Lost") { userErrors { code } }
}"""
READ = "query($id: ID!) { order(trackingId: $id) { customer { name } } }"
SHOWN = {"data": {"order": {"customer": {"name": "Customer 1"}}}}
SAID = re.compile(r"(?:event|object_id|reason)=\S+")
FOLLOW = "subscription($ids: [ID!]!) { orderChanged(trackingIds: $ids, after: 0) { sequence } }"


@dataclass
class Linked:
    """A running service with an order and a link to it."""

    service: RunningService
    order: Order
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def revoke(self) -> None:
        """Revoke the links of the order through the API."""
        answer = await self.service.fetch(REVOKE, Scope.ORDERS_WRITE, id=self.order.tracking_id)
        assert answer["trackingLinksRevoke"]["userErrors"] == []

    async def read(self, headers: dict[str, str]) -> tuple[int, Any]:
        """The status and the answer to the link's holder who asks for the order by HTTP."""
        payload = {"query": READ, "variables": {"id": self.order.tracking_id}}
        response = await self.service.http.post("/graphql", json=payload, headers=headers)
        return response.status_code, response.json()


@pytest.fixture
async def linked(
    database_url: str, broadcast_url: str, tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Linked, None]:
    """The service looks up the order of a link at each use, and checks connections often."""
    monkeypatch.setattr(link_cache, "MAX_AGE_SECONDS", 0.0)
    monkeypatch.setattr(connection_registry, "TICK", 0.01)
    settings = build_settings(
        database_url,
        broadcast_url,
        WHEREABOUTS_SECRET_KEYS=KEY,
        WHEREABOUTS_PUBLIC_URL="https://shop.example",
    )
    async with running_service(settings) as service:
        order = await make_order(tracker)
        created = await service.fetch(CREATE, id=order.tracking_id, code="10115")
        link = created["trackingLinkCreate"]
        url = f"https://shop.example/t/{order.tracking_id}?k={link['token']}"
        assert link == {"token": link["token"], "url": url, "userErrors": []}
        yield Linked(service, order, link["token"])


def security_events(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The events of the security log with what they say of links."""
    events = [
        record.getMessage() for record in caplog.records if record.name == "whereabouts.security"
    ]
    return [
        " ".join(SAID.findall(event)).removeprefix("event=")
        for event in events
        if "KEY_CREATED" not in event
    ]


async def test_a_link_shows_its_order_over_http_until_it_is_revoked(
    linked: Linked, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "whereabouts.security")
    assert await linked.read(linked.headers) == (200, SHOWN)

    await linked.revoke()

    revoked = await linked.read(linked.headers)
    forged = await linked.read({"Authorization": "Bearer wa_link_forged"})
    assert revoked == forged
    events = security_events(caplog)
    assert events[0] == f"LINKS_REVOKED object_id={linked.order.id}"
    assert events[1:] == [
        "REFUSED_CREDENTIALS reason=LINK_REVOKED",
        "REFUSED_CREDENTIALS reason=LINK_FORGED",
    ]
    assert linked.token not in caplog.text
    status, answer = revoked
    assert (status, answer["errors"][0]["extensions"]) == (401, {"code": "UNAUTHENTICATED"})


async def test_a_link_shows_its_order_over_a_websocket(linked: Linked) -> None:
    service, id_ = linked.service, linked.order.tracking_id
    async with service.connect() as socket:
        await socket.init(linked.headers)
        await socket.subscribe("1", READ, id=id_)
        assert await socket.results(1) == [SHOWN]
    async with service.connect(linked.headers) as socket:
        await socket.init()
        await socket.subscribe("1", READ, id=id_)
        assert await socket.results(1) == [SHOWN]


async def test_a_running_subscription_ends_when_the_link_is_revoked(linked: Linked) -> None:
    service, ids = linked.service, [linked.order.tracking_id]
    async with service.connect() as socket, service.socket() as holder_of_id:
        await socket.init(linked.headers)
        for websocket in (socket, holder_of_id):
            await websocket.subscribe("1", FOLLOW, ids=ids)
            assert len(await websocket.results(2)) == 2

        await linked.revoke()

        assert await socket.close_code() == 4403
        assert await holder_of_id.results(1) == [{"data": {"orderChanged": {"sequence": 3}}}]
    async with service.connect() as socket:
        await socket.send(type="connection_init", payload=linked.headers)
        assert await socket.close_code() == 4403


async def test_a_running_event_stream_ends_when_the_link_is_revoked(linked: Linked) -> None:
    service, ids = linked.service, [linked.order.tracking_id]
    async with service.events(FOLLOW, headers=linked.headers, ids=ids) as events:
        assert events.response.status_code == 200
        await events.next()
        await poll_until(lambda: service.feed._listeners())

        await linked.revoke()

        await events.read_rest()
    async with service.events(FOLLOW, headers=linked.headers, ids=ids) as events:
        assert events.response.status_code == 401
    assert not service.feed._listeners()


async def test_wrong_proofs_are_counted_for_the_client_s_address(
    linked: Linked, caplog: pytest.LogCaptureFixture
) -> None:
    id_ = linked.order.tracking_id
    await linked.service.fetch(CREATE, id=id_, code="99999")
    assert security_events(caplog) == [f"LINK_PROOF_FAILED object_id={linked.order.id}"]
    assert "99999" not in caplog.text
    codes = []
    for number in range(51):
        answer = await linked.service.fetch(CREATE, id=f"unknown {number}", code="1")
        (error,) = answer["trackingLinkCreate"]["userErrors"]
        codes.append(error["code"])

    assert codes == ["NOT_FOUND"] * 49 + ["LIMIT_EXCEEDED"] * 2
