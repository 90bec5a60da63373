"""Shipments are packed, dispatched, estimated and cancelled."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from access.viewer import SYSTEM
from errors import Conflict, IllegalTransition, Invalid, LimitExceeded, NotFound
from models.enums import ChangeKind, EstimateSource, OrderStatus, ShipmentStatus, TrackingEventType
from models.orders import OrderItem
from models.shipments import Shipment
from tests.factories.acts import (
    make_dispatched_shipment,
    make_dispatched_shipment_id,
    make_events,
    make_order,
    make_shipment,
    shipment_node_id,
)
from tests.factories.drafts import NOW, ago, build_carrier_event_draft, build_event_draft
from tests.tracking.assertions import (
    assert_nothing_changes,
    assert_refused,
    change_kinds_after,
    current_head,
)
from tracking.events.outcomes import Recorded
from tracking.inputs import DispatchDraft, EstimateDraft
from tracking.shipments import estimation
from tracking.shipments.commands import cancel_shipment, pack_shipment
from tracking.shipments.dispatch import dispatch_shipment
from tracking.shipments.estimation import estimate_shipment
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")


async def test_packing_twice_changes_nothing_the_second_time(tracker: Tracker) -> None:
    order = await make_order(tracker)
    id_ = shipment_node_id((await make_shipment(tracker, order)).id)

    await pack_shipment(tracker, SYSTEM, id_, ago(minutes=3))
    async with assert_nothing_changes():
        await pack_shipment(tracker, SYSTEM, id_)

    shipment = await Shipment.get()
    await order.refresh_from_db()
    assert (shipment.status, shipment.packed_at) == (ShipmentStatus.PACKED, ago(minutes=3))
    assert order.status is OrderStatus.PACKED


async def test_packing_a_moved_shipment_is_logged_and_moves_no_status(tracker: Tracker) -> None:
    order = await make_order(tracker)
    id_ = shipment_node_id((await make_shipment(tracker, order)).id)
    await make_events(tracker, build_event_draft(TrackingEventType.PICKED_UP, shipment_id=id_))
    before = await current_head()

    await pack_shipment(tracker, SYSTEM, id_)

    assert await change_kinds_after(before) == [ChangeKind.SHIPMENT_AMENDED]
    assert (await Shipment.get()).status is ShipmentStatus.IN_TRANSIT


async def test_dispatching_twice_the_same_changes_nothing_the_second_time(
    tracker: Tracker,
) -> None:
    order = await make_order(tracker)
    id_ = shipment_node_id((await make_shipment(tracker, order)).id)
    expected = EstimateDraft(earliest=NOW, latest=NOW + timedelta(days=1))
    draft = DispatchDraft(carrier="ups", tracking_number="1Z 999-aa1", estimate=expected)

    await dispatch_shipment(tracker, SYSTEM, id_, draft)
    async with assert_nothing_changes():
        await dispatch_shipment(tracker, SYSTEM, id_, draft)
        await dispatch_shipment(
            tracker, SYSTEM, id_, DispatchDraft(carrier="UPS", tracking_number="1z999AA1")
        )

    shipment = await Shipment.get()
    assert (shipment.status, shipment.tracking_number, shipment.number_key) == (
        ShipmentStatus.PRE_TRANSIT,
        "1Z 999-aa1",
        "1Z999AA1",
    )
    assert (shipment.estimate_latest, shipment.estimate_source) == (
        NOW + timedelta(days=1),
        EstimateSource.OPERATOR,
    )


@pytest.mark.parametrize(
    "other",
    [
        {"carrier": "dhl"},
        {"tracking_number": "2Z"},
        {"service": "saver"},
        {"estimate": EstimateDraft(earliest=NOW, latest=NOW)},
    ],
)
async def test_dispatching_again_with_other_content_is_refused(
    tracker: Tracker, other: dict[str, Any]
) -> None:
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker))
    dispatch_values = {"carrier": "ups", "tracking_number": "1Z999AA1", **other}

    async with assert_refused(IllegalTransition, "id"):
        await dispatch_shipment(tracker, SYSTEM, id_, DispatchDraft(**dispatch_values))


async def test_a_cancelled_shipment_is_neither_packed_nor_dispatched(tracker: Tracker) -> None:
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker))
    await cancel_shipment(tracker, SYSTEM, id_, "wrong box")
    draft = DispatchDraft(carrier="ups", tracking_number="1Z999AA1")

    async with assert_refused(IllegalTransition, "id"):
        await dispatch_shipment(tracker, SYSTEM, id_, draft)
    async with assert_refused(IllegalTransition, "id"):
        await pack_shipment(tracker, SYSTEM, id_)
    async with assert_nothing_changes():
        await cancel_shipment(tracker, SYSTEM, id_, "another reason")


async def test_a_cancelled_shipments_pieces_are_free_again(tracker: Tracker) -> None:
    order = await make_order(tracker)
    id_ = await make_dispatched_shipment_id(tracker, order)

    await cancel_shipment(tracker, SYSTEM, id_, "wrong box")
    await make_dispatched_shipment(tracker, order)

    shipments = await Shipment.all().order_by("created_at")
    assert [shipment.status for shipment in shipments] == ["CANCELLED", "PRE_TRANSIT"]
    assert (await OrderItem.get()).allocated_quantity == 2


async def test_a_moved_shipment_cannot_be_cancelled(tracker: Tracker) -> None:
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker))
    await make_events(tracker, build_carrier_event_draft(TrackingEventType.PICKED_UP))

    async with assert_refused(IllegalTransition, "id"):
        await cancel_shipment(tracker, SYSTEM, id_, "too late")


async def test_a_number_is_unique_among_a_carriers_unfinished_shipments(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))
    other = await make_order(tracker)
    id_ = shipment_node_id((await make_shipment(tracker, other)).id)

    async with assert_refused(Conflict, "input", "trackingNumber"):
        draft = DispatchDraft(carrier="ups", tracking_number="1z-999-aa1")
        await dispatch_shipment(tracker, SYSTEM, id_, draft)
    await make_events(tracker, build_carrier_event_draft(TrackingEventType.DELIVERED))
    await dispatch_shipment(tracker, SYSTEM, id_, draft)


@pytest.mark.parametrize("number", ["", "- -", "ß" * 64, "1" * 65])
async def test_an_invalid_number_is_refused(tracker: Tracker, number: str) -> None:
    id_ = shipment_node_id((await make_shipment(tracker, await make_order(tracker))).id)

    async with assert_refused(Invalid, "input", "trackingNumber"):
        draft = DispatchDraft(carrier="ups", tracking_number=number)
        await dispatch_shipment(tracker, SYSTEM, id_, draft)


async def test_an_unknown_shipment_is_not_found(tracker: Tracker) -> None:
    for id_ in ("", "shipment_x", "order_00000000-0000-0000-0000-000000000000"):
        async with assert_refused(NotFound, "id"):
            await pack_shipment(tracker, SYSTEM, id_)


async def test_estimating_the_same_twice_changes_nothing_the_second_time(tracker: Tracker) -> None:
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker))
    before = await current_head()
    draft = EstimateDraft(earliest=NOW, latest=NOW + timedelta(days=2), reason="snow")

    await estimate_shipment(tracker, SYSTEM, id_, draft)
    async with assert_nothing_changes():
        await estimate_shipment(tracker, SYSTEM, id_, draft)
    async with assert_refused(Invalid, "estimate"):
        await estimate_shipment(
            tracker, SYSTEM, id_, EstimateDraft(earliest=NOW, latest=ago(hours=1))
        )

    assert await change_kinds_after(before) == [ChangeKind.ESTIMATE]
    assert (await Shipment.get()).estimate_reason == "snow"


async def test_a_shipment_takes_only_so_many_estimates_of_people(
    tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estimation, "MAXIMUM_ESTIMATES", 2)
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker))
    drafts = [EstimateDraft(earliest=NOW, latest=NOW + timedelta(days=day)) for day in range(3)]
    for draft in drafts[:2]:
        await estimate_shipment(tracker, SYSTEM, id_, draft)

    async with assert_refused(LimitExceeded, "id"):
        await estimate_shipment(tracker, SYSTEM, id_, drafts[2])
    async with assert_nothing_changes():
        await estimate_shipment(tracker, SYSTEM, id_, drafts[1])
    carriers = build_carrier_event_draft(TrackingEventType.ESTIMATE_UPDATED, estimate=drafts[2])
    assert isinstance((await make_events(tracker, carriers))[0], Recorded)


@pytest.mark.parametrize("is_operator_first", [True, False])
async def test_an_operators_estimate_wins_over_one_of_that_day_alone(
    tracker: Tracker, is_operator_first: bool
) -> None:
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker))
    midnight = ago(days=1).replace(hour=0, minute=0, second=0)
    operators = EstimateDraft(earliest=NOW, latest=NOW + timedelta(days=1))
    carriers = EstimateDraft(earliest=NOW, latest=NOW + timedelta(days=2))
    event = build_carrier_event_draft(
        TrackingEventType.ESTIMATE_UPDATED,
        estimate=carriers,
        local_time=midnight.date().isoformat(),
    )

    if is_operator_first:
        await estimate_shipment(replace(tracker, clock=lambda: midnight), SYSTEM, id_, operators)
    await make_events(tracker, event)
    if not is_operator_first:
        await estimate_shipment(replace(tracker, clock=lambda: midnight), SYSTEM, id_, operators)

    shipment = await Shipment.get()
    assert (shipment.estimate_source, shipment.estimate_revised_at) == (
        EstimateSource.OPERATOR,
        midnight,
    )


async def test_a_carriers_estimate_of_a_later_day_wins_over_the_operators(
    tracker: Tracker,
) -> None:
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker))
    midnight = ago(days=1).replace(hour=0, minute=0, second=0)
    operators = EstimateDraft(earliest=NOW, latest=NOW + timedelta(days=1))
    event = build_carrier_event_draft(
        TrackingEventType.ESTIMATE_UPDATED,
        estimate=EstimateDraft(earliest=NOW, latest=NOW + timedelta(days=2)),
        local_time=midnight.date().isoformat(),
    )
    earlier = midnight - timedelta(microseconds=1)

    await estimate_shipment(replace(tracker, clock=lambda: earlier), SYSTEM, id_, operators)
    await make_events(tracker, event)

    assert (await Shipment.get()).estimate_source is EstimateSource.CARRIER


async def test_an_estimate_older_than_the_carriers_is_logged_all_the_same(
    tracker: Tracker,
) -> None:
    tracker = replace(tracker, clock=lambda: NOW)
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker))
    carriers = EstimateDraft(earliest=NOW, latest=NOW + timedelta(days=3))
    ahead = build_carrier_event_draft(
        TrackingEventType.UNKNOWN, estimate=carriers, occurred_at=NOW + timedelta(minutes=4)
    )
    await make_events(tracker, ahead)
    before = await current_head()

    ours = EstimateDraft(earliest=NOW, latest=NOW + timedelta(days=1))
    await estimate_shipment(tracker, SYSTEM, id_, ours)

    assert await change_kinds_after(before) == [ChangeKind.SHIPMENT_AMENDED]
    assert (await Shipment.get()).estimate_source is EstimateSource.CARRIER


async def test_nothing_is_expected_of_a_finished_shipment(tracker: Tracker) -> None:
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker))
    await make_events(tracker, build_carrier_event_draft(TrackingEventType.DELIVERED))

    async with assert_refused(IllegalTransition, "id"):
        await estimate_shipment(tracker, SYSTEM, id_, EstimateDraft(earliest=NOW, latest=NOW))
