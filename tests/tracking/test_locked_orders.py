"""While another session holds an order's lock, its callers wait and everybody else goes on."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from typing import Any

import asyncpg
import pytest

from access.viewer import SYSTEM
from errors import Unavailable
from models.enums import TrackingEventType as Type
from models.events import TrackingEvent
from models.orders import Order
from tests.factories.acts import make_dispatched_shipment, make_events, make_order
from tests.factories.drafts import ago, build_carrier_event_draft, build_customer_draft
from tests.tracking.assertions import assert_log_is_gapless
from tracking.events import source_locks
from tracking.events.outcomes import Duplicate, Recorded
from tracking.inputs import MetadatumDraft, OrderAmendment
from tracking.orders.amendment import amend_order
from unit_of_work import lock_queue
from unit_of_work.unit_of_work import Tracker

CLIENTS = 8
CALLS = 10
PATIENCE = 60.0
LOCK_ORDER = "SELECT id FROM orders WHERE tracking_id = $1 FOR UPDATE"
Call = Callable[[Tracker, Order, int], Coroutine[Any, Any, None]]


@pytest.fixture
async def other(
    engine: str, db: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[asyncpg.Connection, None]:
    """A session outside the product's pool. Callers of what it locks wait as long as it takes."""
    if engine != "postgres":
        pytest.skip("SQLite has one writer at a time.")
    monkeypatch.setattr(lock_queue, "WAIT_SECONDS", 2 * PATIENCE)
    connection = await asyncpg.connect(db)
    yield connection
    await connection.close()


async def amend(tracker: Tracker, order: Order, number: int) -> None:
    metadata = [MetadatumDraft(key="note", value=str(number))]
    await amend_order(tracker, SYSTEM, order.tracking_id, OrderAmendment(metadata=metadata))


async def record(tracker: Tracker, order: Order, number: int) -> None:
    (outcome,) = await make_events(
        tracker,
        build_carrier_event_draft(
            Type.IN_TRANSIT, order.tracking_id, occurred_at=ago(minutes=number + 1)
        ),
    )
    assert isinstance(outcome, Recorded)


async def make_orders(tracker: Tracker, count: int) -> list[Order]:
    orders = [await make_order(tracker) for _ in range(count)]
    for order in orders:
        await make_dispatched_shipment(tracker, order, number=order.tracking_id)
    return orders


async def call_in_turn(tracker: Tracker, order: Order, calls: Sequence[Call]) -> None:
    for number in range(CALLS):
        for call in calls:
            await call(tracker, order, number)


@pytest.mark.parametrize("call", [amend, record])
async def test_callers_of_other_orders_are_answered_while_those_of_a_locked_one_wait(
    tracker: Tracker, other: asyncpg.Connection, call: Call
) -> None:
    locked, *free = await make_orders(tracker, 4)
    lock = other.transaction()
    await lock.start()
    await other.fetch(LOCK_ORDER, locked.tracking_id)
    waiting = []

    async with asyncio.timeout(PATIENCE):
        for number in range(CLIENTS):
            waiting.append(asyncio.create_task(call(tracker, locked, number)))
            await call(tracker, free[0], CALLS + number)
        await asyncio.gather(*[call_in_turn(tracker, order, (amend, record)) for order in free])
        assert [task.done() for task in waiting] == [False] * CLIENTS
        await lock.rollback()
        await asyncio.gather(*waiting)

    await assert_log_is_gapless()
    await call(tracker, locked, CLIENTS)


async def test_a_call_about_a_locked_order_and_others_waits_and_is_recorded_once(
    tracker: Tracker, other: asyncpg.Connection
) -> None:
    locked, free = await make_orders(tracker, 2)
    drafts = [
        build_carrier_event_draft(Type.IN_TRANSIT, order.tracking_id) for order in (locked, free)
    ]
    async with asyncio.timeout(PATIENCE):
        async with other.transaction():
            await other.fetch(LOCK_ORDER, locked.tracking_id)
            waiting = asyncio.create_task(make_events(tracker, *drafts))
            await call_in_turn(tracker, free, (amend, record))
            assert not waiting.done()
        outcomes = await waiting

    assert [type(outcome) for outcome in outcomes] == [Recorded, Recorded]
    assert await TrackingEvent.all().count() == CALLS + 2
    await assert_log_is_gapless()


