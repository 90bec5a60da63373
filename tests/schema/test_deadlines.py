"""Work that exceeds its deadline is ended, and the client is told to try again."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from schema.endpoint import deadlines
from schema.endpoint.deadlines import Deadlines
from tests.live_server import RunningService, build_settings, running_service


@pytest.fixture(autouse=True)
def looked_at_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadlines, "TICK", 0.001)


@pytest.fixture
async def short() -> AsyncGenerator[Deadlines, None]:
    """Deadlines of a hundredth of a second."""
    short = Deadlines(0.01)
    keeping = asyncio.create_task(short.keep())
    yield short
    keeping.cancel()


async def hang() -> None:
    await asyncio.Event().wait()


async def test_what_takes_longer_ends_with_a_timeout(short: Deadlines) -> None:
    with pytest.raises(TimeoutError), short.limited():
        await hang()

    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    assert not short._running


async def test_what_is_done_in_time_is_let_be(short: Deadlines) -> None:
    with short.limited():
        await asyncio.sleep(0)

    assert not short._running
    await asyncio.sleep(0.03)


async def test_an_error_stays_itself(short: Deadlines) -> None:
    with pytest.raises(KeyError), short.limited():
        raise KeyError

    assert not short._running


async def test_whoever_else_ends_it_is_no_timeout() -> None:
    patient, begun = Deadlines(60.0), asyncio.Event()

    async def work() -> None:
        with patient.limited():
            begun.set()
            await hang()

    task = asyncio.create_task(work())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not patient._running


async def test_ended_by_both_it_is_no_timeout() -> None:
    """A cancellation from elsewhere must not be swallowed by the deadline."""
    late, begun = Deadlines(-1.0), asyncio.Event()

    async def work() -> None:
        with late.limited():
            begun.set()
            await hang()

    task = asyncio.create_task(work())
    await begun.wait()
    (deadline,) = late._running
    deadline.look(asyncio.get_running_loop().time())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_each_has_its_own(short: Deadlines) -> None:
    async def work(*, is_slow: bool) -> str:
        try:
            with short.limited():
                await (hang() if is_slow else asyncio.sleep(0))
        except TimeoutError:
            return "late"
        return "done"

    found = await asyncio.gather(*(work(is_slow=number % 2 == 0) for number in range(6)))

    assert found == ["late", "done"] * 3


@pytest.fixture
async def hanging(
    database_url: str, broadcast_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[RunningService, None]:
    """A service with a short deadline, in which reading the head of the log hangs."""
    monkeypatch.setattr("schema.endpoint.answering.TIME_TO_ANSWER", 0.05)
    monkeypatch.setattr("schema.planning.reading.log_head", hang)
    async with running_service(build_settings(database_url, broadcast_url)) as service:
        yield service


async def test_a_request_that_takes_too_long_is_to_be_tried_again(hanging: RunningService) -> None:
    for form in ("application/json", "application/graphql-response+json"):
        response = await hanging.http.post(
            "/graphql", json={"query": "{ position }"}, headers={"Accept": form}
        )

        assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
        (error,) = response.json()["errors"]
        assert error["extensions"] == {"code": "UNAVAILABLE"}
    assert (await hanging.post("{ viewer { name } }")).status_code == 200


async def test_a_body_that_does_not_come_is_not_waited_for(hanging: RunningService) -> None:
    host, port = hanging.address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: 1000\r\n\r\n{"
    )

    assert (await reader.readline()).startswith(b"HTTP/1.1 503")
    writer.close()


async def test_on_a_websocket_it_ends_one_operation_and_not_the_others(
    hanging: RunningService,
) -> None:
    async with hanging.socket() as socket:
        await socket.subscribe("1", "{ position }")
        message = await socket.next()
        await socket.subscribe("2", "{ viewer { name } }")
        results = await socket.results(1)

    assert (message["id"], message["type"]) == ("1", "error")
    assert message["payload"][0]["extensions"] == {"code": "UNAVAILABLE"}
    assert results == [{"data": {"viewer": {"name": "anonymous"}}}]
