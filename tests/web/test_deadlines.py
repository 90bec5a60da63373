"""Work that exceeds its deadline is ended, and the client is told to try again."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from tests.live_server import RunningService, build_settings, running_service
from web import deadlines
from web.deadlines import Deadlines


@pytest.fixture(autouse=True)
def frequent_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadlines, "TICK", 0.001)


@pytest.fixture
async def short_deadlines() -> AsyncGenerator[Deadlines, None]:
    """Deadlines of a hundredth of a second."""
    short_deadlines = Deadlines(0.01)
    keeping = asyncio.create_task(short_deadlines.keep())
    yield short_deadlines
    keeping.cancel()


async def hang() -> None:
    await asyncio.Event().wait()


async def test_work_beyond_the_deadline_ends_with_a_timeout(short_deadlines: Deadlines) -> None:
    with pytest.raises(TimeoutError), short_deadlines.limited():
        await hang()

    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    assert not short_deadlines._running


async def test_work_within_the_deadline_is_not_interrupted(short_deadlines: Deadlines) -> None:
    with short_deadlines.limited():
        await asyncio.sleep(0)

    assert not short_deadlines._running
    await asyncio.sleep(0.03)


async def test_an_error_within_the_deadline_is_raised_unchanged(short_deadlines: Deadlines) -> None:
    with pytest.raises(KeyError), short_deadlines.limited():
        raise KeyError

    assert not short_deadlines._running


async def test_a_cancellation_by_others_is_not_a_timeout() -> None:
    long_deadlines, begun = Deadlines(60.0), asyncio.Event()

    async def work() -> None:
        with long_deadlines.limited():
            begun.set()
            await hang()

    task = asyncio.create_task(work())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not long_deadlines._running


async def test_a_cancellation_together_with_the_deadline_is_not_a_timeout() -> None:
    """A cancellation from elsewhere must not be swallowed by the deadline."""
    passed_deadlines, begun = Deadlines(-1.0), asyncio.Event()

    async def work() -> None:
        with passed_deadlines.limited():
            begun.set()
            await hang()

    task = asyncio.create_task(work())
    await begun.wait()
    (deadline,) = passed_deadlines._running
    deadline.tick(asyncio.get_running_loop().time())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_each_block_has_its_own_deadline(short_deadlines: Deadlines) -> None:
    async def work(*, is_slow: bool) -> str:
        try:
            with short_deadlines.limited():
                await (hang() if is_slow else asyncio.sleep(0))
        except TimeoutError:
            return "late"
        return "done"

    results = await asyncio.gather(*(work(is_slow=number % 2 == 0) for number in range(6)))

    assert results == ["late", "done"] * 3


@pytest.fixture
async def hanging_service(
    database_url: str, broadcast_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[RunningService, None]:
    """A service with a short deadline, in which reading the head of the log hangs."""
    monkeypatch.setattr("web.graphql.service.TIME_TO_ANSWER", 0.5)
    monkeypatch.setattr("schema.root_fields.log_head", hang)
    async with running_service(build_settings(database_url, broadcast_url)) as service:
        yield service


async def test_a_request_that_takes_too_long_is_to_be_tried_again(
    hanging_service: RunningService,
) -> None:
    for form in ("application/json", "application/graphql-response+json"):
        response = await hanging_service.http.post(
            "/graphql", json={"query": "{ position }"}, headers={"Accept": form}
        )

        assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
        (error,) = response.json()["errors"]
        assert error["extensions"] == {"code": "UNAVAILABLE"}
    assert (await hanging_service.post("{ viewer { name } }")).status_code == 200


async def test_a_body_that_does_not_arrive_is_not_waited_for(
    hanging_service: RunningService,
) -> None:
    host, port = hanging_service.address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: 1000\r\n\r\n{"
    )

    assert (await reader.readline()).startswith(b"HTTP/1.1 503")
    writer.close()


async def test_on_a_websocket_a_deadline_ends_one_operation_only(
    hanging_service: RunningService,
) -> None:
    async with hanging_service.socket() as socket:
        await socket.subscribe("1", "{ position }")
        message = await socket.next()
        await socket.subscribe("2", "{ viewer { name } }")
        results = await socket.results(1)

    assert (message["id"], message["type"]) == ("1", "error")
    assert message["payload"][0]["extensions"] == {"code": "UNAVAILABLE"}
    assert results == [{"data": {"viewer": {"name": "anonymous"}}}]
