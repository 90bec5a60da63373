"""Each carrier event of a call has its outcome: it is recorded, kept or invalid."""

from typing import Any

import pytest

from access.viewer import SYSTEM
from errors import Invalid, LimitExceeded
from models.changes import Change
from models.enums import (
    ChangeKind,
    EstimateSource,
    EventClassifier,
    ExceptionType,
    Health,
    OrderStatus,
    ShipmentStatus,
)
from models.enums import TrackingEventType as Type
from models.events import TrackingEvent
from models.exceptions import OrderException
from models.shipments import Shipment
from tests.factories.acts import (
    make_dispatched_shipment,
    make_dispatched_shipment_id,
    make_events,
    make_order,
)
from tests.factories.drafts import ago, build_carrier_event_draft, build_event_draft
from tests.tracking.assertions import (
    assert_nothing_changes,
    assert_refused,
    change_kinds_after,
    current_head,
)
from tracking.events.commands import record_events
from tracking.events.outcomes import Duplicate, Kept, Recorded
from tracking.inputs import EstimateDraft, EventDraft, LocationDraft
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")
NOBODY = "shipment_00000000-0000-0000-0000-000000000000"


async def test_each_event_of_a_call_has_its_outcome_in_its_place(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))
    earlier = build_carrier_event_draft(Type.LABEL_CREATED, occurred_at=ago(hours=5))
    (first,) = await make_events(tracker, earlier)

    outcomes = await make_events(
        tracker,
        build_carrier_event_draft(Type.PICKED_UP, "UNKNOWN1"),
        build_carrier_event_draft(Type.OUT_FOR_DELIVERY, occurred_at=ago(hours=-1)),
        earlier,
        build_carrier_event_draft(Type.PICKED_UP, occurred_at=ago(hours=2)),
        build_event_draft(Type.DELIVERED, shipment_id=NOBODY),
        build_carrier_event_draft(Type.PICKED_UP, occurred_at=ago(hours=2)),
        build_carrier_event_draft(Type.PICKED_UP, "UNKNOWN1"),
    )

    recorded = await TrackingEvent.get(type=Type.PICKED_UP, shipment_id__isnull=False)
    assert isinstance(first, Recorded)
    assert outcomes[0] == Kept()
    assert outcomes[2] == Duplicate(first.event_id)
    assert outcomes[3] == Recorded(recorded.id)
    assert outcomes[5] == Duplicate(recorded.id)
    assert outcomes[6] == Duplicate(None)
    assert getattr(outcomes[1], "field", None) == ("input", "events", "1", "occurredAt")
    assert getattr(outcomes[4], "field", None) == ("input", "events", "4", "shipmentId")
    assert await TrackingEvent.all().count() == 3


async def test_an_invalid_call_is_refused_as_a_whole(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))

    async with assert_refused(Invalid, "input", "source"):
        await make_events(tracker, build_carrier_event_draft(Type.PICKED_UP), source="")
    async with assert_refused(Invalid, "input", "events"):
        await make_events(tracker)
    async with assert_refused(LimitExceeded, "input", "events"):
        await make_events(tracker, *[build_carrier_event_draft(Type.PICKED_UP)] * 501)


async def test_500_events_are_one_call(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))
    before = await current_head()

    outcomes = await make_events(
        tracker,
        *[
            build_carrier_event_draft(Type.IN_TRANSIT, occurred_at=ago(minutes=number))
            for number in range(500)
        ],
    )

    assert {type(outcome) for outcome in outcomes} == {Recorded}
    kinds = await change_kinds_after(before)
    assert kinds.count(ChangeKind.EVENT_RECORDED) == 500
    assert kinds[500:] == [ChangeKind.SHIPMENT_STATUS, ChangeKind.ORDER_STATUS]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "shipmentId"),
        ({"carrier": "ups"}, "shipmentId"),
        ({"carrier": "ups", "tracking_number": "1", "shipment_id": NOBODY}, "shipmentId"),
        ({"shipment_id": "order_1"}, "shipmentId"),
        ({"carrier": "?", "tracking_number": "1"}, "carrier"),
        ({"carrier": "ups", "tracking_number": "--"}, "trackingNumber"),
        ({"source_event_id": " "}, "sourceEventId"),
        ({"retracts": ""}, "retracts"),
        ({"description": "\ud800"}, "description"),
        ({"signed_by": "x" * 201}, "signedBy"),
        ({"carrier_code": ""}, "carrierCode"),
        ({"location": LocationDraft(country="XX")}, "location.country"),
        ({"location": LocationDraft(latitude=91.0, longitude=0.0)}, "location.latitude"),
        ({"estimate": EstimateDraft(earliest=ago(), latest=ago(hours=1))}, "estimate"),
    ],
)
async def test_an_invalid_event_names_its_field_and_is_not_kept(
    tracker: Tracker, values: dict[str, Any], field: str
) -> None:
    all_values = values if "carrier" in values or not values else {"shipment_id": NOBODY, **values}
    async with assert_nothing_changes():
        (outcome,) = await make_events(
            tracker, EventDraft(type=Type.PICKED_UP, occurred_at=ago(hours=1), **all_values)
        )

    assert getattr(outcome, "field", None) == ("input", "events", "0", *field.split("."))