async def test_a_customer_of_a_locked_row_holds_up_nobody_else(
    tracker: Tracker, other: asyncpg.Connection
) -> None:
    named = build_customer_draft(external_id="c1")
    first, second = await make_order(tracker, customer=named), await make_order(tracker)
    amendment = OrderAmendment(customer=build_customer_draft(external_id="c1", name="Customer 2"))
    async with asyncio.timeout(PATIENCE):
        async with other.transaction():
            await other.fetch("SELECT id FROM customer WHERE external_id = 'c1' FOR UPDATE")
            waiting = [
                asyncio.create_task(amend_order(tracker, SYSTEM, first.tracking_id, amendment))
                for _ in range(CLIENTS)
            ]
            await call_in_turn(tracker, second, (amend,))
            assert [task.done() for task in waiting] == [False] * CLIENTS
        await asyncio.gather(*waiting)

    await assert_log_is_gapless()


@pytest.mark.parametrize("is_exclusive", [True, False])
async def test_a_retraction_that_waits_for_its_source_holds_up_nobody(
    tracker: Tracker, other: asyncpg.Connection, is_exclusive: bool
) -> None:
    """Another process records news of the source, or retracts some, and its transaction does not
    end. Then news of the other sources goes on, and in the first case that of the same one, too."""
    (order,) = await make_orders(tracker, 1)
    retraction = build_carrier_event_draft(
        Type.UNKNOWN, order.tracking_id, source_event_id="r", retracts="e"
    )
    function = "pg_advisory_xact_lock" if is_exclusive else "pg_advisory_xact_lock_shared"
    async with asyncio.timeout(PATIENCE):
        async with other.transaction():
            await other.fetch(f"SELECT {function}($1)", source_locks._key("ups"))
            waiting = [
                asyncio.create_task(make_events(tracker, retraction, source="ups"))
                for _ in range(CLIENTS)
            ]
            for number in range(CALLS):
                for source in ("dhl",) if is_exclusive else ("dhl", "ups"):
                    await make_events(
                        tracker,
                        build_carrier_event_draft(Type.IN_TRANSIT, occurred_at=ago(minutes=number)),
                        source=source,
                    )
            assert [task.done() for task in waiting] == [False] * CLIENTS
        outcomes = await asyncio.gather(*waiting)

    assert Counter(type(outcome) for (outcome,) in outcomes) == {Recorded: 1, Duplicate: 7}


async def test_a_caller_that_waits_too_long_is_told_to_try_again(
    tracker: Tracker, other: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock_queue, "WAIT_SECONDS", 0.2)
    order = await make_order(tracker)
    async with other.transaction():
        await other.fetch(LOCK_ORDER, order.tracking_id)
        outcomes = await asyncio.gather(
            *[amend(tracker, order, number) for number in range(3)], return_exceptions=True
        )

    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 3
    await amend(tracker, order, 4)


async def test_a_caller_that_leaves_while_it_waits_takes_no_other_along(
    tracker: Tracker, other: asyncpg.Connection
) -> None:
    (order,) = await make_orders(tracker, 1)
    async with asyncio.timeout(PATIENCE):
        async with other.transaction():
            await other.fetch(LOCK_ORDER, order.tracking_id)
            tasks = [asyncio.create_task(amend(tracker, order, number)) for number in range(4)]
            while not tracker.lock_queue._lines:  # noqa: ASYNC110 (the queue has no event)
                await asyncio.sleep(0.01)
            for task in tasks[:3]:
                task.cancel()
            await asyncio.wait(tasks[:3])
        await tasks[3]

    assert [task.cancelled() for task in tasks[:3]] == [True] * 3
    assert tracker.lock_queue._lines == {}
    assert (await Order.get()).metadata == [{"key": "note", "value": "3"}]
