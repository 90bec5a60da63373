"""What a client may ask for in a period: requests, orders by their tracking ids, and costs."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from access.rate_limits import RateLimits
from access.scopes import Scope
from access.viewer import ANONYMOUS, Viewer
from database.columns import new_id
from errors import RateLimited, Unavailable
from models.tracking_ids import new_tracking_id
from tests.live_changes import make_pending_order
from tests.live_server import RunningService, build_settings, running_service
from tests.stopped_clock import NOW, stop_the_clock
from web.clients import network_of
from web.graphql.admission import Admission, ClientRates

READER = (Scope.ORDERS_READ,)
LOOK_UP = "query ($id: ID!) { order(trackingId: $id) { status } }"
FOLLOW = "subscription ($ids: [ID!]!) { orderChanged(trackingIds: $ids) { position } }"


@pytest.fixture
def limited(database_url: str, broadcast_url: str, request: pytest.FixtureRequest) -> Any:
    """Starts services with the given limits, whose counts nobody else shares."""

    @asynccontextmanager
    async def start(**limits: int) -> AsyncGenerator[RunningService, None]:
        options = {f"WHEREABOUTS_{name.upper()}": str(value) for name, value in limits.items()}
        async with running_service(build_settings(database_url, "memory://", **options)) as service:
            stop_the_clock(service)
            yield service

    return start


def refusal_of(response: Any) -> tuple[int, str, str]:
    """The status, the code and the message of a refused request, without its last sentence."""
    (error,) = response.json()["errors"]
    message = error["message"].partition(" Try again in ")[0]
    return response.status_code, error["extensions"]["code"], message


async def test_an_address_looks_up_only_so_many_orders(limited: Any) -> None:
    async with limited(lookups_per_minute=3) as service:
        for _ in range(3):
            assert (await service.fetch(LOOK_UP, id=new_tracking_id())) == {"order": None}
        refused = await service.post(LOOK_UP, id=new_tracking_id())
        with_key = await service.post(LOOK_UP, *READER, id=new_tracking_id())

    assert refusal_of(refused) == (
        429,
        "LIMIT_EXCEEDED",
        "Without an API key, 3 orders are looked up for this address in a minute at most.",
    )
    assert refused.headers["Retry-After"] == "40"
    assert with_key.json() == {"data": {"order": None}}


async def test_look_ups_of_a_day_are_limited_too(limited: Any) -> None:
    async with limited(lookups_per_minute=10, lookups_per_day=2) as service:
        for _ in range(2):
            await service.fetch(LOOK_UP, id=new_tracking_id())
        refused = await service.post(LOOK_UP, id=new_tracking_id())

    assert refusal_of(refused)[2].endswith(
        "2 orders are looked up for this address in a day at most."
    )
    assert refused.headers["Retry-After"] == str(86_400 - 8 * 3600 - 20)


async def test_an_order_that_is_looked_up_again_is_counted_once(limited: Any) -> None:
    known, unknown = new_tracking_id(), new_tracking_id()
    async with limited(lookups_per_minute=2) as service:
        for _ in range(3):
            for id_ in (known, unknown):
                assert (await service.post(LOOK_UP, id=id_)).status_code == 200

        assert (await service.post(LOOK_UP, id=new_tracking_id())).status_code == 429
        assert (await service.post(LOOK_UP, id=known)).status_code == 200


async def test_aliases_count_each_and_spellings_of_one_id_once(limited: Any) -> None:
    ids = [new_tracking_id() for _ in range(4)]
    aliased = [f'a{n}: order(trackingId: "{id_}") {{ id }}' for n, id_ in enumerate(ids)]
    same = f'{{ a: order(trackingId: "{ids[0]}") {{ id }}'
    same += f' b: order(trackingId: "{ids[0].lower().replace("-", " ")}") {{ id }} }}'
    async with limited(lookups_per_minute=3) as service:
        assert (await service.post("{" + " ".join(aliased) + "}")).status_code == 429
        assert (await service.post(same)).status_code == 200
        assert (await service.post("{" + " ".join(aliased[1:]) + "}")).status_code == 429
        assert (await service.post("{" + " ".join(aliased[1:3]) + "}")).status_code == 200


async def test_mistyped_ids_do_not_count(limited: Any) -> None:
    async with limited(lookups_per_minute=1) as service:
        for typed in ("", "WA-0000", "not an id", "x" * 100):
            assert await service.fetch(LOOK_UP, id=typed) == {"order": None}
        assert await service.fetch(LOOK_UP, id=new_tracking_id()) == {"order": None}
        assert (await service.post(LOOK_UP, id=new_tracking_id())).status_code == 429


async def test_all_protocols_count_look_ups_together(limited: Any) -> None:
    async with limited(lookups_per_minute=4) as service:
        ids = [(await make_pending_order(service)).tracking_id for _ in range(7)]
        await service.fetch(LOOK_UP, id=ids[0])
        async with service.socket() as socket:
            await socket.subscribe("1", FOLLOW, ids=ids[1:3])
            await socket.subscribe("2", FOLLOW, ids=ids[3:5])
            refused = await socket.next()
        async with service.events(LOOK_UP, id=ids[5]) as events:
            assert (await events.next() or {})["event"] == "next"
        last = await service.post(LOOK_UP, id=ids[6])

    (error,) = refused["payload"]
    assert refused["type"] == "error"
    assert error["extensions"]["code"] == "LIMIT_EXCEEDED"
    assert error["extensions"]["retryAfter"] == 40
    assert last.status_code == 429


async def test_requests_of_an_address_and_of_a_key_are_counted_apart(limited: Any) -> None:
    async with limited(requests_per_minute_per_address=2, requests_per_minute_per_key=3) as service:
        key = [await service.post("{ position }", *READER) for _ in range(4)]
        address = [await service.post("{ position }") for _ in range(3)]
        other_key = await service.post("{ position }", Scope.ADMIN)

    assert [response.status_code for response in key] == [200, 200, 200, 429]
    assert [response.status_code for response in address] == [200, 200, 429]
    assert other_key.status_code == 200
    assert refusal_of(key[3])[1:] == (
        "LIMIT_EXCEEDED",
        "This key has sent 3 requests within a minute, the most that it may.",
    )
    assert refusal_of(address[2])[2] == (
        "This address has sent 2 requests within a minute, the most that it may. Send an API key."
    )


async def test_operations_of_a_websocket_count_as_requests(limited: Any) -> None:
    async with limited(requests_per_minute_per_address=2) as service, service.socket() as socket:
        for id_ in ("1", "2"):
            await socket.subscribe(id_, "{ position }")
            assert await socket.results(1) == [{"data": {"position": 0}}]
            assert await socket.next() == {"id": id_, "type": "complete"}
        await socket.subscribe("3", "{ position }")
        refused = await socket.next()

    assert refused["payload"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"


@pytest.mark.parametrize("query", ["{ nothing }", "{"])
async def test_invalid_documents_count_over_every_protocol(limited: Any, query: str) -> None:
    async with limited(requests_per_minute_per_address=3) as service:
        codes = []
        async with service.socket() as socket, service.socket() as other:
            for id_, one in (("1", socket), ("2", other)):
                await one.subscribe(id_, query)
                codes.append((await one.next())["payload"][0]["extensions"]["code"])
            async with service.events(query) as events:
                assert (await events.next() or {})["event"] == "next"
            await socket.subscribe("3", query)
            codes.append((await socket.next())["payload"][0]["extensions"]["code"])
            assert (await service.post("{ position }")).status_code == 429

    assert codes[0] == codes[1] != "LIMIT_EXCEEDED"
    assert codes[2] == "LIMIT_EXCEEDED"


async def test_what_is_over_the_limit_is_refused_before_its_document_is_read(limited: Any) -> None:
    query = "{ position unseen: __typename }"
    async with limited(requests_per_minute_per_address=1) as service, service.socket() as socket:
        await service.fetch("{ position }")
        known = service.schema.documents.statistics
        await socket.subscribe("1", query)
        assert (await socket.next())["type"] == "error"
        async with service.events(query) as events:
            await events.next()

        assert service.schema.documents.statistics == known


async def test_an_outage_while_a_caller_is_identified_ends_no_websocket(
    limited: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: object) -> Viewer:
        raise Unavailable

    async with limited() as service, service.socket() as socket:
        with monkeypatch.context() as away:
            away.setattr(service.service.callers.authenticator, "viewer", fail)
            await socket.subscribe("1", "{ position }")
            refused = await socket.next()
        await socket.subscribe("2", "{ position }")
        assert await socket.results(1) == [{"data": {"position": 0}}]

    assert refused["type"] == "error"
    assert refused["payload"][0]["extensions"]["code"] == "UNAVAILABLE"


async def test_wrong_keys_count_for_their_address(limited: Any) -> None:
    wrong = {"Authorization": "Bearer wa_live_no"}
    async with limited(requests_per_minute_per_address=2) as service:
        statuses = [
            (await service.http.post("/graphql", json={"query": "{ position }"}, headers=wrong))
            for _ in range(3)
        ]
        async with service.connect(wrong) as socket:
            assert await socket.close_code() == 1013

    assert [response.status_code for response in statuses] == [401, 401, 429]


async def test_an_operation_that_costs_too_much_is_refused_before_it_runs(limited: Any) -> None:
    query = """query ($first: Int) { orders(first: $first) { nodes {
      shipments { events(first: 20) { nodes { type } } } } } }"""
    async with limited() as service:
        small = await service.post(query, *READER, first=90)
        large = await service.post(query, *READER, first=100)
        anonymous = await service.post(query, first=10)

    assert small.json() == {"data": {"orders": {"nodes": []}}}
    assert refusal_of(large) == (
        200,
        "LIMIT_EXCEEDED",
        "This operation costs 10600; at most 10000 are allowed. Ask for smaller pages, or for less"
        " inside of them.",
    )
    assert refusal_of(anonymous)[2] == (
        "This operation costs 1060; at most 1000 are allowed. Ask for smaller pages, or for less"
        " inside of them, or send an API key."
    )


async def test_costs_are_counted_for_a_minute_and_told_when_asked_for(limited: Any) -> None:
    query = "{ orders(first: 40) { nodes { status } } }"
    payload = {"query": query, "extensions": {"cost": True}}
    async with limited(cost_per_minute_per_key=100) as service:
        headers = await service.headers(*READER)
        told = [await service.http.post("/graphql", json=payload, headers=headers) for _ in (1, 2)]
        silent = await service.post("{ position }", *READER)
        refused = await service.post(query, *READER)

    costs = [response.json()["extensions"]["cost"] for response in told]
    assert [(cost["used"], cost["budget"]) for cost in costs] == [(40, 100), (80, 100)]
    assert costs[0].keys() == {"used", "budget", "resetAt"}
    assert costs[0]["resetAt"] == "2027-01-15T08:02:00Z"
    assert "extensions" not in silent.json()
    assert refusal_of(refused)[0] == 429
    assert refusal_of(refused)[2] == (
        "The operations of this key have cost 100 within a minute, or would do so."
    )


async def test_an_unlimited_budget_is_null(limited: Any) -> None:
    payload = {"query": "{ position }", "extensions": {"cost": True}}
    async with limited() as service:
        answer = (await service.http.post("/graphql", json=payload)).json()

    assert answer["data"] == {"position": 0}
    assert answer["extensions"]["cost"]["budget"] is None


async def test_refused_clients_stand_in_the_security_log(
    limited: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async with limited(lookups_per_minute=1) as service:
        for _ in range(2):
            await service.post(LOOK_UP, id=new_tracking_id())

    lines = [
        record.getMessage() for record in caplog.records if "RATE_LIMITED" in record.getMessage()
    ]
    assert len(lines) == 1
    assert "limit=lookups-per-minute" in lines[0]


async def test_a_live_aggregate_is_paid_for_each_time_that_it_is_computed(limited: Any) -> None:
    query = "subscription { orderStats(every: 0.25, first: 10) { groups { count } } }"
    budget = limited(cost_per_minute_per_key=130)
    async with budget as service, service.socket(Scope.ANALYTICS_READ) as socket:
        await socket.subscribe("1", query)
        assert await socket.results(1) == [{"data": {"orderStats": {"groups": [{"count": 0}]}}}]
        await make_pending_order(service)
        assert await socket.results(1) == [{"data": {"orderStats": {"groups": [{"count": 1}]}}}]
        await socket.subscribe("2", query.replace("10", "11"))
        refused = await socket.next()

    assert refused["id"] == "2"
    assert refused["payload"][0]["message"] == (
        "The operations of this key have cost 130 within a minute, or would do so."
        " Try again in 65 seconds."
    )


async def test_what_runs_by_itself_waits_until_it_can_be_afforded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, waits = NOW, []

    async def sleep(seconds: float) -> None:
        nonlocal now
        waits.append(seconds)
        now += seconds + 0.001

    monkeypatch.setattr("web.graphql.admission.asyncio.sleep", sleep)
    limits = RateLimits(clock=lambda: now)
    rates = ClientRates(cost_per_minute_per_key=100)
    account = Admission(limits, rates).account(Viewer("dashboard", key_id=new_id()), "192.0.2.1")

    for _ in range(3):
        await account.afford(60)

    assert waits == [59, 60]


async def test_the_holder_of_a_tracking_link_counts_as_a_stranger_and_ipv6_by_network() -> None:
    rates = ClientRates(lookups_per_minute=1, requests_per_minute_per_address=1)
    admission = Admission(RateLimits(), rates)
    holder = Viewer("link", order_id=new_id())
    first, second = (network_of(f"2001:db8::{part}") for part in ("1", "2:3"))

    await admission.account(holder, first).admit()
    with pytest.raises(RateLimited):
        await admission.account(ANONYMOUS, second).admit()
    await admission.account(ANONYMOUS, network_of("2001:db8:0:1::1")).admit()
