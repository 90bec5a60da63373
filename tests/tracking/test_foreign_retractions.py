"""A retraction applies to an event of its own shipment, and to that of no other number."""

from dataclasses import replace

import pytest

from access.viewer import SYSTEM
from errors import Invalid
from models.enums import ShipmentStatus
from models.enums import TrackingEventType as Type
from models.events import TrackingEvent
from models.shipments import Shipment
from tests.factories.acts import (
    make_dispatched_shipment,
    make_dispatched_shipment_id,
    make_events,
    make_order,
)
from tests.factories.drafts import ago, build_carrier_event_draft, build_event_draft
from tests.tracking.assertions import assert_nothing_changes
from tracking.events.outcomes import Duplicate, Kept, Outcome, Recorded
from tracking.inputs import EventDraft, ShipmentAmendment
from tracking.shipments.amendment import amend_shipment
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

DELIVERED = build_carrier_event_draft(
    Type.DELIVERED, "N1", source_event_id="e1", occurred_at=ago(hours=2)
)
BY_ANOTHER_NUMBER = build_carrier_event_draft(
    Type.UNKNOWN, "N2", source_event_id="e2", retracts="e1"
)
BY_ITS_NUMBER = replace(BY_ANOTHER_NUMBER, tracking_number="n-1", source_event_id="e3")


def by_id(draft: EventDraft, shipment_id: str) -> EventDraft:
    return replace(draft, carrier=None, tracking_number=None, shipment_id=shipment_id)


def assert_is_foreign(outcome: Outcome, place: int = 0) -> None:
    assert isinstance(outcome, Invalid)
    assert outcome.field == ("input", "events", str(place), "retracts")
    assert str(outcome) == (
        "The event 'e1' of the source 'api' belongs to another tracking number. Send the retraction"
        " with the number, or the shipment, of that event."
    )


async def status(number: str = "N1") -> ShipmentStatus:
    return (await Shipment.get(number_key=number)).status


@pytest.mark.parametrize("is_dispatched", [True, False])
async def test_a_retraction_of_another_numbers_event_is_refused(
    tracker: Tracker, is_dispatched: bool
) -> None:
    if is_dispatched:
        await make_dispatched_shipment(tracker, await make_order(tracker), number="N1")
        await make_dispatched_shipment(tracker, await make_order(tracker), number="N2")
    # Both numbers are known, as locking a new one on PostgreSQL adds its row.
    await make_events(tracker, DELIVERED, build_carrier_event_draft(Type.PICKED_UP, "N2"))

    async with assert_nothing_changes():
        (outcome,) = await make_events(tracker, BY_ANOTHER_NUMBER)

    assert_is_foreign(outcome)
    assert await TrackingEvent.filter(retracted_at__not_isnull=True).count() == 0
    (again,) = await make_events(tracker, replace(BY_ANOTHER_NUMBER, tracking_number="N1"))
    assert isinstance(again, Recorded if is_dispatched else Kept)
    assert await TrackingEvent.filter(retracted_at__not_isnull=True).count() == 1


async def test_a_retraction_in_the_call_of_another_numbers_event_is_refused(
    tracker: Tracker,
) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker), number="N1")

    first, second = await make_events(tracker, DELIVERED, BY_ANOTHER_NUMBER)

    assert isinstance(first, Recorded)
    assert_is_foreign(second, 1)
    assert await status() is ShipmentStatus.DELIVERED


@pytest.mark.parametrize("in_one_call", [True, False])
async def test_a_retraction_that_came_first_does_not_apply_to_another_numbers_event(
    tracker: Tracker, in_one_call: bool
) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker), number="N1")
    await make_dispatched_shipment(tracker, await make_order(tracker), number="N2")
    drafts = [BY_ANOTHER_NUMBER, DELIVERED]

    for call in [drafts] if in_one_call else [[draft] for draft in drafts]:
        outcomes = await make_events(tracker, *call)

    assert isinstance(outcomes[-1], Recorded)
    assert await status() is ShipmentStatus.DELIVERED
    await make_events(tracker, BY_ITS_NUMBER)
    assert await status() is ShipmentStatus.PRE_TRANSIT
    assert [type(one) for one in await make_events(tracker, *drafts)] == [Duplicate, Duplicate]


