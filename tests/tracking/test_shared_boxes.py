"""Shipments of several orders in one box: what happens to the box happens to all of them."""

import asyncio

import pytest

from access.viewer import SYSTEM
from errors import Conflict, Invalid, LimitExceeded
from models.changes import Change
from models.enums import ChangeKind, ShipmentStatus
from models.enums import TrackingEventType as Type
from models.events import TrackingEvent
from models.node_ids import NodeType, node_id
from models.shipments import Shipment
from tests.factories.acts import make_events, make_order, make_shipment, shipment_node_id
from tests.factories.drafts import ago, build_carrier_event_draft, build_event_draft
from tests.tracking.assertions import (
    assert_events_are_with_their_shipments,
    assert_log_is_gapless,
    assert_nothing_changes,
)
from tracking.events.outcomes import Duplicate, Kept, Outcome, Recorded
from tracking.events.retraction import retract_event
from tracking.inputs import DispatchDraft, ShipmentAmendment
from tracking.shipments import tracking_number_locks
from tracking.shipments.amendment import amend_shipment
from tracking.shipments.commands import cancel_shipment
from tracking.shipments.dispatch import dispatch_shipment
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

PRE_TRANSIT, IN_TRANSIT = ShipmentStatus.PRE_TRANSIT, ShipmentStatus.IN_TRANSIT
DELIVERED, CANCELLED = ShipmentStatus.DELIVERED, ShipmentStatus.CANCELLED
CONFLICT = (
    "Another unfinished shipment of ups has this tracking number. Send a different one. If both are"
    " in one box, dispatch each of them with isShared: true; the one that is dispatched already by"
    " repeating its shipmentDispatch."
)


async def created(tracker: Tracker) -> str:
    shipment = await make_shipment(tracker, await make_order(tracker), occurred_at=ago(days=1))
    return shipment_node_id(shipment.id)


async def dispatch(
    tracker: Tracker, id_: str, number: str = "N1", *, is_shared: bool = True
) -> None:
    draft = DispatchDraft(carrier="ups", tracking_number=number, is_shared=is_shared)
    await dispatch_shipment(tracker, SYSTEM, id_, draft)


async def make_box(tracker: Tracker, count: int = 2) -> list[str]:
    ids = [await created(tracker) for _ in range(count)]
    for id_ in ids:
        await dispatch(tracker, id_)
    return ids


async def told(tracker: Tracker, type_: Type, hours: float = 1, **values: str) -> Outcome:
    draft = build_carrier_event_draft(type_, "N1", occurred_at=ago(hours=hours), **values)
    (outcome,) = await make_events(tracker, draft)
    return outcome


async def statuses() -> list[ShipmentStatus]:
    return [row.status for row in await Shipment.all().order_by("id")]


async def counting_events() -> int:
    return await TrackingEvent.filter(retracted_at=None).count()


async def test_news_of_a_shared_number_goes_to_all_shipments_in_the_box(tracker: Tracker) -> None:
    await make_box(tracker)

    outcome = await told(tracker, Type.DELIVERED)

    assert isinstance(outcome, Recorded)
    events = await TrackingEvent.all().order_by("id")
    assert {outcome.event_id, *outcome.others} == {event.id for event in events}
    assert len({event.order_id for event in events}) == 2
    assert await statuses() == [DELIVERED, DELIVERED]
    async with assert_nothing_changes():
        again = await told(tracker, Type.DELIVERED)
    assert isinstance(again, Duplicate)
    assert {again.event_id, *again.others} == {event.id for event in events}
    await assert_events_are_with_their_shipments()
    await assert_log_is_gapless()


async def test_a_repeat_in_the_same_call_lists_the_events_of_the_whole_box(
    tracker: Tracker,
) -> None:
    await make_box(tracker)
    draft = build_carrier_event_draft(Type.PICKED_UP, "N1")

    first, again = await make_events(tracker, draft, draft)

    assert isinstance(first, Recorded)
    assert again == Duplicate(first.event_id, first.others)
    assert len(first.others) == 1


@pytest.mark.parametrize("said", [(True, False), (False, True), (False, False)])
async def test_a_number_is_taken_unless_both_say_that_they_share_a_box(
    tracker: Tracker, said: tuple[bool, bool]
) -> None:
    first, second = await created(tracker), await created(tracker)
    await dispatch(tracker, first, is_shared=said[0])

    with pytest.raises(Conflict) as refused:
        await dispatch(tracker, second, is_shared=said[1])

    assert refused.value.message == CONFLICT
    assert await statuses() == [PRE_TRANSIT, ShipmentStatus.PENDING]


