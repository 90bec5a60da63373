"""News that no shipment has taken is assigned to one by a person, for now and for later."""

import asyncio
from datetime import datetime

import pytest

from access.viewer import SYSTEM, Viewer
from errors import Invalid, LimitExceeded, NotFound
from models.changes import Change
from models.enums import ChangeKind, OrderStatus, ShipmentStatus
from models.enums import TrackingEventType as Type
from models.events import TrackingEvent
from models.node_ids import NodeType, node_id
from models.number_decisions import NumberDecision
from models.orders import Order
from models.shipments import Shipment
from tests.factories.acts import (
    make_dispatched_shipment,
    make_events,
    make_order,
    make_shipment,
    shipment_node_id,
)
from tests.factories.drafts import NOW, ago, build_carrier_event_draft, build_event_draft
from tests.tracking.assertions import (
    assert_log_is_gapless,
    assert_nothing_changes,
    assert_refused,
    current_head,
)
from tracking.events import event_limits
from tracking.events.kept_assignment import assign_kept_number
from tracking.events.outcomes import Duplicate, Kept, Recorded
from tracking.inputs import DispatchDraft, ShipmentAmendment
from tracking.shipments.amendment import amend_shipment
from tracking.shipments.dispatch import dispatch_shipment
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

PICKED_UP = build_carrier_event_draft(Type.PICKED_UP, "N1", occurred_at=ago(hours=5))
OUT = build_carrier_event_draft(Type.OUT_FOR_DELIVERY, "N1", occurred_at=ago(hours=3))
DELIVERED = build_carrier_event_draft(Type.DELIVERED, "N1", occurred_at=ago(hours=2))
CLERK = Viewer("desk", SYSTEM.scopes)


async def make_parcel(tracker: Tracker) -> str:
    """Makes a shipment under another carrier's name and number."""
    order = await make_order(tracker)
    return shipment_node_id(
        (await make_dispatched_shipment(tracker, order, carrier="fedex", number="F1")).id
    )


async def assign(tracker: Tracker, shipment_id: str) -> None:
    await assign_kept_number(tracker, CLERK, "UPS", "n-1", shipment_id, "the same parcel")


async def statuses() -> list[ShipmentStatus]:
    return [row.status for row in await Shipment.all().order_by("created_at", "id")]


async def waiting_types() -> list[Type]:
    waiting = TrackingEvent.filter(shipment_id=None, decision_id=None)
    return [row.type for row in await waiting.order_by("moment")]


async def test_what_is_kept_and_what_comes_belongs_to_the_shipment(tracker: Tracker) -> None:
    id_ = await make_parcel(tracker)
    assert await make_events(tracker, PICKED_UP, OUT) == [Kept(), Kept()]

    await assign(tracker, id_)

    assert await statuses() == [ShipmentStatus.OUT_FOR_DELIVERY]
    assert await waiting_types() == []
    (outcome,) = await make_events(tracker, DELIVERED)
    assert isinstance(outcome, Recorded)
    assert (await Order.get()).status is OrderStatus.DELIVERED
    events = await TrackingEvent.all().order_by("moment")
    decision = await NumberDecision.get()
    assert {(row.shipment_id, row.decision_id) for row in events} == {
        ((await Shipment.get()).id, decision.id)
    }
    assert (decision.actor, decision.reason, decision.ended_at) == ("desk", "the same parcel", None)
    await assert_log_is_gapless()


async def test_the_log_says_who_assigned_the_number_and_why(tracker: Tracker) -> None:
    id_ = await make_parcel(tracker)
    await make_events(tracker, PICKED_UP)
    before = await current_head()

    await assign(tracker, id_)

    changes = await Change.filter(position__gt=before).order_by("position")
    assert [(row.kind, row.actor, row.reason, row.details) for row in changes] == [
        (
            ChangeKind.SHIPMENT_AMENDED,
            "desk",
            "the same parcel",
            {"differences": [{"field": "assignedNumber", "before": None, "after": "ups N1"}]},
        ),
        (ChangeKind.EVENT_RECORDED, "api", "the same parcel", None),
        (ChangeKind.SHIPMENT_STATUS, "desk", "the same parcel", None),
        (ChangeKind.ORDER_STATUS, "desk", "the same parcel", None),
    ]


async def test_news_of_any_age_can_be_assigned(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker), number="N1")
    old = build_carrier_event_draft(Type.DELIVERED, "N1", occurred_at=ago(days=400))
    older = build_carrier_event_draft(Type.IN_TRANSIT, "N1", occurred_at=ago(days=402))
    assert await make_events(tracker, old) == [Kept()]

    await assign(tracker, shipment_node_id((await Shipment.get()).id))

    assert await statuses() == [ShipmentStatus.DELIVERED]
    assert isinstance((await make_events(tracker, older))[0], Recorded)
    assert await waiting_types() == []