@pytest.mark.parametrize("retraction_first", [True, False])
@pytest.mark.parametrize("event_by_id", [True, False])
async def test_an_id_and_the_number_of_that_shipment_name_the_same(
    tracker: Tracker, event_by_id: bool, retraction_first: bool
) -> None:
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker), "N1")
    drafts = [DELIVERED, BY_ITS_NUMBER]
    drafts[not event_by_id] = by_id(drafts[not event_by_id], id_)

    for draft in reversed(drafts) if retraction_first else drafts:
        (outcome,) = await make_events(tracker, draft)
        assert isinstance(outcome, Recorded)

    assert await status() is ShipmentStatus.PRE_TRANSIT


@pytest.mark.parametrize("event_by_id", [True, False])
async def test_the_id_of_another_shipment_is_refused(tracker: Tracker, event_by_id: bool) -> None:
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker), "N1")
    other_id = await make_dispatched_shipment_id(tracker, await make_order(tracker), "N2")
    await make_events(tracker, by_id(DELIVERED, id_) if event_by_id else DELIVERED)

    async with assert_nothing_changes():
        outcomes = [
            *await make_events(tracker, by_id(BY_ITS_NUMBER, other_id)),
            *await make_events(tracker, BY_ANOTHER_NUMBER),
        ]

    for outcome in outcomes:
        assert_is_foreign(outcome)


@pytest.mark.parametrize("retraction_by_id", [True, False])
@pytest.mark.parametrize("retraction_first", [True, False])
async def test_a_retraction_still_applies_after_the_number_was_corrected(
    tracker: Tracker, retraction_first: bool, retraction_by_id: bool
) -> None:
    """The event waits for its number; it is retracted by that number, or by the shipment."""
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker), "N1")
    retraction = by_id(BY_ITS_NUMBER, id_) if retraction_by_id else BY_ITS_NUMBER
    await make_events(tracker, retraction if retraction_first else DELIVERED)
    await amend_shipment(tracker, SYSTEM, id_, ShipmentAmendment(tracking_number="N2"))

    await make_events(tracker, DELIVERED if retraction_first else retraction)
    await amend_shipment(tracker, SYSTEM, id_, ShipmentAmendment(tracking_number="N1"))

    # When the event came, the shipment of the retraction had another number.
    is_foreign = retraction_first and retraction_by_id
    expected = ShipmentStatus.DELIVERED if is_foreign else ShipmentStatus.PRE_TRANSIT
    assert await status() is expected


async def test_another_source_may_use_the_same_id_for_another_number(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker), number="N1")
    await make_events(tracker, DELIVERED)

    (outcome,) = await make_events(tracker, BY_ANOTHER_NUMBER, source="another")

    assert outcome == Kept()
    assert await status() is ShipmentStatus.DELIVERED


async def test_the_spelling_of_a_carrier_does_not_make_another_number(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker), number="N1")
    await make_events(tracker, DELIVERED)

    await make_events(tracker, replace(BY_ITS_NUMBER, carrier="ups_mi"))

    assert await status() is ShipmentStatus.PRE_TRANSIT


async def test_an_unknown_shipment_is_still_not_found(tracker: Tracker) -> None:
    id_ = "shipment_01a20625b6ae74e2ae136b75262c2ac7"
    draft = build_event_draft(Type.UNKNOWN, shipment_id=id_, retracts="e1")

    (outcome,) = await make_events(tracker, draft)

    assert getattr(outcome, "field", None) == ("input", "events", "0", "shipmentId")