async def test_a_repeated_dispatch_says_that_the_box_is_shared(tracker: Tracker) -> None:
    first, second = await created(tracker), await created(tracker)
    await dispatch(tracker, first, is_shared=False)
    await told(tracker, Type.PICKED_UP)

    await dispatch(tracker, first)

    (amended,) = await Change.filter(kind=ChangeKind.SHIPMENT_AMENDED)
    assert amended.details == {
        "differences": [{"field": "isShared", "before": "false", "after": "true"}]
    }
    async with assert_nothing_changes():
        await dispatch(tracker, first)
        await dispatch(tracker, first, is_shared=False)
    await dispatch(tracker, second)
    assert await statuses() == [IN_TRANSIT, IN_TRANSIT]
    await assert_log_is_gapless()


async def test_a_shipment_that_says_so_after_the_delivery_shares_its_news(
    tracker: Tracker,
) -> None:
    first, second = await created(tracker), await created(tracker)
    await dispatch(tracker, first, is_shared=False)
    await told(tracker, Type.DELIVERED)
    await dispatch(tracker, second)
    assert await statuses() == [DELIVERED, PRE_TRANSIT]

    await dispatch(tracker, first)

    assert await statuses() == [DELIVERED, DELIVERED]


async def test_news_that_waits_goes_to_all_that_take_the_number(tracker: Tracker) -> None:
    assert await told(tracker, Type.DELIVERED) == Kept()

    await make_box(tracker, 3)

    assert await statuses() == [DELIVERED] * 3
    assert await TrackingEvent.all().count() == 3


async def test_a_person_retracts_the_news_of_the_whole_box(tracker: Tracker) -> None:
    await make_box(tracker)
    outcome = await told(tracker, Type.DELIVERED)
    assert isinstance(outcome, Recorded)

    (other,) = outcome.others
    await retract_event(tracker, SYSTEM, node_id(NodeType.EVENT, other), "another parcel")

    assert await statuses() == [PRE_TRANSIT, PRE_TRANSIT]
    assert await counting_events() == 0
    assert await told(tracker, Type.DELIVERED) == Duplicate(outcome.event_id, outcome.others)


@pytest.mark.parametrize("is_first", [True, False])
async def test_a_source_retracts_the_news_of_the_whole_box(
    tracker: Tracker, is_first: bool
) -> None:
    await make_box(tracker)
    news = build_carrier_event_draft(Type.DELIVERED, "N1", source_event_id="e1")
    correction = build_carrier_event_draft(Type.UNKNOWN, "N1", retracts="e1")
    for draft in [correction, news] if is_first else [news, correction]:
        await make_events(tracker, draft)

    assert await statuses() == [PRE_TRANSIT, PRE_TRANSIT]


async def test_a_shipment_that_leaves_the_box_leaves_its_news_to_the_others(
    tracker: Tracker,
) -> None:
    first, _ = await make_box(tracker)
    await told(tracker, Type.DELIVERED)

    await amend_shipment(tracker, SYSTEM, first, ShipmentAmendment(tracking_number="N2"))

    assert await statuses() == [PRE_TRANSIT, DELIVERED]
    assert await counting_events() == 1
    assert await TrackingEvent.filter(shipment_id=None).count() == 0
    left = await TrackingEvent.exclude(retracted_at=None).get()
    assert left.moved_to_id == (await TrackingEvent.get(retracted_at=None)).id
    await amend_shipment(tracker, SYSTEM, first, ShipmentAmendment(tracking_number="N1"))
    assert await statuses() == [DELIVERED, DELIVERED]
    assert await counting_events() == 2
    await assert_log_is_gapless()


async def test_the_news_of_a_box_that_all_leave_waits_once(tracker: Tracker) -> None:
    ids = await make_box(tracker)
    await told(tracker, Type.DELIVERED)

    for place, id_ in enumerate(ids):
        amendment = ShipmentAmendment(tracking_number=f"M{place}")
        await amend_shipment(tracker, SYSTEM, id_, amendment)

    assert await statuses() == [PRE_TRANSIT, PRE_TRANSIT]
    assert await TrackingEvent.filter(shipment_id=None).count() == 1
    assert await told(tracker, Type.DELIVERED) == Duplicate(None)


