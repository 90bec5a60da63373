"""No event holds the event loop for long, however many events its orders have."""

import pytest

from benchmarks.attacks.loop_watch import LoopWatch
from database.columns import new_id
from database.connections import transaction
from database.rows import insert, new_row
from errors import LimitExceeded
from models.enums import TrackingEventType as Type
from models.events import TrackingEvent
from models.shipments import Shipment
from tests.attacks.test_event_loop import BUSY, LONGEST_HOLD_MS
from tests.factories.acts import make_events, make_order, make_shipment, shipment_node_id
from tests.factories.drafts import ago, build_carrier_event_draft, build_event_draft
from tracking.events.event_limits import MAXIMUM_EVENTS_OF_SHIPMENT
from tracking.events.outcomes import Kept, Recorded
from tracking.shipments.tracking_number_locks import MAXIMUM_SHARING
from unit_of_work.idempotency import digest
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db", "served_garbage_collection")

FITTING = 24
"""Orders with a full shipment that one command loads together."""


async def make_full_shipment(tracker: Tracker) -> str:
    shipment = await make_shipment(tracker, await make_order(tracker))
    id_ = shipment_node_id(shipment.id)
    await make_events(tracker, build_event_draft(Type.PICKED_UP, shipment_id=id_))
    event = await TrackingEvent.get(shipment_id=shipment.id)
    async with transaction():
        await insert([copy_of(event, number) for number in range(MAXIMUM_EVENTS_OF_SHIPMENT - 1)])
    return id_


def copy_of(event: TrackingEvent, number: int) -> TrackingEvent:
    fingerprint = digest([event.fingerprint, number])
    return new_row(TrackingEvent, **{**vars(event), "id": new_id(), "fingerprint": fingerprint})


async def test_a_call_with_events_of_many_full_shipments(tracker: Tracker) -> None:
    ids = [await make_full_shipment(tracker) for _ in range(FITTING + 6)]
    drafts = [build_event_draft(Type.DELIVERED, shipment_id=id_) for id_ in ids]

    async with LoopWatch() as watch:
        outcomes = await make_events(tracker, *drafts)

    assert watch.longest_ms < BUSY * LONGEST_HOLD_MS
    assert [type(one) for one in outcomes] == [Recorded] * FITTING + [LimitExceeded] * 6


async def test_an_event_of_a_number_that_full_shipments_share(tracker: Tracker) -> None:
    for _ in range(MAXIMUM_SHARING):
        await make_full_shipment(tracker)
    await Shipment.all().update(carrier="ups", number_key="N1", withdrawn_at=ago(days=60))

    async with LoopWatch() as watch:
        outcomes = await make_events(tracker, build_carrier_event_draft(Type.DELIVERED, "N1"))

    assert watch.longest_ms < BUSY * LONGEST_HOLD_MS
    assert outcomes == [Kept()]


async def test_an_event_after_which_the_events_of_full_shipments_wait(tracker: Tracker) -> None:
    for _ in range(MAXIMUM_SHARING):
        await make_full_shipment(tracker)
    await Shipment.all().update(carrier="ups", number_key="N1", withdrawn_at=ago(days=60))
    await TrackingEvent.all().update(carrier="ups", number_key="N1")

    async with LoopWatch() as watch:
        outcomes = await make_events(tracker, build_carrier_event_draft(Type.DELIVERED, "N1"))

    assert watch.longest_ms < BUSY * LONGEST_HOLD_MS
    assert outcomes == [Kept()]
    assert await TrackingEvent.filter(shipment_id=None).count() == 20_001
