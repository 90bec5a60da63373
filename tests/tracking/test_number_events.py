"""Events by tracking number belong to the same shipment, whatever arrived or was told first."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from itertools import permutations

import pytest

from access.viewer import SYSTEM
from errors import Conflict
from models.carrier_families import Number
from models.changes import Change
from models.enums import ChangeKind, OrderStatus, ShipmentStatus
from models.enums import TrackingEventType as Type
from models.events import TrackingEvent
from models.exceptions import OrderException
from models.node_ids import NodeType, node_id
from models.orders import Order
from models.shipments import Shipment
from tests.factories.acts import (
    make_dispatched_shipment_id,
    make_events,
    make_order,
    make_shipment,
    shipment_node_id,
)
from tests.factories.drafts import ago, build_carrier_event_draft, build_event_draft
from tests.tracking.assertions import (
    assert_log_is_gapless,
    assert_nothing_changes,
    change_kinds_after,
    current_head,
)
from tracking.events.outcomes import Duplicate, Kept, Recorded
from tracking.events.retraction import retract_event
from tracking.inputs import DispatchDraft, EventDraft, ShipmentAmendment
from tracking.shipments import tracking_number_locks
from tracking.shipments.amendment import amend_shipment
from tracking.shipments.commands import cancel_shipment
from tracking.shipments.dispatch import dispatch_shipment
from tracking.shipments.tracking_number_locks import order_ids_of
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

DELIVERED = build_carrier_event_draft(
    Type.DELIVERED, "N1", source_event_id="delivered", occurred_at=ago(days=45)
)
MOVING = build_carrier_event_draft(Type.IN_TRANSIT, "N1", occurred_at=ago(days=2))
RETURNING = build_carrier_event_draft(Type.RETURN_STARTED, "N1", occurred_at=ago(days=2))
CORRECTION = build_carrier_event_draft(Type.UNKNOWN, "N1", retracts="delivered")


async def make_shipment_with_number(
    tracker: Tracker, number: str = "N1", *, created_at: datetime
) -> str:
    shipment = await make_shipment(tracker, await make_order(tracker), occurred_at=created_at)
    id_ = shipment_node_id(shipment.id)
    draft = DispatchDraft(carrier="ups", tracking_number=number, occurred_at=created_at)
    await dispatch_shipment(tracker, SYSTEM, id_, draft)
    return id_


async def statuses() -> list[ShipmentStatus]:
    return [row.status for row in await Shipment.all().order_by("created_at")]


async def waiting_types() -> list[Type]:
    return [row.type for row in await TrackingEvent.filter(shipment_id=None).order_by("moment")]


async def test_a_corrected_number_leaves_its_events_to_the_other_shipment_that_has_it(
    tracker: Tracker,
) -> None:
    wrong = await make_dispatched_shipment_id(tracker, await make_order(tracker), "N1")
    events = [
        build_carrier_event_draft(Type.PICKED_UP, "N1", occurred_at=ago(hours=4)),
        build_carrier_event_draft(Type.OUT_FOR_DELIVERY, "N1", occurred_at=ago(hours=3)),
        build_carrier_event_draft(Type.DELIVERED, "N1", occurred_at=ago(hours=2)),
    ]
    await make_events(tracker, *events)
    right_order = await make_order(tracker)
    await make_dispatched_shipment_id(tracker, right_order, "N1")
    assert await statuses() == [ShipmentStatus.DELIVERED, ShipmentStatus.PRE_TRANSIT]
    before = await current_head()

    await amend_shipment(tracker, SYSTEM, wrong, ShipmentAmendment(tracking_number="M1"))

    right = await Shipment.get(number_key="N1")
    await right_order.refresh_from_db()
    assert await statuses() == [ShipmentStatus.PRE_TRANSIT, ShipmentStatus.DELIVERED]
    assert (right.delivered_at, right_order.status) == (ago(hours=2), OrderStatus.DELIVERED)
    assert await waiting_types() == []
    async with assert_nothing_changes():
        (outcome,) = await make_events(tracker, events[-1])
    copy = await TrackingEvent.get(shipment_id=right.id, type=Type.DELIVERED)
    assert outcome == Duplicate(copy.id)
    told = Change.filter(position__gt=before, kind=ChangeKind.EVENT_RECORDED)
    assert {change.order_id for change in await told} == {right_order.id}
    await assert_log_is_gapless()


@pytest.mark.parametrize("drafts", [*permutations([DELIVERED, MOVING, CORRECTION])])
async def test_a_shipment_that_a_retraction_unfinishes_gets_what_waits_for_it(
    tracker: Tracker, drafts: tuple[EventDraft, ...]
) -> None:
    await make_shipment_with_number(tracker, created_at=ago(days=60))

    for draft in drafts:
        await make_events(tracker, draft)

    assert await statuses() == [ShipmentStatus.IN_TRANSIT]
    assert await waiting_types() == []
    await assert_log_is_gapless()


@pytest.mark.parametrize("drafts", [*permutations([DELIVERED, MOVING, CORRECTION])])
async def test_one_call_matches_its_events_as_calls_of_one_event_do(
    tracker: Tracker, drafts: tuple[EventDraft, ...]
) -> None:
    await make_shipment_with_number(tracker, created_at=ago(days=60))

    outcomes = await make_events(tracker, *drafts)

    assert [type(outcome) for outcome in outcomes] == [Recorded] * 3
    assert await statuses() == [ShipmentStatus.IN_TRANSIT]


async def test_a_shipment_that_a_person_unfinishes_gets_what_waits_for_it(
    tracker: Tracker,
) -> None:
    await make_shipment_with_number(tracker, created_at=ago(days=60))
    (recorded,) = await make_events(tracker, DELIVERED)
    assert await make_events(tracker, MOVING) == [Kept()]
    assert isinstance(recorded, Recorded)
    before = await current_head()

    id_ = node_id(NodeType.EVENT, recorded.event_id)
    await retract_event(tracker, SYSTEM, id_, "another parcel")

    assert await statuses() == [ShipmentStatus.IN_TRANSIT]
    assert (await change_kinds_after(before))[:2] == [
        ChangeKind.EVENT_RETRACTED,
        ChangeKind.EVENT_RECORDED,
    ]
    await assert_log_is_gapless()


async def by_shipment_id(tracker: Tracker, id_: str) -> None:
    await make_events(tracker, build_event_draft(Type.UNKNOWN, shipment_id=id_, retracts="told"))


async def by_a_person(tracker: Tracker, id_: str) -> None:
    event = await TrackingEvent.get(source_event_id="told")
    await retract_event(tracker, SYSTEM, node_id(NodeType.EVENT, event.id), "another parcel")


@pytest.mark.parametrize("retract", [by_shipment_id, by_a_person])
async def test_news_by_shipment_id_counts_for_what_waits_for_its_number(
    tracker: Tracker, retract: Callable[[Tracker, str], Awaitable[None]]
) -> None:
    id_ = await make_shipment_with_number(tracker, created_at=ago(days=60))
    told = build_event_draft(
        Type.LOST, shipment_id=id_, source_event_id="told", occurred_at=ago(days=45)
    )
    await make_events(tracker, told)
    assert await make_events(tracker, MOVING) == [Kept()]

    await retract(tracker, id_)

    assert await statuses() == [ShipmentStatus.IN_TRANSIT]


@pytest.mark.parametrize("drafts", [*permutations([DELIVERED, RETURNING])])
async def test_news_long_after_the_delivery_waits_whatever_came_first(
    tracker: Tracker, drafts: tuple[EventDraft, ...]
) -> None:
    await make_shipment_with_number(tracker, created_at=ago(days=60))

    for draft in drafts:
        await make_events(tracker, draft)

    assert await statuses() == [ShipmentStatus.DELIVERED]
    assert await waiting_types() == [Type.RETURN_STARTED]
    assert await OrderException.all().count() == 0
    await assert_log_is_gapless()


async def test_news_between_lets_what_waits_reach_its_shipment(tracker: Tracker) -> None:
    await make_shipment_with_number(tracker, created_at=ago(days=60))
    await make_events(tracker, DELIVERED)
    assert await make_events(tracker, MOVING) == [Kept()]

    await make_events(
        tracker, build_carrier_event_draft(Type.RETURN_STARTED, "N1", occurred_at=ago(days=20))
    )

    assert await statuses() == [ShipmentStatus.RETURNING]
    assert await waiting_types() == []


async def test_news_that_no_longer_reaches_a_shipment_goes_to_an_older_one(
    tracker: Tracker,
) -> None:
    older = await make_shipment_with_number(tracker, created_at=ago(days=100))
    found = build_event_draft(Type.LOST, shipment_id=older, source_event_id="told")
    await make_events(tracker, found)
    await make_shipment_with_number(tracker, created_at=ago(days=60))
    await by_shipment_id(tracker, older)
    await make_events(tracker, MOVING)
    assert await statuses() == [ShipmentStatus.PRE_TRANSIT, ShipmentStatus.IN_TRANSIT]

    await make_events(tracker, DELIVERED)

    assert await statuses() == [ShipmentStatus.IN_TRANSIT, ShipmentStatus.DELIVERED]
    await make_events(tracker, CORRECTION)
    assert await statuses() == [ShipmentStatus.PRE_TRANSIT, ShipmentStatus.IN_TRANSIT]
    await assert_log_is_gapless()


async def test_a_number_of_many_shipments_loads_the_newest_of_them(
    tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracking_number_locks, "MAXIMUM_SHARING", 2)
    for days in (100, 70, 40):
        id_ = await make_shipment_with_number(tracker, created_at=ago(days=days))
        lost = build_event_draft(Type.LOST, shipment_id=id_, source_event_id=f"lost {days}")
        await make_events(tracker, lost)
    oldest, *newest = await Shipment.all().order_by("created_at")
    number, families = Number("ups", "N1"), tracker.families

    assert await order_ids_of(families, [number], []) == {row.order_id for row in newest}
    assert await order_ids_of(families, [Number("dhl", "N1")], []) == set()
    assert await order_ids_of(families, [number], [oldest.id]) == {
        row.order_id for row in (oldest, *newest)
    }
    found = build_event_draft(
        Type.UNKNOWN, shipment_id=shipment_node_id(oldest.id), retracts="lost 100"
    )
    await make_events(tracker, found)
    with pytest.raises(Conflict):
        await make_shipment_with_number(tracker, created_at=ago(days=1))


async def test_a_number_entered_by_mistake_takes_no_news_from_a_delivered_shipment(
    tracker: Tracker,
) -> None:
    await make_shipment_with_number(tracker, created_at=ago(days=20))
    delivered = build_carrier_event_draft(Type.DELIVERED, "N1", occurred_at=ago(days=10))
    await make_events(tracker, delivered)

    await make_shipment_with_number(tracker, created_at=ago(days=1))
    await make_events(tracker, build_carrier_event_draft(Type.UNKNOWN, "N1"))

    assert await statuses() == [ShipmentStatus.DELIVERED, ShipmentStatus.PRE_TRANSIT]


async def test_a_cancellation_by_command_keeps_later_news_of_the_number_away(
    tracker: Tracker,
) -> None:
    id_ = await make_shipment_with_number(tracker, created_at=ago(days=60))
    await cancel_shipment(tracker, SYSTEM, id_, "no stock", ago(days=45))

    assert await make_events(tracker, MOVING) == [Kept()]
    await make_shipment_with_number(tracker, created_at=ago(days=3))

    assert await statuses() == [ShipmentStatus.CANCELLED, ShipmentStatus.IN_TRANSIT]


async def test_a_repeat_of_news_that_moved_is_recognised(tracker: Tracker) -> None:
    await make_shipment_with_number(tracker, created_at=ago(days=60))
    await make_events(tracker, MOVING)
    await make_events(tracker, DELIVERED)
    assert await waiting_types() == [Type.IN_TRANSIT]

    async with assert_nothing_changes():
        assert await make_events(tracker, MOVING) == [Duplicate(None)]


async def test_a_call_retracts_what_another_of_its_transaction_has_moved(
    tracker: Tracker,
) -> None:
    await make_shipment_with_number(tracker, created_at=ago(days=60))
    lost = build_carrier_event_draft(
        Type.LOST, "N1", source_event_id="lost", occurred_at=ago(days=2)
    )
    await make_events(tracker, lost)
    busy = [
        make_events(tracker, build_carrier_event_draft(Type.UNKNOWN, number), source="busy")
        for number in ("N2", "N3")
    ]
    retraction = build_carrier_event_draft(
        Type.UNKNOWN, "N1", source_event_id="not lost", retracts="lost"
    )

    await asyncio.gather(*busy, make_events(tracker, DELIVERED), make_events(tracker, retraction))
    await make_events(tracker, CORRECTION)

    assert await statuses() == [ShipmentStatus.PRE_TRANSIT]
    assert await TrackingEvent.filter(type=Type.LOST, retracted_at=None).count() == 0
    assert await Order.filter(status=OrderStatus.PACKED).count() == 1


async def test_a_call_moves_what_another_of_its_transaction_has_recorded(
    tracker: Tracker,
) -> None:
    await make_shipment_with_number(tracker, created_at=ago(days=60))
    busy = [
        make_events(tracker, build_carrier_event_draft(Type.UNKNOWN, number), source="busy")
        for number in ("N2", "N3")
    ]

    *_, first, second, third = await asyncio.gather(
        *busy,
        make_events(tracker, RETURNING),
        make_events(tracker, DELIVERED),
        make_events(tracker, RETURNING),
    )

    assert [type(outcome) for outcome in (*first, *second)] == [Recorded, Recorded]
    assert third == [Duplicate(None)]
    assert await statuses() == [ShipmentStatus.DELIVERED]
    assert await waiting_types() == [Type.RETURN_STARTED, Type.UNKNOWN, Type.UNKNOWN]
    await assert_log_is_gapless()
