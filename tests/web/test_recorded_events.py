"""A running server records who was refused and what happened to keys, by address and request."""

import logging
import re
from collections.abc import Iterator

import pytest

from access.api_keys import create_key, revoke_key
from access.key_format import generate_key
from access.scopes import Scope
from tests.live_server import RunningService
from tests.timeouts import poll_until

FORBIDDEN = "query A { changes { nodes { position } } }"
REVOKE = "mutation($id: ID!) { apiKeyRevoke(id: $id) { userErrors { code } } }"
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LOCAL = "address=127.0.0.1"


@pytest.fixture(autouse=True)
def _info(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.INFO, "whereabouts.security"):
        yield


def messages(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        record.getMessage() for record in caplog.records if record.name == "whereabouts.security"
    ]


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The messages without the ids of keys."""
    return [ID.sub("KEY", message) for message in messages(caplog)]


def traced(id_: str, key: str = "") -> dict[str, str]:
    return {"X-Request-Id": id_} | ({"Authorization": key} if key else {})


REFUSED = {
    "another scheme": ("Basic secret", "reason=NO_BEARER"),
    "another text": ("Bearer secret", "reason=MALFORMED"),
    "a key of another service": (
        f"Bearer {generate_key()}",
        "reason=UNKNOWN",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_refused_credentials_are_recorded_without_them(service: RunningService, caplog, name):
    key, reason = REFUSED[name]

    response = await service.http.post(
        "/graphql", json={"query": "{ position }"}, headers=traced("trace-1", key)
    )

    assert response.status_code == 401
    assert lines(caplog) == [f"event=REFUSED_CREDENTIALS {LOCAL} request_id=trace-1 {reason}"]


async def test_the_id_of_a_revoked_key_is_recorded(service: RunningService, caplog):
    row, key = await create_key("shop", [Scope.ORDERS_READ])
    await revoke_key(row.id)
    caplog.clear()

    await service.http.post(
        "/graphql", json={"query": "{ position }"}, headers=traced("trace-1", f"Bearer {key}")
    )

    assert messages(caplog) == [
        f"event=REFUSED_CREDENTIALS key_id={row.id} {LOCAL} request_id=trace-1 reason=REVOKED"
    ]


async def test_a_websocket_records_refused_credentials_and_forbidden_operations(
    service: RunningService, caplog
):
    async with service.connect(traced("trace-1")) as socket:
        await socket.init()
        await socket.subscribe("a", FORBIDDEN)
        await socket.results(1)
        await poll_until(lambda: lines(caplog) != [])
    async with service.connect(traced("trace-2")) as socket:
        await socket.send(type="connection_init", payload={"Authorization": "Bearer secret"})
        assert await socket.close_code() == 4403

    assert lines(caplog) == [
        f"event=FORBIDDEN viewer=anonymous {LOCAL} request_id=trace-1/a",
        f"event=REFUSED_CREDENTIALS {LOCAL} request_id=trace-2 reason=MALFORMED",
    ]


async def test_a_forbidden_query_and_mutation_are_recorded(service: RunningService, caplog):
    headers = await service.headers(Scope.ORDERS_READ)
    mutation = {"query": REVOKE, "variables": {"id": "key_1"}}
    caplog.clear()

    await service.http.post("/graphql", json={"query": FORBIDDEN}, headers=traced("trace-1"))
    await service.http.post("/graphql", json=mutation, headers=headers | traced("trace-2"))

    assert lines(caplog) == [
        f"event=FORBIDDEN viewer=anonymous {LOCAL} request_id=trace-1",
        f'event=FORBIDDEN viewer="key 0" key_id=KEY {LOCAL} request_id=trace-2',
    ]


async def test_a_key_that_is_revoked_by_the_api_is_recorded_with_who_did_it(
    service: RunningService, caplog
):
    row, _ = await create_key("shop", [Scope.ORDERS_READ])
    headers = await service.headers(Scope.ADMIN) | traced("trace-1")
    caplog.clear()

    await service.http.post(
        "/graphql",
        json={"query": REVOKE, "variables": {"id": f"key_{row.id}"}},
        headers=headers,
    )

    assert messages(caplog) == [
        f'event=KEY_REVOKED viewer="key 0" key_id={row.id} {LOCAL} request_id=trace-1'
    ]


async def test_a_foreign_page_is_recorded(service: RunningService, caplog):
    headers = {"Origin": "https://elsewhere.example"}
    assert await service.handshake_refusal(headers | traced("trace-1")) == (403, None)
    response = await service.http.options("/graphql", headers=headers)

    assert response.status_code == 403
    assert lines(caplog) == [
        f"event=ORIGIN_REFUSED {LOCAL} request_id=trace-1",
        f"event=ORIGIN_REFUSED {LOCAL}",
    ]