async def test_an_event_has_its_source_as_actor_and_moves_the_status(tracker: Tracker) -> None:
    order = await make_order(tracker)
    await make_dispatched_shipment(tracker, order)
    before = await current_head()

    await make_events(
        tracker,
        build_carrier_event_draft(Type.OUT_FOR_DELIVERY, occurred_at=ago(hours=2)),
        source="ups",
    )

    changes = await Change.filter(position__gt=before).order_by("position")
    await order.refresh_from_db()
    assert [(change.kind, change.actor, change.occurred_at) for change in changes] == [
        (ChangeKind.EVENT_RECORDED, "ups", ago(hours=2)),
        (ChangeKind.SHIPMENT_STATUS, "ups", ago(hours=2)),
        (ChangeKind.ORDER_STATUS, "ups", ago(hours=2)),
    ]
    assert order.status is OrderStatus.OUT_FOR_DELIVERY


async def test_a_late_scan_does_not_move_the_status_back(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))
    await make_events(tracker, build_carrier_event_draft(Type.DELIVERED, occurred_at=ago(hours=1)))
    before = await current_head()

    await make_events(
        tracker, build_carrier_event_draft(Type.OUT_FOR_DELIVERY, occurred_at=ago(hours=4))
    )

    assert await change_kinds_after(before) == [ChangeKind.EVENT_RECORDED]
    assert (await Shipment.get()).status is ShipmentStatus.DELIVERED


async def test_a_planned_event_brings_an_estimate_and_moves_nothing(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))
    before = await current_head()
    expected = EstimateDraft(earliest=ago(days=-1), latest=ago(days=-2))

    await make_events(
        tracker,
        build_carrier_event_draft(
            Type.DELIVERED, classifier=EventClassifier.PLANNED, estimate=expected
        ),
    )

    shipment = await Shipment.get()
    assert (shipment.status, shipment.estimate_latest, shipment.estimate_source) == (
        ShipmentStatus.PRE_TRANSIT,
        ago(days=-2),
        EstimateSource.CARRIER,
    )
    assert await change_kinds_after(before) == [ChangeKind.EVENT_RECORDED, ChangeKind.ESTIMATE]


async def test_an_event_of_an_unknown_number_is_kept_unlogged_and_applied_later(
    tracker: Tracker,
) -> None:
    order = await make_order(tracker)
    before = await current_head()
    outcomes = await make_events(
        tracker,
        build_carrier_event_draft(Type.DELIVERY_ATTEMPTED, occurred_at=ago(hours=2)),
        build_carrier_event_draft(Type.PICKED_UP, occurred_at=ago(hours=3)),
    )
    assert outcomes == [Kept(), Kept()]
    assert await change_kinds_after(before) == []

    await make_dispatched_shipment_id(tracker, order)

    shipment = await Shipment.get()
    exception = await OrderException.get()
    assert (shipment.status, shipment.shipped_at) == (
        ShipmentStatus.DELIVERY_ATTEMPTED,
        ago(hours=3),
    )
    assert (exception.type, shipment.health) == (
        ExceptionType.RECIPIENT_UNAVAILABLE,
        Health.EXCEPTION,
    )
    assert [
        kind for kind in await change_kinds_after(before) if kind is ChangeKind.EVENT_RECORDED
    ] == [
        ChangeKind.EVENT_RECORDED,
        ChangeKind.EVENT_RECORDED,
    ]


async def test_an_event_goes_to_the_newest_shipment_within_reach(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker, placed_at=ago(days=90)))
    await make_events(tracker, build_carrier_event_draft(Type.DELIVERED, occurred_at=ago(days=29)))
    old = await Shipment.get()

    (near,) = await make_events(
        tracker, build_carrier_event_draft(Type.UNKNOWN, occurred_at=ago(hours=2))
    )
    await make_dispatched_shipment(tracker, await make_order(tracker))
    (newest,) = await make_events(
        tracker, build_carrier_event_draft(Type.UNKNOWN, occurred_at=ago(hours=1))
    )
    (long_before,) = await make_events(
        tracker, build_carrier_event_draft(Type.UNKNOWN, occurred_at=ago(days=31))
    )

    assert isinstance(near, Recorded)
    assert isinstance(newest, Recorded)
    new = await Shipment.exclude(id=old.id).get()
    assert (await TrackingEvent.get(id=near.event_id)).shipment_id == old.id
    assert (await TrackingEvent.get(id=newest.event_id)).shipment_id == new.id
    assert long_before == Kept()


async def test_the_actor_of_an_event_is_its_source(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))

    await record_events(tracker, SYSTEM, "dhl", [build_carrier_event_draft(Type.PICKED_UP)])

    assert await Change.filter(actor="dhl").count() == 3
