"""A retraction holds, also when the retracted event is sent again."""

import pytest

from access.viewer import SYSTEM
from errors import Invalid, NotFound
from models.changes import Change
from models.enums import ChangeKind, OrderStatus, ShipmentStatus
from models.enums import TrackingEventType as Type
from models.estimates import Estimate
from models.events import TrackingEvent
from models.node_ids import NodeType, node_id
from models.shipments import Shipment
from tests.factories.acts import (
    make_dispatched_shipment,
    make_dispatched_shipment_id,
    make_events,
    make_order,
)
from tests.factories.drafts import ago, build_carrier_event_draft
from tests.tracking.assertions import (
    assert_nothing_changes,
    assert_refused,
    change_kinds_after,
    current_head,
)
from tracking.events.outcomes import Duplicate, Kept, Recorded
from tracking.events.retraction import retract_event
from tracking.inputs import EstimateDraft
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

DELIVERED = build_carrier_event_draft(
    Type.DELIVERED, source_event_id="e1", occurred_at=ago(hours=2)
)
CORRECTION = build_carrier_event_draft(Type.UNKNOWN, source_event_id="e2", retracts="e1")


async def status() -> ShipmentStatus:
    return (await Shipment.all().order_by("created_at").first()).status  # type: ignore[union-attr]


async def test_a_retracted_event_no_longer_counts(tracker: Tracker) -> None:
    order = await make_order(tracker)
    await make_dispatched_shipment(tracker, order)
    await make_events(tracker, DELIVERED)
    before = await current_head()

    await make_events(tracker, CORRECTION)

    await order.refresh_from_db()
    assert (await status(), order.status) == (ShipmentStatus.PRE_TRANSIT, OrderStatus.PACKED)
    assert sorted(await change_kinds_after(before)) == sorted(
        [
            ChangeKind.EVENT_RETRACTED,
            ChangeKind.EVENT_RECORDED,
            ChangeKind.SHIPMENT_STATUS,
            ChangeKind.ORDER_STATUS,
        ]
    )


async def test_a_retraction_may_come_before_its_event(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))
    await make_events(tracker, CORRECTION)

    (outcome,) = await make_events(tracker, DELIVERED)

    assert isinstance(outcome, Recorded)
    event = await TrackingEvent.get(source_event_id="e1")
    assert event.retracted_at is not None
    assert await status() is ShipmentStatus.PRE_TRANSIT


@pytest.mark.parametrize("drafts", [(DELIVERED, CORRECTION), (CORRECTION, DELIVERED)])
async def test_a_retraction_may_come_in_the_same_call(
    tracker: Tracker, drafts: tuple[object, ...]
) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))

    await make_events(tracker, *drafts)  # type: ignore[arg-type]

    assert await status() is ShipmentStatus.PRE_TRANSIT


async def test_a_retraction_stands_when_its_event_is_sent_again(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))
    await make_events(tracker, DELIVERED)
    await make_events(tracker, CORRECTION)

    async with assert_nothing_changes():
        outcomes = await make_events(tracker, DELIVERED, CORRECTION)

    assert [type(outcome) for outcome in outcomes] == [Duplicate, Duplicate]


async def test_a_retraction_applies_to_unmatched_events_and_while_it_is_unmatched(
    tracker: Tracker,
) -> None:
    assert await make_events(tracker, DELIVERED) == [Kept()]
    assert await make_events(tracker, CORRECTION) == [Kept()]

    await make_dispatched_shipment(tracker, await make_order(tracker))

    assert await status() is ShipmentStatus.PRE_TRANSIT


async def test_only_the_source_of_an_event_retracts_it(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))
    await make_events(tracker, DELIVERED)

    await make_events(tracker, CORRECTION, source="another")

    assert await status() is ShipmentStatus.DELIVERED


async def test_an_invalid_retraction_retracts_nothing(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))
    await make_events(tracker, DELIVERED)

    async with assert_nothing_changes():
        await make_events(
            tracker,
            build_carrier_event_draft(Type.UNKNOWN, retracts="e1", occurred_at=ago(hours=-1)),
        )


async def test_the_estimate_of_a_retracted_event_is_withdrawn(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker, promised_at=ago(days=-4)))
    expected = EstimateDraft(earliest=ago(), latest=ago(days=-3))
    await make_events(
        tracker, build_carrier_event_draft(Type.PICKED_UP, source_event_id="e1", estimate=expected)
    )
    assert (await Shipment.get()).estimate_latest == ago(days=-3)

    await make_events(tracker, CORRECTION)

    assert (await Shipment.get()).estimate_latest == ago(days=-4)
    assert (await Estimate.get()).is_retracted


async def test_a_person_retracts_by_id_and_says_why(tracker: Tracker) -> None:
    await make_dispatched_shipment_id(tracker, await make_order(tracker))
    (outcome,) = await make_events(tracker, DELIVERED)
    assert isinstance(outcome, Recorded)
    id_ = node_id(NodeType.EVENT, outcome.event_id)
    before = await current_head()

    async with assert_refused(Invalid, "reason"):
        await retract_event(tracker, SYSTEM, id_, " ")
    await retract_event(tracker, SYSTEM, id_, "wrong parcel")
    async with assert_nothing_changes():
        await retract_event(tracker, SYSTEM, id_, "again")

    change = await Change.get(position=before + 1)
    assert (change.kind, change.reason) == (ChangeKind.EVENT_RETRACTED, "wrong parcel")
    assert await status() is ShipmentStatus.PRE_TRANSIT


async def test_unmatched_or_unknown_events_cannot_be_retracted_by_id(tracker: Tracker) -> None:
    await make_events(tracker, DELIVERED)
    kept_event = await TrackingEvent.get()

    for id_ in (node_id(NodeType.EVENT, kept_event.id), "event_x", "\ud800"):
        async with assert_refused(NotFound, "id"):
            await retract_event(tracker, SYSTEM, id_, "wrong parcel")
