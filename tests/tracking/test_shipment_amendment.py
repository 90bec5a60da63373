"""Amending shipments: events move with the tracking number that they came by."""

from datetime import timedelta

import pytest

from access.viewer import SYSTEM
from errors import Conflict
from models.changes import Change
from models.enums import ChangeKind, OrderStatus, ShipmentStatus
from models.enums import TrackingEventType as Type
from models.events import TrackingEvent
from models.node_ids import NodeType, node_id
from models.orders import Order
from models.shipments import Shipment
from tests.factories.acts import (
    make_dispatched_shipment,
    make_dispatched_shipment_id,
    make_events,
    make_order,
    make_shipment,
    shipment_node_id,
)
from tests.factories.drafts import ago, build_carrier_event_draft, build_event_draft
from tests.tracking.assertions import (
    assert_nothing_changes,
    assert_refused,
    change_kinds_after,
    current_head,
)
from tracking.events.outcomes import Duplicate, Kept, Recorded
from tracking.events.retraction import retract_event
from tracking.inputs import DispatchDraft, ShipmentAmendment
from tracking.shipments.amendment import amend_shipment
from tracking.shipments.dispatch import dispatch_shipment
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")


async def amend(tracker: Tracker, id_: str, number: str) -> None:
    await amend_shipment(tracker, SYSTEM, id_, ShipmentAmendment(tracking_number=number))


async def counting_types(number: str | None = None) -> list[str]:
    """The types of the events that count, by shipment, or unmatched for a number."""
    events = await TrackingEvent.filter(
        retracted_at=None, number_key=number, shipment_id__isnull=number is not None
    ).order_by("moment")
    return [event.type for event in events]


async def test_the_events_of_a_wrong_number_leave_and_return_with_it(tracker: Tracker) -> None:
    order = await make_order(tracker)
    id_ = await make_dispatched_shipment_id(tracker, order, "WRONG1")
    await make_events(
        tracker,
        build_carrier_event_draft(Type.PICKED_UP, "WRONG1", occurred_at=ago(hours=3)),
        build_carrier_event_draft(Type.DELIVERED, "WRONG1", occurred_at=ago(hours=2)),
    )

    await amend(tracker, id_, "RIGHT1")

    shipment = await Shipment.get()
    await order.refresh_from_db()
    assert (shipment.status, shipment.shipped_at) == (ShipmentStatus.PRE_TRANSIT, None)
    assert order.status is OrderStatus.PACKED
    assert await counting_types("WRONG1") == ["PICKED_UP", "DELIVERED"]

    await amend(tracker, id_, "WRONG1")

    shipment = await Shipment.get()
    assert (shipment.status, shipment.delivered_at) == (ShipmentStatus.DELIVERED, ago(hours=2))
    assert await counting_types("WRONG1") == []
    assert await TrackingEvent.filter(shipment_id=shipment.id, retracted_at=None).count() == 2


async def test_events_go_to_the_next_shipment_with_their_number(tracker: Tracker) -> None:
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker), "N1")
    await make_events(tracker, build_carrier_event_draft(Type.DELIVERED, "N1"))
    await amend(tracker, id_, "N2")

    owner = await make_dispatched_shipment(tracker, await make_order(tracker), number="N1")

    assert owner.status is ShipmentStatus.DELIVERED
    assert (await Shipment.get(number_key="N2")).status is ShipmentStatus.PRE_TRANSIT


async def test_repeats_of_events_that_moved_are_still_recognised(tracker: Tracker) -> None:
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker), "N1")
    draft = build_carrier_event_draft(Type.PICKED_UP, "N1")
    await make_events(tracker, draft)
    await amend(tracker, id_, "N2")

    async with assert_nothing_changes():
        assert await make_events(tracker, draft) == [Duplicate(None)]


async def test_events_by_shipment_id_stay_with_their_shipment(tracker: Tracker) -> None:
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker), "N1")
    await make_events(tracker, build_event_draft(Type.OUT_FOR_DELIVERY, shipment_id=id_))
    await make_events(
        tracker, build_carrier_event_draft(Type.DELIVERED, "N1", occurred_at=ago(minutes=1))
    )

    await amend(tracker, id_, "N2")

    assert (await Shipment.get()).status is ShipmentStatus.OUT_FOR_DELIVERY


async def test_a_retracted_event_stays_retracted_wherever_it_moves(tracker: Tracker) -> None:
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker), "N1")
    delivered = build_carrier_event_draft(Type.DELIVERED, "N1", source_event_id="e1")
    await make_events(tracker, delivered)
    await make_events(tracker, build_carrier_event_draft(Type.UNKNOWN, "N1", retracts="e1"))

    await amend(tracker, id_, "N2")
    await amend(tracker, id_, "N1")

    assert (await Shipment.get()).status is ShipmentStatus.PRE_TRANSIT
    assert [type(make_event) for make_event in await make_events(tracker, delivered)] == [Duplicate]


