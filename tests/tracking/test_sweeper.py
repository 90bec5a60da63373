"""The sweeper writes what time alone changes, once, as an ordinary change."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from access.viewer import SYSTEM
from models.changes import Change
from models.enums import ChangeKind, ExceptionSeverity, Health
from models.enums import TrackingEventType as Type
from models.exceptions import OrderException
from models.orders import Order
from models.shipments import Shipment
from runtime import supervised_task
from tests.factories.acts import (
    make_dispatched_shipment,
    make_events,
    make_exception_id,
    make_order,
)
from tests.factories.drafts import NOW, ago, build_carrier_event_draft
from tests.tracking.assertions import (
    assert_log_is_gapless,
    assert_nothing_changes,
    change_kinds_after,
    current_head,
)
from tracking import sweeper
from tracking.sweeper import sweep, sweep_for_ever, sweeper_task
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")


def later(tracker: Tracker, **duration: float) -> Tracker:
    """The tracker with a clock that is that much ahead."""
    return replace(tracker, clock=lambda: NOW + timedelta(**duration))


async def test_after_five_days_without_events_a_shipment_is_stale(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))
    await make_events(tracker, build_carrier_event_draft(Type.PICKED_UP, occurred_at=ago(hours=1)))
    before = await current_head()

    async with assert_nothing_changes():
        assert await sweep(later(tracker, days=4, hours=22)) == 0
    assert await sweep(later(tracker, days=4, hours=23, seconds=1)) == 1
    async with assert_nothing_changes():
        assert await sweep(later(tracker, days=9)) == 0

    changes = await Change.filter(position__gt=before).order_by("position")
    assert [(change.kind, change.previous, change.status, change.actor) for change in changes] == [
        (ChangeKind.HEALTH, "ON_TRACK", "STALE", "system"),
        (ChangeKind.HEALTH, "ON_TRACK", "STALE", "system"),
    ]
    assert changes[0].shipment_id is not None
    assert ((await Shipment.get()).health, (await Order.get()).health) == (
        Health.STALE,
        Health.STALE,
    )


async def test_an_event_makes_a_stale_shipment_fresh_again(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))
    await make_events(tracker, build_carrier_event_draft(Type.PICKED_UP, occurred_at=ago(days=6)))
    assert (await Shipment.get()).health is Health.STALE

    await make_events(tracker, build_carrier_event_draft(Type.OUT_FOR_DELIVERY))

    assert (await Shipment.get()).health is Health.ON_TRACK


async def test_an_order_with_pieces_left_is_delayed_once_its_promise_has_passed(
    tracker: Tracker,
) -> None:
    await make_order(tracker, promised_at=NOW + timedelta(days=1))
    before = await current_head()

    assert await sweep(later(tracker, days=1)) == 0
    assert await sweep(later(tracker, days=1, seconds=1)) == 1

    assert await change_kinds_after(before) == [ChangeKind.HEALTH]
    order = await Order.get()
    assert (order.health, order.sweep_at) == (Health.DELAYED, None)


async def test_an_overdue_exception_is_logged_once(tracker: Tracker) -> None:
    order = await make_order(tracker)
    await make_exception_id(tracker, order, severity=ExceptionSeverity.HIGH)
    before = await current_head()

    for _ in range(2):
        await sweep(later(tracker, hours=25))

    change = await Change.get(position=before + 1)
    assert await change_kinds_after(before) == [ChangeKind.EXCEPTION_AMENDED]
    assert change.details == {
        "differences": [{"field": "isOverdue", "before": "false", "after": "true"}]
    }
    assert (await OrderException.get()).was_overdue


async def test_a_delay_that_a_clock_ahead_has_written_is_taken_back(tracker: Tracker) -> None:
    promised_at = NOW + timedelta(hours=3)
    await make_order(tracker, promised_at=promised_at)
    await sweep(later(tracker, hours=5))
    assert (await Order.get()).health is Health.DELAYED
    before = await current_head()

    assert await sweep(later(tracker, minutes=1)) == 1
    async with assert_nothing_changes():
        assert await sweep(later(tracker, minutes=2)) == 0

    change = await Change.get(position__gt=before)
    assert (change.kind, change.previous, change.status) == ("HEALTH", "DELAYED", "ON_TRACK")
    order = await Order.get()
    assert (order.sweep_at, order.passed_at) == (promised_at, None)
    assert await sweep(later(tracker, hours=5)) == 1
    assert (await Order.get()).health is Health.DELAYED


async def test_a_stale_shipment_that_is_not_stale_yet_is_judged_again(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))
    await make_events(tracker, build_carrier_event_draft(Type.PICKED_UP, occurred_at=ago(hours=1)))
    await sweep(later(tracker, days=9))
    assert (await Shipment.get()).health is Health.STALE

    assert await sweep(later(tracker, minutes=1)) == 1

    assert (await Shipment.get()).health is Health.ON_TRACK


async def test_an_order_that_a_clock_ahead_has_created_is_judged_again(tracker: Tracker) -> None:
    await make_order(later(tracker, hours=5), promised_at=NOW + timedelta(hours=3), confirmed=False)
    assert (await Order.get()).health is Health.DELAYED

    assert await sweep(later(tracker, minutes=1)) == 1

    assert (await Order.get()).health is Health.ON_TRACK


async def test_an_exception_that_is_not_overdue_yet_is_recorded_as_that(tracker: Tracker) -> None:
    order = await make_order(tracker)
    await make_exception_id(tracker, order, severity=ExceptionSeverity.HIGH)
    await sweep(later(tracker, hours=25))
    before = await current_head()

    assert await sweep(later(tracker, hours=1)) == 1

    change = await Change.get(position__gt=before)
    assert change.details == {
        "differences": [{"field": "isOverdue", "before": "true", "after": "false"}]
    }
    assert not (await OrderException.get()).was_overdue


async def test_more_than_a_batch_is_swept_in_several(
    tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeper, "BATCH", 2)
    for _ in range(5):
        await make_order(tracker, promised_at=NOW + timedelta(days=1))

    assert await sweep(later(tracker, days=2)) == 5

    assert await Order.filter(health=Health.DELAYED).count() == 5
    await assert_log_is_gapless()


async def test_several_that_sweep_at_once_write_each_change_once(tracker: Tracker) -> None:
    for _ in range(5):
        await make_order(tracker, promised_at=NOW + timedelta(days=1))
    before = await current_head()

    await asyncio.gather(*[sweep(later(tracker, days=2)) for _ in range(4)])

    assert await change_kinds_after(before) == [ChangeKind.HEALTH] * 5


async def test_a_sweep_that_fails_is_followed_by_another(
    tracker: Tracker, caplog: pytest.LogCaptureFixture
) -> None:
    await make_order(tracker, promised_at=NOW + timedelta(days=1))
    clock = iter([ValueError("the clock stands still")])

    def now() -> object:
        for error in clock:
            raise error
        return NOW + timedelta(days=2)

    is_told = asyncio.Event()
    sweeper_task = Tracker(announce=lambda _head: is_told.set(), clock=now)  # type: ignore[arg-type]
    task = asyncio.create_task(sweep_for_ever(sweeper_task, 0.01))
    await asyncio.wait_for(is_told.wait(), 5)
    task.cancel()

    assert (await Order.get()).health is Health.DELAYED
    assert "The sweep failed" in caplog.text


async def test_a_sweeper_whose_task_is_cancelled_sweeps_on(
    tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervised_task, "RESTART_DELAY", 0.0)

    async def until_delayed(count: int) -> None:
        async with asyncio.timeout(5):
            while await Order.filter(health=Health.DELAYED).count() != count:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async with sweeper_task(later(tracker, days=2), 0.01):
        await make_order(tracker, promised_at=NOW + timedelta(days=1))
        await until_delayed(1)
        for task in asyncio.all_tasks():
            if task.get_name() == "The sweeper":
                task.cancel()
        await make_order(tracker, promised_at=NOW + timedelta(days=1))
        await until_delayed(2)


async def test_every_change_of_the_sweeper_has_the_system_as_actor(tracker: Tracker) -> None:
    await make_order(tracker, promised_at=NOW + timedelta(days=1))

    await sweep(later(tracker, days=2))

    assert await Change.filter(actor=SYSTEM.name, kind=ChangeKind.HEALTH).count() == 1
