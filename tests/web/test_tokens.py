"""A token of the identity provider counts over every protocol, and what runs ends with it."""

import json
import logging
from pathlib import Path

import pytest

from access.claims import identity_id
from access.jwt_tokens import MESSAGE
from access.scopes import Scope
from models.changes import Change
from tests.identity_provider import IdentityProvider, now, token_settings
from tests.live_server import RunningService, build_settings, running_service
from tests.log_messages import security_events
from tests.timeouts import poll_until

pytestmark = pytest.mark.usefixtures("every_event")
VIEWER = "{ viewer { name scopes } }"
CLERK = {"data": {"viewer": {"name": "clerk", "scopes": ["ORDERS_READ"]}}}
FOLLOW = "subscription { changes { position } }"
CREATE = """mutation { orderCreate(input: {
  reference: "A-1", currency: "EUR", items: [{sku: "MUG", name: "Mug", quantity: 1}]
  customer: {name: "Customer"}
  shippingAddress: {line1: "Sample Street 1", city: "Berlin", country: "DE"}
}) { order { id } userErrors { message } } }"""


@pytest.fixture
async def service(provider: IdentityProvider, database_url: str, broadcast_url: str):
    options = token_settings(provider.issuer, f"{provider.issuer}/keys")
    async with running_service(build_settings(database_url, broadcast_url, **options)) as service:
        yield service


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def ask(service: RunningService, token: str, query: str = VIEWER):
    return await service.http.post("/graphql", json={"query": query}, headers=bearer(token))


async def test_a_token_counts_over_http_a_websocket_and_an_event_stream(service, provider):
    token = provider.token()

    assert (await ask(service, token)).json() == CLERK
    async with service.connect() as by_message, service.connect(bearer(token)) as by_handshake:
        await by_message.init(bearer(token))
        await by_handshake.init()
        for socket in (by_message, by_handshake):
            await socket.subscribe("1", VIEWER)
            assert await socket.results(1) == [CLERK]
    async with service.events(VIEWER, headers=bearer(token)) as events:
        event = await events.next()
        assert event is not None
        assert json.loads(event["data"]) == CLERK


async def test_the_servers_log_has_an_id_in_place_of_a_persons_name(
    service: RunningService, provider: IdentityProvider, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)
    token = provider.token(sub="ada@shop.example")

    assert (await ask(service, token)).json()["data"]["viewer"]["name"] == "ada@shop.example"
    refused = await ask(service, token, "{ apiKeys { id } }")

    assert refused.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    person = str(identity_id(provider.issuer, "ada@shop.example"))
    (forbidden,) = security_events(caplog.records)
    assert (forbidden["viewer"], forbidden["key_id"]) == (person, person)
    assert f"key={person} " in caplog.text
    assert "ada@shop" not in caplog.text


async def test_the_keys_of_a_provider_may_be_in_a_file(
    tmp_path: Path, database_url: str, broadcast_url: str
):
    provider = IdentityProvider()
    file = tmp_path / "keys.json"
    file.write_text(json.dumps(provider.key_set()))
    options = token_settings(provider.issuer, str(file))
    settings = build_settings(database_url, broadcast_url, **options)

    async with running_service(settings) as service:
        assert (await ask(service, provider.token())).json() == CLERK


async def test_a_token_with_a_fault_is_refused_and_only_the_log_says_why(service, provider, caplog):
    tokens = [provider.token(exp=now() - 61), provider.token(aud="other"), "a.b.c"]

    for token in tokens:
        answer = await ask(service, token)
        assert answer.status_code == 401
        assert answer.json()["errors"][0] == {
            "message": MESSAGE,
            "extensions": {"code": "UNAUTHENTICATED"},
        }
    async with service.connect() as socket:
        await socket.send(type="connection_init", payload=bearer(tokens[0]))
        assert await socket.close_code() == 4403

    assert [event["reason"] for event in security_events(caplog.records)] == [
        "TOKEN_EXPIRED",
        "TOKEN_AUDIENCE",
        "TOKEN_MALFORMED",
        "TOKEN_EXPIRED",
    ]
    assert not any(token in caplog.text for token in tokens)


async def test_what_runs_ends_when_its_token_expires(watchful, service, provider):
    token = provider.token(exp=now() + 4)
    async with (
        service.connect() as socket,
        service.events(FOLLOW, headers=bearer(token)) as events,
    ):
        await socket.init(bearer(token))
        await socket.subscribe("1", FOLLOW)
        await poll_until(lambda: service.feed._listeners())
        await events.next()

        assert await socket.close_code() == 4403
        await events.read_rest()
    await poll_until(lambda: not service.feed._listeners())

    # Requests may be a little late, as clocks differ, but nothing that goes on begins any more.
    assert (await ask(service, token)).json() == CLERK
    async with service.connect() as socket:
        await socket.send(type="connection_init", payload=bearer(token))
        assert await socket.close_code() == 4403
    late = {**bearer(token), "Accept": "text/event-stream"}
    refused = await service.http.post("/graphql", json={"query": FOLLOW}, headers=late)
    assert refused.status_code == 401


async def test_an_outage_of_the_provider_keeps_the_known_keys(service, provider):
    assert (await ask(service, provider.token())).json() == CLERK
    provider.is_away = True

    assert (await ask(service, provider.token(sub="guard"))).json()["data"]["viewer"][
        "name"
    ] == "guard"


async def test_without_any_keys_the_service_is_unavailable_to_tokens_alone(service, provider):
    provider.is_away = True

    answer = await ask(service, provider.token())

    assert answer.status_code == 503
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    assert (await service.fetch("{ viewer { scopes } }", Scope.ORDERS_READ)) == {
        "viewer": {"scopes": ["ORDERS_READ"]}
    }


async def test_unknown_keys_do_not_make_the_service_ask_the_provider_again(service, provider):
    await ask(service, provider.token())

    for number in range(5):
        stranger = provider.token(key_id=f"stranger {number % 2}")
        assert (await ask(service, stranger)).status_code == 401

    assert provider.key_reads == 1


async def test_the_log_names_the_person_for_whom_a_key_acts(service):
    headers = {**await service.headers(Scope.ADMIN), "Whereabouts-Actor": "Bäcker".encode()}

    await service.http.post("/graphql", json={"query": CREATE}, headers=headers)

    assert [change.actor for change in await Change.all()] == ["key 0:Bäcker"]


async def test_a_websocket_names_the_person_in_its_first_message(service):
    headers = await service.headers(Scope.ADMIN)
    async with service.connect() as socket:
        await socket.init({"headers": {**headers, "whereabouts-actor": "clerk"}})
        await socket.subscribe("1", CREATE)
        await socket.results(1)
    async with service.connect({**headers, "Whereabouts-Actor": "guard"}) as socket:
        await socket.init()
        await socket.subscribe("1", CREATE.replace("A-1", "A-2"))
        await socket.results(1)

    actors = [change.actor for change in await Change.all().order_by("position")]
    assert actors == ["key 0:clerk", "key 0:guard"]


async def test_a_name_that_the_log_does_not_take_is_refused_and_nothing_happens(service):
    headers = {**await service.headers(Scope.ADMIN), "Whereabouts-Actor": "a:b"}

    answer = await service.http.post("/graphql", json={"query": CREATE}, headers=headers)

    assert answer.status_code == 401
    assert "Whereabouts-Actor" in answer.json()["errors"][0]["message"]
    assert await Change.all().count() == 0