async def test_a_shipment_without_carrier_and_number_can_have_the_news(tracker: Tracker) -> None:
    shipment = await make_shipment(tracker, await make_order(tracker))
    await make_events(tracker, DELIVERED)

    await assign(tracker, shipment_node_id(shipment.id))

    assert await statuses() == [ShipmentStatus.DELIVERED]


async def test_assigned_news_that_is_sent_again_is_known(tracker: Tracker) -> None:
    id_ = await make_parcel(tracker)
    await make_events(tracker, PICKED_UP)
    await assign(tracker, id_)
    event = await TrackingEvent.get()

    async with assert_nothing_changes():
        assert await make_events(tracker, PICKED_UP) == [Duplicate(event.id)]
        await assign(tracker, id_)


async def test_a_retraction_by_the_source_reaches_assigned_news(tracker: Tracker) -> None:
    id_ = await make_parcel(tracker)
    scan = build_carrier_event_draft(Type.DELIVERED, "N1", source_event_id="d")
    await make_events(tracker, scan)
    await assign(tracker, id_)

    correction = build_carrier_event_draft(Type.UNKNOWN, "N1", retracts="d")
    await make_events(tracker, correction)

    assert await statuses() == [ShipmentStatus.PRE_TRANSIT]
    assert await waiting_types() == []


async def test_an_assignment_to_another_shipment_moves_what_came_by_the_first(
    tracker: Tracker,
) -> None:
    wrong = await make_parcel(tracker)
    await make_events(tracker, PICKED_UP)
    await assign(tracker, wrong)
    await make_events(tracker, OUT)
    own = build_event_draft(Type.PICKED_UP, shipment_id=wrong, occurred_at=ago(hours=6))
    await make_events(tracker, own)
    right = shipment_node_id((await make_shipment(tracker, await make_order(tracker))).id)

    await assign(tracker, right)

    assert await statuses() == [ShipmentStatus.IN_TRANSIT, ShipmentStatus.OUT_FOR_DELIVERY]
    await make_events(tracker, DELIVERED)
    assert await statuses() == [ShipmentStatus.IN_TRANSIT, ShipmentStatus.DELIVERED]
    first, second = await NumberDecision.all().order_by("id")
    assert (first.ended_at is not None, second.ended_at) == (True, None)
    (copy,) = await TrackingEvent.filter(decision_id=second.id, type=Type.OUT_FOR_DELIVERY)
    async with assert_nothing_changes():
        assert await make_events(tracker, OUT) == [Duplicate(copy.id)]
    amended = await Change.filter(kind=ChangeKind.SHIPMENT_AMENDED).order_by("position")
    assert [row.details["differences"][0]["after"] for row in amended if row.details] == [
        "ups N1",
        None,
        "ups N1",
    ]
    await assert_log_is_gapless()


async def test_a_shipment_that_is_amended_keeps_what_a_person_assigned_to_it(
    tracker: Tracker,
) -> None:
    id_ = await make_parcel(tracker)
    own = build_event_draft(
        Type.PICKED_UP, carrier="fedex", tracking_number="F1", occurred_at=ago(hours=6)
    )
    await make_events(tracker, own, OUT)
    await assign(tracker, id_)

    await amend_shipment(tracker, SYSTEM, id_, ShipmentAmendment(tracking_number="F2"))

    assert await statuses() == [ShipmentStatus.OUT_FOR_DELIVERY]
    assert await waiting_types() == [Type.PICKED_UP]
    assert isinstance((await make_events(tracker, DELIVERED))[0], Recorded)


@pytest.mark.parametrize("is_late", [False, True])
async def test_a_shipment_that_takes_the_number_has_what_happens_since_its_creation(
    tracker: Tracker, is_late: bool
) -> None:
    id_ = await make_parcel(tracker)
    await make_events(
        tracker, build_carrier_event_draft(Type.PICKED_UP, "N1", occurred_at=ago(days=3))
    )
    await assign(tracker, id_)
    await take_number(tracker, created_at=ago(days=2))
    scans = [
        build_carrier_event_draft(Type.IN_TRANSIT, "N1", occurred_at=ago(days=2, hours=1)),
        build_carrier_event_draft(Type.DELIVERED, "N1", occurred_at=ago(days=1)),
    ]

    for scan in reversed(scans) if is_late else scans:
        await make_events(tracker, scan)

    first, second = await Shipment.get(carrier="fedex"), await Shipment.get(carrier="ups")
    assert (first.status, second.status) == (ShipmentStatus.IN_TRANSIT, ShipmentStatus.DELIVERED)


async def take_number(tracker: Tracker, *, created_at: datetime) -> None:
    shipment = await make_shipment(tracker, await make_order(tracker), occurred_at=created_at)
    draft = DispatchDraft(carrier="ups", tracking_number="N1", occurred_at=created_at)
    await dispatch_shipment(tracker, SYSTEM, shipment_node_id(shipment.id), draft)


