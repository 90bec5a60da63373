"""Rate limits: each identity may do something so often in a period, however many processes there
are, and whether Redis is there or not."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.rate_counters import BoundedMemoryStorage, SharedCounter
from access.rate_limits import RateLimit, RateLimits, open_rate_limits
from devservices.redis import RedisServer
from errors import RateLimited
from tests.clock import Clock
from tests.profiles import examples

LOOKUPS = RateLimit("look-ups", 3, 60, "This address has looked up 3 orders within a minute.")
START = 6_000_000.0
"""The beginning of a window of 60 seconds."""


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture
def limits(clock: Clock) -> RateLimits:
    return RateLimits(clock=clock)


async def waits(limits: RateLimits, limit: RateLimit, *identity: str, cost: int = 1) -> int:
    """Take from the limit, and return the seconds that a refused client is told; 0 if it is not."""
    try:
        await limits.take(limit, *identity, cost=cost)
    except RateLimited as refusal:
        return refusal.retry_after
    return 0


async def test_what_is_over_the_limit_is_refused_with_the_seconds_to_wait(
    limits: RateLimits, clock: Clock
) -> None:
    clock.now = START + 20
    for _ in range(3):
        await limits.take(LOOKUPS, "192.0.2.1")

    with pytest.raises(RateLimited) as refusal:
        await limits.take(LOOKUPS, "192.0.2.1")

    assert refusal.value.retry_after == 40
    assert refusal.value.message == (
        "This address has looked up 3 orders within a minute. Try again in 40 seconds."
    )


@given(st.lists(st.tuples(st.integers(1, 5), st.floats(0, 200)), min_size=1, max_size=20))
@examples(50)
def test_nobody_gets_more_than_twice_the_limit_in_any_period_and_waits_suffice(
    calls: list[tuple[int, float]],
) -> None:
    asyncio.run(_demand_bounds(calls))


async def _demand_bounds(calls: list[tuple[int, float]]) -> None:
    clock = Clock()
    limits, limit = RateLimits(clock=clock), RateLimit("x", 5, 60, "Too often.")
    taken: list[tuple[float, int]] = []
    for cost, pause in calls:
        clock.now += pause
        if wait := await waits(limits, limit, "a", cost=cost):
            clock.now += wait + 0.001
            assert await waits(limits, limit, "a", cost=cost) == 0
        taken.append((clock.now, cost))
        assert sum(cost for at, cost in taken if at > clock.now - 60) <= 2 * limit.amount


async def test_identities_and_limits_are_counted_apart(limits: RateLimits) -> None:
    other = RateLimit("others", 3, 60, "Too often.")

    assert await waits(limits, LOOKUPS, "a", cost=3) == 0
    assert await waits(limits, LOOKUPS, "b", cost=3) == 0
    assert await waits(limits, other, "a", cost=3) == 0
    assert await waits(limits, LOOKUPS, "a") == 60


async def test_what_is_refused_is_not_counted(limits: RateLimits) -> None:
    await limits.take(LOOKUPS, "a", cost=2)

    assert await waits(limits, LOOKUPS, "a", cost=2) == 60
    assert await waits(limits, LOOKUPS, "a", cost=1) == 0


async def test_a_limit_of_zero_limits_nothing(limits: RateLimits) -> None:
    off = RateLimit("look-ups", 0, 60, "Never said.")

    await limits.take(off, "a", cost=1_000_000)
    await limits.demand(off, "a")


async def test_a_demand_counts_nothing_and_is_refused_when_nothing_is_left(
    limits: RateLimits,
) -> None:
    await limits.take(LOOKUPS, "a", cost=2)
    for _ in range(5):
        await limits.demand(LOOKUPS, "a")
    await limits.take(LOOKUPS, "a")

    with pytest.raises(RateLimited):
        await limits.demand(LOOKUPS, "a")


async def test_usage_says_what_is_used_and_when_nothing_of_it_counts_any_more(
    limits: RateLimits, clock: Clock
) -> None:
    clock.now = START + 10
    await limits.take(LOOKUPS, "a", cost=2)

    assert await limits.usage(LOOKUPS, "a") == (2, datetime.fromtimestamp(START + 120, UTC))
    clock.now = START + 75
    assert await limits.usage(LOOKUPS, "a") == (1, datetime.fromtimestamp(START + 120, UTC))
    clock.now = START + 130
    assert await limits.usage(LOOKUPS, "a") == (0, datetime.fromtimestamp(START + 130, UTC))


async def test_memory_holds_the_identities_that_were_seen_last(clock: Clock) -> None:
    storage = BoundedMemoryStorage(clock, maximum=2)
    for address in ("a", "b", "a", "c"):
        await storage.acquire_sliding_window_entry(f"requests/{address}", 5, 60)

    assert len(storage) == 2
    windows = [await storage.get_sliding_window(f"requests/{one}", 60) for one in ("a", "c")]
    assert [window[2] for window in windows] == [2, 1]


async def test_many_identities_at_one_limit_forget_nothing_of_another(clock: Clock) -> None:
    storage = BoundedMemoryStorage(clock, maximum=2)
    await storage.acquire_sliding_window_entry("proofs/order", 5, 60)
    for address in "abc":
        await storage.acquire_sliding_window_entry(f"requests/{address}", 5, 60)

    assert (await storage.get_sliding_window("proofs/order", 60))[2] == 1
    assert len(storage) == 3


def test_a_refusal_keeps_its_seconds_inside_of_an_input() -> None:
    refusal = RateLimited("Too often.", 7, ("id",)).inside("input")

    assert (refusal.message, refusal.retry_after, refusal.field) == (
        "Too often.",
        7,
        ("input", "id"),
    )


@pytest.fixture
async def processes(
    redis: RedisServer | None,
) -> AsyncIterator[tuple[RateLimits, RateLimits]]:
    """The limits of two processes that share a Redis."""
    if redis is None:
        pytest.skip("the embedded engine has no Redis")
    one, other = open_rate_limits(redis.url), open_rate_limits(redis.url)
    async with aclosing(one), aclosing(other):
        yield one, other


def limit_of(request: pytest.FixtureRequest, amount: int, lease: int = 1) -> RateLimit:
    return RateLimit(request.node.name, amount, 3600, "Too often.", lease)


async def test_processes_count_together(
    processes: tuple[RateLimits, RateLimits], request: pytest.FixtureRequest
) -> None:
    one, other = processes
    limit = limit_of(request, 4)
    for limits in (one, other, one, other):
        await limits.take(limit, "a")

    assert 0 < await waits(one, limit, "a") <= 3600
    assert 0 < await waits(other, limit, "a") <= 3600
    with pytest.raises(RateLimited):
        await other.demand(limit, "a")
    await other.take(limit, "b")


async def test_a_process_takes_ahead_what_is_taken_often(
    processes: tuple[RateLimits, RateLimits], request: pytest.FixtureRequest
) -> None:
    one, other = processes
    limit = limit_of(request, 10, lease=8)
    for _ in range(8):
        await one.take(limit, "a")

    assert [await waits(other, limit, "a") for _ in range(2)] == [0, 0]
    assert await waits(other, limit, "a") > 0
    assert await waits(one, limit, "a") > 0


async def test_those_who_come_at_once_share_what_their_process_took_ahead(
    processes: tuple[RateLimits, RateLimits], request: pytest.FixtureRequest
) -> None:
    one, other = processes
    limit = limit_of(request, 40, lease=20)

    assert await asyncio.gather(*(waits(one, limit, "a") for _ in range(20))) == [0] * 20
    assert await asyncio.gather(*(waits(other, limit, "a") for _ in range(20))) == [0] * 20
    assert await waits(one, limit, "a") > 0


async def test_without_redis_each_process_counts_alone_and_nobody_waits_long(clock: Clock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        limits = RateLimits(SharedCounter(f"redis://127.0.0.1:{port}"), clock)
        async with asyncio.timeout(10), aclosing(limits):
            for _ in range(3):
                await limits.take(LOOKUPS, "a")
            with pytest.raises(RateLimited):
                await limits.take(LOOKUPS, "a")


async def test_while_redis_is_away_it_is_not_asked_at_each_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counter = SharedCounter("redis://127.0.0.1:1", clock=lambda: 1000.0)
    asked = 0

    async def fail(*_: object) -> bool:
        nonlocal asked
        asked += 1
        raise ConnectionError

    monkeypatch.setattr(counter.storage, "acquire_sliding_window_entry", fail)

    assert [await counter.take("a", 1, 60, 1, 1) for _ in range(5)] == [True] * 5
    assert asked == 1


async def test_while_redis_is_away_looking_at_its_counts_does_not_ask_it_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counter = SharedCounter("redis://127.0.0.1:1", clock=lambda: 1000.0)
    limits, asked = RateLimits(counter), 0

    async def fail(*_: object) -> object:
        nonlocal asked
        asked += 1
        raise ConnectionError

    monkeypatch.setattr(counter.storage, "get_sliding_window", fail)
    monkeypatch.setattr(counter.storage, "acquire_sliding_window_entry", fail)

    for _ in range(5):
        await limits.demand(LOOKUPS, "a")
    await limits.take(LOOKUPS, "a")
    assert asked == 1