async def test_unmatched_events_apply_however_old_the_delivery_of_the_wrong_number(
    tracker: Tracker,
) -> None:
    order = await make_order(tracker)
    created = await make_shipment(tracker, order, occurred_at=ago(days=80))
    id_ = shipment_node_id(created.id)
    draft = DispatchDraft(carrier="ups", tracking_number="N1")
    await dispatch_shipment(tracker, SYSTEM, id_, draft)
    await make_events(
        tracker, build_carrier_event_draft(Type.DELIVERED, "N1", occurred_at=ago(days=70))
    )
    assert await make_events(tracker, build_carrier_event_draft(Type.OUT_FOR_DELIVERY, "N2")) == [
        Kept()
    ]

    await amend(tracker, id_, "N2")

    assert (await Shipment.get()).status is ShipmentStatus.OUT_FOR_DELIVERY


async def test_a_number_that_is_in_use_is_not_taken(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker), number="N1")
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker), "N2")
    await make_events(tracker, build_carrier_event_draft(Type.DELIVERED, "N2"))

    async with assert_refused(Conflict, "input", "trackingNumber"):
        await amend(tracker, id_, "N1")


async def test_a_service_can_be_amended_while_a_number_is_used_twice(tracker: Tracker) -> None:
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker), "N1")
    mistaken = build_carrier_event_draft(Type.DELIVERED, "N1", source_event_id="e1")
    await make_events(tracker, mistaken)
    await make_dispatched_shipment(tracker, await make_order(tracker), number="N1")
    await make_events(tracker, build_event_draft(Type.UNKNOWN, shipment_id=id_, retracts="e1"))

    await amend_shipment(tracker, SYSTEM, id_, ShipmentAmendment(service="saver"))

    shipments = await Shipment.all().order_by("created_at")
    assert [shipment.service for shipment in shipments] == ["saver", None]


async def test_amending_to_the_present_values_changes_nothing(tracker: Tracker) -> None:
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker), "N1")

    async with assert_nothing_changes():
        await amend(tracker, id_, "n-1")
        await amend_shipment(tracker, SYSTEM, id_, ShipmentAmendment())


async def test_the_log_has_the_amendment_and_the_effects_of_departed_events(
    tracker: Tracker,
) -> None:
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker), "N1")
    await make_events(tracker, build_carrier_event_draft(Type.PICKED_UP, "N1"))
    before = await current_head()

    await amend(tracker, id_, "N2")

    assert await change_kinds_after(before) == [
        ChangeKind.EVENT_RETRACTED,
        ChangeKind.SHIPMENT_AMENDED,
        ChangeKind.SHIPMENT_STATUS,
        ChangeKind.ORDER_STATUS,
    ]
    change = await Change.get(position=before + 2)
    assert change.details == {
        "differences": [{"field": "trackingNumber", "before": "N1", "after": "N2"}]
    }


async def test_a_number_set_before_its_carrier_gets_its_unmatched_events(tracker: Tracker) -> None:
    order: Order = await make_order(tracker)
    id_ = shipment_node_id((await make_shipment(tracker, order)).id)
    assert await make_events(tracker, build_carrier_event_draft(Type.PICKED_UP, "N1")) == [Kept()]
    await amend(tracker, id_, "N1")

    await dispatch_shipment(tracker, SYSTEM, id_, DispatchDraft(carrier="ups"))
    (later,) = await make_events(
        tracker,
        build_carrier_event_draft(
            Type.OUT_FOR_DELIVERY, "N1", occurred_at=ago() - timedelta(minutes=1)
        ),
    )

    assert isinstance(later, Recorded)
    assert (await Shipment.get()).status is ShipmentStatus.OUT_FOR_DELIVERY


async def test_an_event_retracted_by_a_person_stays_retracted_wherever_it_moves(
    tracker: Tracker,
) -> None:
    order = await make_order(tracker)
    id_ = await make_dispatched_shipment_id(tracker, order, "WRONG1")
    (outcome,) = await make_events(tracker, build_carrier_event_draft(Type.DELIVERED, "WRONG1"))
    assert isinstance(outcome, Recorded)
    await amend(tracker, id_, "RIGHT1")
    before = await current_head()

    await retract_event(
        tracker, SYSTEM, node_id(NodeType.EVENT, outcome.event_id), "never happened"
    )

    assert await change_kinds_after(before) == [ChangeKind.EVENT_RETRACTED]
    await amend(tracker, id_, "WRONG1")
    assert (await Shipment.get()).status is ShipmentStatus.PRE_TRANSIT


async def test_a_retraction_by_a_person_applies_to_the_present_shipment(tracker: Tracker) -> None:
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker), "WRONG1")
    (outcome,) = await make_events(tracker, build_carrier_event_draft(Type.DELIVERED, "WRONG1"))
    assert isinstance(outcome, Recorded)
    await amend(tracker, id_, "RIGHT1")
    other = await make_dispatched_shipment(tracker, await make_order(tracker), number="WRONG1")
    assert other.status is ShipmentStatus.DELIVERED

    await retract_event(
        tracker, SYSTEM, node_id(NodeType.EVENT, outcome.event_id), "never happened"
    )

    assert (await Shipment.get(id=other.id)).status is ShipmentStatus.PRE_TRANSIT
