"""A work queue does the work of clients in turns, within each client's allowance."""

import asyncio

import pytest

from errors import TooManyRequests
from runtime import work_queue
from runtime.work_queue import Allowance, WorkQueue
from tests.subscriptions.live_queries import FakeClock
from tests.timeouts import poll_until

PLENTY = Allowance(seconds=60.0, period=60.0, maximum_waiting=100, refusal="too much")
SMALL = Allowance(seconds=60.0, period=60.0, maximum_waiting=2, refusal="too much")

SLOW = Allowance(seconds=2.0, period=20.0, maximum_waiting=2, refusal="too much")


class Work:
    """Work that takes as much time as it says."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._time = 0.0
        self.done: list[str] = []
        monkeypatch.setattr(work_queue, "thread_time", lambda: self._time)

    def __call__(self, name: str, seconds: float = 0.001) -> str:
        self._time += seconds
        self.done.append(name)
        return name


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    return Work(monkeypatch)


async def test_work_is_done_at_once_if_nothing_waits(work):
    queue = WorkQueue()

    assert await queue.run("client", PLENTY, "a", lambda: work("a", 0.0)) == "a"
    assert await queue.run("client", PLENTY, "b", lambda: work("b", 0.0)) == "b"


async def test_an_error_of_the_work_is_raised_at_once_and_after_a_wait(work):
    queue = WorkQueue()

    def fail() -> None:
        work("failure")
        raise ZeroDivisionError

    for _ in range(2):  # the second one waits for the rest after the first
        with pytest.raises(ZeroDivisionError):
            await queue.run("client", PLENTY, "key", fail)


async def test_clients_have_turns(work):
    queue = WorkQueue()
    await queue.run("many", PLENTY, "first", lambda: work("first", 0.1))

    def begin(client: str, name: str) -> "asyncio.Task[str]":
        return asyncio.ensure_future(queue.run(client, PLENTY, name, lambda: work(name)))

    tasks = [begin("many", f"many {number}") for number in range(4)]
    tasks.append(begin("other", "other 0"))
    tasks.append(begin("other", "other 1"))
    await asyncio.gather(*tasks)

    assert work.done == ["first", "many 0", "other 0", "many 1", "other 1", "many 2", "many 3"]


async def test_the_queue_rests_three_times_as_long_as_it_works(work, monkeypatch):
    queue, clock = WorkQueue(), FakeClock(monkeypatch)
    await queue.run("client", PLENTY, "first", lambda: work("first", 5.0))
    second = asyncio.ensure_future(queue.run("other", PLENTY, "2", lambda: work("second", 5.0)))

    await clock.advance(14.0)
    assert work.done == ["first"]
    await clock.advance(2.0)
    assert await second == "second"


async def test_equal_work_that_waits_is_done_once(work):
    queue = WorkQueue()
    await queue.run("client", PLENTY, "first", lambda: work("first", 0.1))

    results = await asyncio.gather(
        *(queue.run("client", PLENTY, "same", lambda: work("same")) for _ in range(50))
    )

    assert results == ["same"] * 50
    assert work.done == ["first", "same"]


async def test_a_used_allowance_delays_its_client_alone(work, monkeypatch):
    queue, clock = WorkQueue(), FakeClock(monkeypatch)
    await queue.run("many", SLOW, "first", lambda: work("first", 4.0))
    delayed = asyncio.ensure_future(queue.run("many", SLOW, "second", lambda: work("second")))
    await clock.advance(13.0)  # the rest is over

    await queue.run("other", SLOW, "other", lambda: work("other"))
    await clock.advance(6.0)
    assert work.done == ["first", "other"]
    await clock.advance(2.0)  # 2 s too much were used, of which 0.1 s a second are gained
    assert await delayed == "second"


async def test_one_client_s_work_waits_up_to_a_number(work):
    queue = WorkQueue()
    await queue.run("many", SMALL, "first", lambda: work("first", 0.1))
    waiting = [
        asyncio.ensure_future(queue.run("many", SMALL, number, lambda: work("waiting")))
        for number in range(2)
    ]
    await asyncio.sleep(0)

    with pytest.raises(TooManyRequests, match="too much"):
        await queue.run("many", SMALL, "one more", lambda: work("one more"))

    await queue.run("other", SMALL, "other", lambda: work("other"))
    await asyncio.gather(*waiting)
    assert work.done == ["first", "waiting", "other", "waiting"]


async def test_a_client_without_an_allowance_is_not_limited(work):
    queue = WorkQueue()
    await queue.run("process", None, "first", lambda: work("first", 0.0))

    await asyncio.gather(
        *(queue.run("process", None, number, lambda: work("next", 0.0)) for number in range(500))
    )

    assert len(work.done) == 501


async def test_work_that_nobody_waits_for_any_more_is_harmless(work):
    queue = WorkQueue()
    await queue.run("client", PLENTY, "first", lambda: work("first", 0.1))
    waiting = asyncio.ensure_future(queue.run("client", PLENTY, "gone", lambda: work("gone")))
    await asyncio.sleep(0)
    waiting.cancel()

    await poll_until(lambda: work.done == ["first", "gone"])
    assert await queue.run("client", PLENTY, "next", lambda: work("next")) == "next"


async def test_clients_with_a_whole_allowance_are_forgotten(work, monkeypatch):
    monkeypatch.setattr(work_queue, "REMEMBERED_CLIENTS", 3)
    queue = WorkQueue()
    await queue.run("busy", SMALL, "first", lambda: work("first", 100.0))

    for number in range(5):
        queue._rests_until = 0.0
        await queue.run(number, SMALL, number, lambda: work("small", 0.0))

    assert "busy" in queue._clients
    assert len(queue._clients) <= 3


async def test_work_that_is_charged_to_a_client_delays_its_next_work(work, monkeypatch):
    queue, clock = WorkQueue(), FakeClock(monkeypatch)

    assert queue.charged("many", SLOW, lambda: work("charged", 4.0)) == "charged"

    delayed = asyncio.ensure_future(queue.run("many", SLOW, "next", lambda: work("next")))
    await clock.advance(19.0)
    assert work.done == ["charged"]
    await clock.advance(2.0)  # 2 s too much were used, of which 0.1 s a second are gained
    assert await delayed == "next"
