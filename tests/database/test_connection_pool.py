"""The pool of PostgreSQL connections: who gets which connection, and how the pool ends."""

import asyncio

import asyncpg
import pytest

from database import connection_pool
from database.connection_pool import IDLE_SECONDS, ConnectionPool, ServerFull
from database.outages import is_outage


class ConnectionStub:
    """A connection that only remembers how it ended."""

    def __init__(self) -> None:
        self.end: str | None = None
        self.has_transaction = self.is_cancelling = False
        self._top_xact: object | None = None
        self._protocol = self

    def is_closed(self) -> bool:
        return self.end is not None

    def is_in_transaction(self) -> bool:
        assert self.end is None, "the driver knows no transaction of a closed connection"
        return self.has_transaction

    def _is_cancelling(self) -> bool:
        return self.is_cancelling

    def terminate(self) -> None:
        self.end = self.end or "terminated"

    async def close(self, timeout: float | None = None) -> None:  # noqa: ASYNC109
        self.end = "closed" if timeout is None else "closed by itself"


class Opened(list[ConnectionStub]):
    """The connections that a pool has opened, in order."""

    async def connect(self) -> ConnectionStub:
        self.append(ConnectionStub())
        return self[-1]


@pytest.fixture
def opened() -> Opened:
    return Opened()


@pytest.fixture
def pool(opened: Opened) -> ConnectionPool:
    return ConnectionPool(opened.connect, 2)


async def test_the_connection_that_was_used_last_is_used_first(pool, opened):
    one, two = [await pool.acquire() for _ in range(2)]
    await pool.release(two)
    await pool.release(one)

    assert await pool.acquire() is one
    assert await pool.acquire() is two
    assert opened == [one, two]


async def test_whoever_comes_while_all_are_in_use_waits_for_the_first_that_returns(pool, opened):
    one, two = [await pool.acquire() for _ in range(2)]
    waiting = asyncio.create_task(pool.acquire())
    await asyncio.sleep(0)
    assert not waiting.done()

    await pool.release(two)

    assert await waiting is two
    assert opened == [one, two]


async def test_a_connection_that_is_closed_is_replaced(pool, opened):
    for close_early in (True, False):
        connection = await pool.acquire()
        if close_early:
            await connection.close()
        await pool.release(connection)
        await connection.close()

    assert await pool.acquire() is opened[2]
    assert [connection.end for connection in opened] == ["closed", "closed", None]


async def test_a_connection_whose_transaction_is_open_is_ended(pool, opened):
    connection = await pool.acquire()
    connection.has_transaction = True

    await pool.release(connection)

    assert connection.end == "terminated"
    assert await pool.acquire() is opened[1]


async def test_a_failure_to_connect_takes_no_place():
    async def fail() -> asyncpg.Connection:
        raise ConnectionRefusedError

    pool = ConnectionPool(fail, 1)

    for _ in range(2):
        with pytest.raises(ConnectionRefusedError):
            await pool.acquire()


async def test_whoever_is_cancelled_while_waiting_takes_no_place(pool, opened):
    held = [await pool.acquire() for _ in range(2)]
    waiting = asyncio.create_task(pool.acquire())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    for connection in held:
        await pool.release(connection)

    assert {await pool.acquire() for _ in range(2)} == set(held)


async def test_closing_waits_for_the_connections_in_use_and_admits_nobody(pool, opened):
    one, two = [await pool.acquire() for _ in range(2)]
    await pool.release(one)
    closing = asyncio.create_task(pool.close())
    waiting = asyncio.create_task(pool.acquire())
    await asyncio.sleep(0)
    assert (one.end, two.end) == (None, None)

    await pool.release(two)
    await closing

    assert (one.end, two.end) == ("closed", "closed")
    with pytest.raises(asyncpg.InterfaceError, match=r"^pool is closing$"):
        await waiting


async def test_a_connection_that_opens_while_the_pool_ends_does_not_stay():
    is_open, connection = asyncio.Event(), ConnectionStub()

    async def connect() -> ConnectionStub:
        await is_open.wait()
        return connection

    pool = ConnectionPool(connect, 1)
    connecting = asyncio.create_task(pool.acquire())
    await asyncio.sleep(0)
    pool.terminate()
    is_open.set()
    await pool.release(await connecting)

    assert connection.end == "terminated"