@pytest.mark.parametrize("number", ["M1", "O1"])
async def test_a_shipment_takes_no_news_of_its_box_into_another(
    tracker: Tracker, number: str
) -> None:
    first, _ = await make_box(tracker)
    await dispatch(tracker, await created(tracker), number)
    await told(tracker, Type.DELIVERED)

    await amend_shipment(tracker, SYSTEM, first, ShipmentAmendment(tracking_number=number))

    assert await statuses() == [PRE_TRANSIT, DELIVERED, PRE_TRANSIT]
    assert await TrackingEvent.all().count() == 2
    await assert_log_is_gapless()


@pytest.mark.parametrize("number", ["M1", "O1"])
async def test_the_last_shipment_of_a_box_leaves_its_news_for_whoever_comes(
    tracker: Tracker, number: str
) -> None:
    ids = await make_box(tracker)
    await dispatch(tracker, await created(tracker), number)
    await told(tracker, Type.DELIVERED)

    for id_ in ids:
        await amend_shipment(tracker, SYSTEM, id_, ShipmentAmendment(tracking_number=number))

    assert await statuses() == [PRE_TRANSIT] * 3
    assert await TrackingEvent.filter(shipment_id=None).count() == 1
    await assert_log_is_gapless()


async def test_a_cancelled_shipment_is_not_in_the_box_any_more(tracker: Tracker) -> None:
    first, _ = await make_box(tracker)
    await cancel_shipment(tracker, SYSTEM, first, "no stock", ago(hours=3))

    await told(tracker, Type.PICKED_UP)
    assert await statuses() == [CANCELLED, IN_TRANSIT]

    await told(tracker, Type.PICKED_UP, hours=4)
    assert await statuses() == [IN_TRANSIT, IN_TRANSIT]
    await assert_log_is_gapless()


async def test_an_order_has_the_news_of_its_box_once(tracker: Tracker) -> None:
    order = await make_order(tracker)
    first = await make_shipment(tracker, order, occurred_at=ago(days=2))
    await dispatch(tracker, shipment_node_id(first.id))
    await cancel_shipment(tracker, SYSTEM, shipment_node_id(first.id), "wrong label", ago(hours=5))
    again = await make_shipment(tracker, order, occurred_at=ago(days=1))
    await dispatch(tracker, shipment_node_id(again.id))
    await dispatch(tracker, await created(tracker))

    await told(tracker, Type.DELIVERED)

    assert await statuses() == [CANCELLED, DELIVERED, DELIVERED]
    assert await TrackingEvent.filter(order_id=order.id).count() == 1


async def test_news_by_shipment_id_is_of_that_shipment_alone(tracker: Tracker) -> None:
    first, _ = await make_box(tracker)

    await make_events(tracker, build_event_draft(Type.DELIVERED, shipment_id=first))

    assert await statuses() == [DELIVERED, PRE_TRANSIT]


async def test_news_under_another_name_of_the_carrier_reaches_the_whole_box(
    tracker: Tracker,
) -> None:
    await make_box(tracker)
    draft = build_event_draft(Type.DELIVERED, carrier="ups_mi", tracking_number="N1")

    await make_events(tracker, draft)

    assert await statuses() == [DELIVERED, DELIVERED]


async def test_copies_of_the_same_news_differ_in_their_numbers_only(tracker: Tracker) -> None:
    await make_box(tracker)
    await told(tracker, Type.PICKED_UP)
    assert await counting_events() == 2
    assert {event.copy_number for event in await TrackingEvent.all()} == {0, 1}
    assert len({event.fingerprint for event in await TrackingEvent.all()}) == 1


async def test_a_box_needs_a_number(tracker: Tracker) -> None:
    draft = DispatchDraft(carrier="own", is_shared=True)

    with pytest.raises(Invalid) as refused:
        await dispatch_shipment(tracker, SYSTEM, await created(tracker), draft)

    assert refused.value.field == ("input", "trackingNumber")


async def test_a_full_box_takes_no_more_shipments(
    tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracking_number_locks, "MAXIMUM_IN_BOX", 2)
    await make_box(tracker)

    with pytest.raises(LimitExceeded):
        await dispatch(tracker, await created(tracker))


async def test_shipments_join_a_box_while_its_news_comes(tracker: Tracker) -> None:
    ids = [await created(tracker) for _ in range(4)]
    news = [
        make_events(tracker, build_carrier_event_draft(type_, "N1"), source=type_)
        for type_ in (Type.PICKED_UP, Type.DELIVERED)
    ]

    await asyncio.gather(*(dispatch(tracker, id_) for id_ in ids), *news)

    assert await statuses() == [DELIVERED] * 4
    assert await counting_events() == 8
    await assert_log_is_gapless()
