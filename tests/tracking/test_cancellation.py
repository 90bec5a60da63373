"""Writers may be cancelled at any moment: no write is partial, and no connection is lost."""

import asyncio
import random
from collections import Counter

import pytest

from access.viewer import SYSTEM
from models.enums import TrackingEventType as Type
from models.events import TrackingEvent
from models.exceptions import ExceptionNote
from models.orders import Order
from tests.conftest import AnnouncementRecorder
from tests.factories.acts import (
    make_dispatched_shipment,
    make_events,
    make_exception_id,
    make_order,
)
from tests.factories.drafts import build_carrier_event_draft, build_order_draft
from tests.tracking.assertions import assert_log_is_gapless, current_head
from tracking.exceptions.commands import add_exception_note
from tracking.orders.creation import create_order
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")
WRITERS = 16


async def test_writers_that_are_cancelled_midway_leave_nothing_half_done(
    tracker: Tracker, announcements: AnnouncementRecorder
) -> None:
    order = await make_order(tracker)
    id_ = await make_exception_id(tracker, order)
    await make_dispatched_shipment(tracker, order)
    acknowledged: set[str] = set()
    chance = random.Random(7)

    async def add_note(body: str) -> None:
        await add_exception_note(tracker, SYSTEM, id_, body)
        acknowledged.add(body)

    async def pick_up(body: str) -> None:
        await make_events(tracker, build_carrier_event_draft(Type.IN_TRANSIT, source_event_id=body))
        acknowledged.add(body)

    for turn in range(25):
        writers = [
            add_note(f"n{turn}"),
            pick_up(f"e{turn}"),
            add_note(f"m{turn}"),
            pick_up(f"f{turn}"),
        ]
        await _cancel_some([asyncio.create_task(writer) for writer in writers], chance)

    stored = [exception_note.body for exception_note in await ExceptionNote.all()]
    stored += [str(event.source_event_id) for event in await TrackingEvent.all()]
    assert not [body for body, times in Counter(stored).items() if times > 1]
    assert acknowledged <= set(stored)
    assert 0 < len(acknowledged) < 100
    await assert_log_is_gapless()
    await _forty_more_acts(tracker)
    assert max(announcements.heads) == await current_head()


async def _cancel_some(tasks: list[asyncio.Task[None]], chance: random.Random) -> None:
    for task in tasks:
        await asyncio.sleep(chance.uniform(0, 0.012))
        if chance.random() < 0.7:
            task.cancel()
            await asyncio.sleep(0)
            # The caller that waits for the command may be cancelled, too.
            task.cancel() if chance.random() < 0.3 else None
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        assert outcome is None or isinstance(outcome, asyncio.CancelledError)


async def _forty_more_acts(tracker: Tracker) -> None:
    """Creates more orders at once than there are connections, so that a lost one would show."""
    before = await Order.all().count()
    creations = [create_order(tracker, SYSTEM, build_order_draft()) for _ in range(40)]
    async with asyncio.timeout(20):
        await asyncio.gather(*creations)
    assert await Order.all().count() == before + 40


async def test_writers_that_are_cancelled_as_they_begin_give_their_connection_back(
    tracker: Tracker,
) -> None:
    for turn in range(60):
        task = asyncio.create_task(create_order(tracker, SYSTEM, build_order_draft()))
        for _ in range(1 + turn % 6):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    await _forty_more_acts(tracker)
    await assert_log_is_gapless()