async def test_closing_that_is_cancelled_ends_the_connections_in_use(pool, opened):
    in_use = await pool.acquire()
    closing = asyncio.create_task(pool.close())
    await asyncio.sleep(0)

    closing.cancel()
    await asyncio.wait([closing])

    assert in_use.end == "terminated"
    await pool.release(in_use)
    with pytest.raises(asyncpg.InterfaceError, match=r"^pool is closing$"):
        await pool.acquire()


async def test_no_connection_that_was_open_when_the_pool_expired_is_used_again(pool, opened):
    idle, used = await pool.acquire(), await pool.acquire()
    await pool.release(idle)

    pool.expire()
    assert (idle.end, used.end) == ("terminated", None)
    await pool.release(used)

    assert used.end == "terminated"
    assert await pool.acquire() is opened[2]


@pytest.mark.parametrize(
    ("state", "end"),
    [
        # The driver's `close` has the server cancel the statement first.
        ("a cancelled statement", "closed by itself"),
        ("a transaction that has not begun", "terminated"),
    ],
)
async def test_a_connection_whose_last_statement_was_cancelled_is_not_used_again(
    pool, opened, state, end
):
    connection = await pool.acquire()
    connection.is_cancelling = state == "a cancelled statement"
    connection._top_xact = object() if "transaction" in state else None

    await pool.release(connection)
    await asyncio.sleep(0)

    assert connection.end == end
    assert await pool.acquire() is opened[1]


class FullServer(Opened):
    """A server that lets in no more connections than `room`."""

    room = 0

    async def connect(self) -> ConnectionStub:
        if sum(not connection.is_closed() for connection in self) >= self.room:
            raise asyncpg.TooManyConnectionsError("sorry, too many clients already")
        return await super().connect()


async def test_whoever_meets_a_full_server_gets_the_first_connection_that_returns():
    server = FullServer()
    server.room = 1
    pool = ConnectionPool(server.connect, 2)
    one = await pool.acquire()
    waiting = asyncio.create_task(pool.acquire())
    await asyncio.sleep(0)
    assert not waiting.done()

    await pool.release(one)

    assert await waiting is one
    assert server == [one]


async def test_whoever_meets_a_full_server_gets_a_connection_when_others_leave(monkeypatch):
    monkeypatch.setattr(connection_pool, "RETRY_SECONDS", 0.01)
    server = FullServer()
    waiting = asyncio.create_task(ConnectionPool(server.connect, 2).acquire())
    await asyncio.sleep(0)
    assert not waiting.done()

    server.room = 1

    assert await waiting is server[0]


async def test_a_server_that_stays_full_is_an_outage_after_a_while_and_takes_no_place(monkeypatch):
    monkeypatch.setattr(connection_pool, "FULL_SECONDS", 0.02)
    monkeypatch.setattr(connection_pool, "RETRY_SECONDS", 0.01)
    server = FullServer()
    pool = ConnectionPool(server.connect, 1)

    for _ in range(2):
        with pytest.raises(ServerFull, match=r"^sorry, too many clients already$") as refusal:
            await pool.acquire()
        assert is_outage(refusal.value)
    server.room = 1
    assert await pool.acquire() is server[0]


async def test_connections_that_are_not_needed_for_long_are_given_back(pool, opened, monkeypatch):
    now = 0.0
    monkeypatch.setattr(connection_pool, "monotonic", lambda: now)
    one, two = [await pool.acquire() for _ in range(2)]
    await pool.release(one)

    now = IDLE_SECONDS
    await pool.release(two)
    assert await pool.acquire() is two
    now = IDLE_SECONDS + 1
    await pool.release(two)
    await pool.close()

    assert (one.end, two.end) == ("closed by itself", "closed")


async def test_connections_that_are_needed_stay(pool, opened):
    one, two = [await pool.acquire() for _ in range(2)]
    await pool.release(one)
    await pool.release(two)

    assert (one.end, two.end) == (None, None)
