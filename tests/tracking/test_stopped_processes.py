"""A process that is stopped in the middle of a write keeps its locks for no longer than two seconds
and the time that others need to notice."""

import asyncio
import struct
from collections.abc import AsyncGenerator

import asyncpg
import pytest

from access.viewer import SYSTEM
from database import locks
from database.connections import CONNECTION, database_config
from models.enums import Health
from models.orders import Order
from tests.factories.acts import make_order
from tests.factories.drafts import ago, build_order_draft
from tracking.inputs import MetadatumDraft, OrderAmendment
from tracking.orders.amendment import amend_order
from tracking.orders.creation import create_order
from tracking.sweeper import SWEEPER_LOCK, sweep
from unit_of_work.unit_of_work import Tracker

PATIENCE = 30.0
LOCK_ORDER = "SELECT id FROM orders WHERE tracking_id = $1 FOR UPDATE"
AMENDMENT = OrderAmendment(metadata=[MetadatumDraft(key="note", value="1")])


class StoppedProcess:
    """Sessions with the settings of the product's, in transactions that never go on."""

    def __init__(self, url: str) -> None:
        config = database_config(url, connections=1)["connections"][CONNECTION]
        self._url, self._settings = url, config["credentials"]["server_settings"]
        self._sessions: list[asyncpg.Connection] = []

    async def begin(self, statement: str, *values: object) -> asyncpg.Connection:
        """Begin a transaction with a statement, and return its session."""
        session = await asyncpg.connect(self._url, server_settings=self._settings)
        self._sessions.append(session)
        await session.execute("BEGIN")
        await session.fetch(statement, *values)
        return session

    async def stop_in_a_statement(self, session: asyncpg.Connection) -> None:
        """Send the first part of a statement that is new to the session: parse it and describe it.
        The driver sends the second part when it has the answer."""
        parse = b"\0SELECT 1\0" + struct.pack("!h", 0)
        for kind, body in ((b"P", parse), (b"D", b"S\0"), (b"H", b"")):
            session._transport.write(kind + struct.pack("!i", len(body) + 4) + body)

    def close(self) -> None:
        for session in self._sessions:
            session.terminate()


@pytest.fixture
async def stopped(engine: str, db: str) -> AsyncGenerator[StoppedProcess, None]:
    if engine != "postgres":
        pytest.skip("SQLite ends the transaction of a process with the process.")
    process = StoppedProcess(db)
    yield process
    process.close()


async def test_an_order_is_free_again_though_its_holder_has_stopped_between_two_statements(
    tracker: Tracker, stopped: StoppedProcess
) -> None:
    order = await make_order(tracker)
    await stopped.begin(LOCK_ORDER, order.tracking_id)

    async with asyncio.timeout(PATIENCE):
        await amend_order(tracker, SYSTEM, order.tracking_id, AMENDMENT)


async def test_an_order_is_free_again_though_its_holder_has_stopped_within_a_statement(
    tracker: Tracker, stopped: StoppedProcess
) -> None:
    order = await make_order(tracker)
    await stopped.stop_in_a_statement(await stopped.begin(LOCK_ORDER, order.tracking_id))

    async with asyncio.timeout(PATIENCE):
        await amend_order(tracker, SYSTEM, order.tracking_id, AMENDMENT)


async def test_another_transaction_of_a_stopped_process_does_not_get_the_lock_after_the_first(
    tracker: Tracker, stopped: StoppedProcess
) -> None:
    order = await make_order(tracker)
    await stopped.begin(LOCK_ORDER, order.tracking_id)
    second = await stopped.begin("SELECT 1")
    waiting = asyncio.create_task(second.fetch(LOCK_ORDER, order.tracking_id))

    async with asyncio.timeout(PATIENCE):
        await amend_order(tracker, SYSTEM, order.tracking_id, AMENDMENT)
        with pytest.raises(asyncpg.LockNotAvailableError):
            await waiting


async def test_a_session_that_only_waits_for_its_client_is_left_alone(
    tracker: Tracker, stopped: StoppedProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "IDLE_IN_TRANSACTION_TIMEOUT", "0s")
    session = await stopped.begin("SELECT 1")

    await locks.end_stopped_transactions()

    assert await session.fetchval("SELECT 2") == 2


async def test_a_sweep_goes_on_though_the_last_sweeper_has_stopped(
    tracker: Tracker, stopped: StoppedProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "IDLE_IN_TRANSACTION_TIMEOUT", "0s")
    await create_order(tracker, SYSTEM, build_order_draft())
    await Order.all().update(promised_at=ago(hours=2), sweep_at=ago(hours=2))
    session = await stopped.begin("SELECT pg_advisory_xact_lock($1)", SWEEPER_LOCK)
    await stopped.stop_in_a_statement(session)

    async with asyncio.timeout(PATIENCE):
        while not await sweep(tracker):  # noqa: ASYNC110 (the backend ends by itself)
            await asyncio.sleep(0.05)

    assert (await Order.get()).health is Health.DELAYED