async def test_assigned_news_hands_out_what_waits_for_the_shipments_own_number(
    tracker: Tracker,
) -> None:
    id_ = await make_parcel(tracker)
    long_ago = build_event_draft(
        Type.DELIVERED,
        carrier="fedex",
        tracking_number="F1",
        source_event_id="old",
        occurred_at=ago(days=45),
    )
    moving = build_event_draft(Type.IN_TRANSIT, carrier="fedex", tracking_number="F1")
    await Shipment.all().update(created_at=ago(days=50))
    assert [type(one) for one in await make_events(tracker, long_ago)] == [Recorded]
    assert await make_events(tracker, moving) == [Kept()]
    returning = build_carrier_event_draft(
        Type.RETURN_STARTED, "N1", occurred_at=ago(days=44), source_event_id="r"
    )
    await make_events(tracker, returning)

    await assign(tracker, id_)

    assert await waiting_types() == []
    assert await statuses() == [ShipmentStatus.RETURNING]


@pytest.mark.parametrize("is_direct", [True, False])
async def test_assigned_news_counts_for_the_shipments_own_number_wherever_it_was_before(
    tracker: Tracker, is_direct: bool
) -> None:
    first, second = [
        await make_shipment(tracker, await make_order(tracker), occurred_at=ago(days=50))
        for _ in range(2)
    ]
    for shipment, number in ((first, "F1"), (second, "F2")):
        draft = DispatchDraft(carrier="fedex", tracking_number=number)
        await dispatch_shipment(tracker, SYSTEM, shipment_node_id(shipment.id), draft)
    moving = build_event_draft(Type.IN_TRANSIT, carrier="fedex", tracking_number="F2")
    await make_events(tracker, moving)
    await make_events(
        tracker, build_carrier_event_draft(Type.DELIVERED, "N1", occurred_at=ago(days=45))
    )

    for shipment in (second,) if is_direct else (first, second):
        await assign(tracker, shipment_node_id(shipment.id))

    assert await waiting_types() == [Type.IN_TRANSIT]
    assert (await Shipment.get(id=second.id)).status is ShipmentStatus.DELIVERED
    await assert_log_is_gapless()


async def test_a_number_for_which_nothing_is_kept_cannot_be_assigned(tracker: Tracker) -> None:
    id_ = await make_parcel(tracker)

    with pytest.raises(Invalid) as refused:
        await assign(tracker, id_)

    assert refused.value.field == ("trackingNumber",)
    assert refused.value.message == (
        "Nothing is kept for the number N1 of ups. keptNumbers lists the carriers and numbers for"
        " which news is kept: send one of these."
    )


@pytest.mark.parametrize(
    "id_",
    ["", "x", node_id(NodeType.SHIPMENT, NumberDecision().id)],
    ids=["empty", "malformed", "unknown"],
)
async def test_a_shipment_that_does_not_exist_is_not_found(tracker: Tracker, id_: str) -> None:
    await make_events(tracker, PICKED_UP)

    async with assert_refused(NotFound, "shipmentId"):
        await assign(tracker, id_)


async def test_a_shipment_without_room_for_the_news_is_refused(
    tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = await make_parcel(tracker)
    await make_events(tracker, PICKED_UP, OUT)
    monkeypatch.setattr(event_limits, "MAXIMUM_EVENTS_OF_ORDER", 1)

    async with assert_refused(LimitExceeded, "shipmentId"):
        await assign(tracker, id_)


async def test_news_is_not_moved_if_too_much_has_left_the_order(
    tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong, right = (
        await make_parcel(tracker),
        await make_shipment(tracker, await make_order(tracker)),
    )
    await make_events(tracker, PICKED_UP)
    await assign(tracker, wrong)
    monkeypatch.setattr(event_limits, "MAXIMUM_WITHDRAWN", 0)

    async with assert_refused(LimitExceeded, "trackingNumber"):
        await assign(tracker, shipment_node_id(right.id))


async def test_news_that_comes_while_its_number_is_assigned_is_not_left_behind(
    tracker: Tracker,
) -> None:
    """The trackers have locks of their own, as those of several processes have."""
    parcels = [await make_parcel(tracker)]
    parcels.append(shipment_node_id((await make_shipment(tracker, await make_order(tracker))).id))
    await make_events(tracker, PICKED_UP)
    scans = [
        build_carrier_event_draft(
            Type.IN_TRANSIT, "N1", occurred_at=NOW, source_event_id=f"{number}"
        )
        for number in range(12)
    ]
    trackers = [Tracker(announce=tracker.announce) for _ in range(3)]

    await asyncio.gather(
        *(make_events(trackers[0], scan, source=f"s{number}") for number, scan in enumerate(scans)),
        *(assign(one, id_) for one, id_ in zip(trackers[1:], parcels, strict=True)),
    )

    decision = await NumberDecision.get(ended_at=None)
    counting = await TrackingEvent.filter(moved_to_id=None)
    assert await waiting_types() == []
    assert len(counting) == 13
    assert {row.shipment_id for row in counting} == {decision.shipment_id}
    await assert_log_is_gapless()
