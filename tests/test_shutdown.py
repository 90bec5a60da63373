"""A stopping service tells its clients to come back, and leaves no process behind."""

import asyncio
import json
import os
import signal
from asyncio.trsock import TransportSocket
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from access.scopes import Scope
from tests.factories.acts import make_order
from tests.live_changes import HUGE_QUERY
from tests.live_server import Websocket
from tests.raw_clients import raw_client
from tests.server_processes import ServerProcesses, server_processes, until_dead
from tests.timeouts import TIMEOUT, poll_until
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.slow
FOLLOW = """subscription ($ids: [ID!]!, $after: Position) {
  orderChanged(trackingIds: $ids, after: $after) { position } }"""
HOLD = """mutation ($id: ID!) { orderHold(trackingId: $id, reason: "a check") {
  userErrors { code } } }"""
RELEASE = "mutation ($id: ID!) { orderRelease(trackingId: $id) { userErrors { code } } }"
STUCK = 20
"""Queries whose answers have 16 MB together: more than kernels buffer for one connection."""


@pytest.fixture
async def order(db: str, tracker: Tracker):
    return await make_order(tracker)


async def test_sigterm_tells_all_clients_to_come_back(
    db, broadcast_url, order, tmp_path: Path
) -> None:
    async with server_processes(tmp_path, db, broadcast_url) as running, AsyncExitStack() as stack:
        service = running.service
        sockets = [await stack.enter_async_context(service.socket()) for _ in range(20)]
        for socket in sockets:
            await socket.subscribe("1", FOLLOW, ids=[order.tracking_id], after=0)
            await socket.results(2)
        events = await stack.enter_async_context(
            service.events(FOLLOW, method="GET", ids=[order.tracking_id])
        )
        assert await events.next() == {"retry": "1000", "id": "2"}

        running.send_signal(signal.SIGTERM)

        assert [await socket.close_code() for socket in sockets] == [1012] * 20
        assert await events.read_rest() == []
        assert await running.exit_code() == -signal.SIGTERM
        assert "Traceback" not in running.log()
        assert "ERROR" not in running.log()


async def test_clients_that_stopped_reading_do_not_delay_the_end(
    db, broadcast_url, tmp_path: Path
) -> None:
    body = json.dumps({"query": HUGE_QUERY})
    headers = {
        "Accept": "text/event-stream",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
    }
    async with (
        server_processes(tmp_path, db, broadcast_url) as running,
        raw_client(running.address) as websocket,
        raw_client(running.address) as stream,
        running.service.socket() as other,
    ):
        await websocket.open_websocket({})
        for number in range(STUCK):
            await websocket.send_message(
                id=str(number), type="subscribe", payload={"query": HUGE_QUERY}
            )
        await stream.request("POST", headers, body)
        await websocket.read_until(b'"type":"next"')
        await stream.read_until(b"event: next")

        running.send_signal(signal.SIGTERM)

        assert await other.close_code() == 1012
        async with asyncio.timeout(10):
            assert await running.exit_code() == -signal.SIGTERM
        assert "Traceback" not in running.log()


@pytest.mark.parametrize(
    ("number", "ending"), [(signal.SIGTERM, -signal.SIGTERM), (signal.SIGINT, 0)]
)
async def test_a_second_signal_ends_the_process_too(
    db, broadcast_url, tmp_path: Path, number, ending
) -> None:
    async with server_processes(tmp_path, db, broadcast_url) as running:
        async with running.service.socket() as socket:
            running.send_signal(number)
            running.send_signal(number)

            assert await socket.close_code() == 1012
            assert await running.exit_code() == ending
        assert "Traceback" not in running.log()


async def test_two_workers_tell_each_other_and_a_killed_one_is_replaced(
    db, broadcast_url, order, tracker: Tracker, tmp_path: Path
) -> None:
    if broadcast_url == "memory://":
        pytest.skip("a SQLite file serves one process")
    async with (
        server_processes(tmp_path, db, broadcast_url, WHEREABOUTS_WORKERS="2") as running,
        AsyncExitStack() as stack,
    ):
        await poll_until(lambda: len(running.workers()) == 2)
        first, second = running.workers()
        by_worker: dict[int, Websocket] = {}
        while len(by_worker) < 2:
            async with AsyncExitStack() as attempt:
                socket = await attempt.enter_async_context(running.service.socket())
                worker = running.worker_of(local_socket(socket))
                if worker not in by_worker:
                    by_worker[worker] = socket
                    stack.push_async_exit(attempt.pop_all())
        for socket in by_worker.values():
            await socket.subscribe("1", FOLLOW, ids=[order.tracking_id], after=0)
            await socket.results(2)

        await running.service.fetch(HOLD, Scope.ORDERS_WRITE, id=order.tracking_id)
        for socket in by_worker.values():
            assert await socket.results(1) == [{"data": {"orderChanged": {"position": 3}}}]

        os.kill(first, signal.SIGKILL)
        assert await by_worker[first].close_code() == 1006
        await until_dead(first)
        await poll_until(lambda: len(set(running.workers()) - {first}) == 2)
        assert second in running.workers()
        await until_all_serve(running)
        # Workers log in the same format as a single process.
        assert running.log().count(" INFO uvicorn.error Started server process") == 3

        await running.service.fetch(RELEASE, Scope.ORDERS_WRITE, id=order.tracking_id)
        assert await by_worker[second].results(1) == [{"data": {"orderChanged": {"position": 4}}}]
        running.send_signal(signal.SIGTERM)
        assert await by_worker[second].close_code() == 1012
        assert await running.exit_code() == 0
        assert "Traceback" not in running.log()


async def until_all_serve(running: ServerProcesses) -> None:
    """Opens connections until every worker has accepted one."""
    serving = set[int]()
    async with asyncio.timeout(TIMEOUT):
        while serving != set(running.workers()):
            async with running.service.socket() as socket:
                serving.add(running.worker_of(local_socket(socket)))


def local_socket(socket: Websocket) -> TransportSocket:
    found: TransportSocket = socket.connection.transport.get_extra_info("socket")
    return found
