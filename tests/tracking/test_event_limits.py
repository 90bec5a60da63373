"""A shipment has so many events at most, and so many wait for one; what tells most finds room."""

from collections.abc import Sequence

import pytest

from access.viewer import SYSTEM
from errors import LimitExceeded
from models.enums import ShipmentStatus
from models.enums import TrackingEventType as Type
from models.events import TrackingEvent
from models.node_ids import NodeType, node_id
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
from tests.factories.drafts import (
    ago,
    build_carrier_event_draft,
    build_event_draft,
    build_item_draft,
)
from tests.tracking.assertions import (
    assert_log_is_gapless,
    assert_nothing_changes,
    assert_refused,
)
from tracking.events import event_limits
from tracking.events.event_limits import limit_for
from tracking.events.outcomes import Duplicate, Kept, Outcome, Recorded
from tracking.inputs import EventDraft, PiecesDraft, ShipmentAmendment
from tracking.shipments.amendment import amend_shipment
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")


def build_events(type_: Type, count: int, number: str = "N1", **values: object) -> list[EventDraft]:
    return [
        build_carrier_event_draft(type_, number, occurred_at=ago(minutes=2 + minute), **values)
        for minute in range(count)
    ]


def taken(outcomes: Sequence[Outcome]) -> int:
    """How many events were taken: the first of them, and all others refused by a limit."""
    refused = [isinstance(outcome, LimitExceeded) for outcome in outcomes]
    assert refused == sorted(refused)
    return refused.count(False)


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_limits, "MAXIMUM_EVENTS_OF_SHIPMENT", 20)
    monkeypatch.setattr(event_limits, "MAXIMUM_EVENTS_OF_ORDER", 40)
    monkeypatch.setattr(event_limits, "MAXIMUM_WITHDRAWN", 30)
    monkeypatch.setattr(event_limits, "MAXIMUM_KEPT", 10)
    monkeypatch.setattr(event_limits, "MAXIMUM_KEPT_OF_SOURCE", 20)


@pytest.mark.usefixtures("small_limits")
async def test_events_that_tell_little_leave_room_for_the_others(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker), number="N1")

    taken_of_each = [
        taken(await make_events(tracker, *build_events(type_, 25)))
        for type_ in (Type.UNKNOWN, Type.IN_TRANSIT, Type.ARRIVED_FACILITY, Type.DELIVERED)
    ]

    assert taken_of_each == [16, 2, 2, 2]
    assert await TrackingEvent.all().count() == 22
    assert (await Shipment.get()).status is ShipmentStatus.DELIVERED
    await assert_log_is_gapless()


@pytest.mark.usefixtures("small_limits")
async def test_a_full_shipment_still_takes_a_delivery_and_a_correction(tracker: Tracker) -> None:
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker), "N1")
    await make_events(tracker, *build_events(Type.DAMAGED, 20))

    outcomes = await make_events(
        tracker,
        build_carrier_event_draft(Type.DAMAGED, "N1"),
        build_event_draft(Type.DAMAGED, shipment_id=id_),
        build_carrier_event_draft(Type.LOST, "N1", source_event_id="lost"),
        build_carrier_event_draft(Type.UNKNOWN, "N1", retracts="lost"),
        build_carrier_event_draft(Type.DAMAGED, "N2"),
    )

    assert [getattr(outcome, "field", type(outcome)) for outcome in outcomes] == [
        ("input", "events", "0", "trackingNumber"),
        ("input", "events", "1", "shipmentId"),
        Recorded,
        Recorded,
        Kept,
    ]
    assert str(outcomes[0]) == (
        "The shipment or its order has too many events to take another one of type DAMAGED."
        " Send only events that finish the shipment, or that retract another event."
    )
    assert (await Shipment.get()).status is ShipmentStatus.PRE_TRANSIT


@pytest.mark.usefixtures("small_limits")
async def test_a_refused_event_changes_nothing_and_is_no_repeat(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker), number="N1")
    await make_events(tracker, *build_events(Type.LOST, 22, source_event_id=None))
    late = build_carrier_event_draft(Type.UNKNOWN, "N1", source_event_id="late", retracts="nothing")

    async with assert_nothing_changes():
        for _ in range(2):
            (outcome,) = await make_events(tracker, late)
            assert isinstance(outcome, LimitExceeded)


@pytest.mark.usefixtures("small_limits")
async def test_a_repeat_is_recognised_by_a_full_shipment(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker), number="N1")
    events = build_events(Type.IN_TRANSIT, 18)
    await make_events(tracker, *events)

    outcomes = await make_events(tracker, *events)

    assert {type(outcome) for outcome in outcomes} == {Duplicate}


@pytest.mark.usefixtures("small_limits")
async def test_the_shipments_of_an_order_share_its_room(tracker: Tracker) -> None:
    order = await make_order(tracker, items=[build_item_draft(quantity=3)])
    (item,) = await OrderItem.all()
    one = [PiecesDraft(item_id=node_id(NodeType.ITEM, item.id), quantity=1)]
    ids = [shipment_node_id((await make_shipment(tracker, order, items=one)).id) for _ in "abc"]
    for id_ in ids[:2]:
        await make_events(tracker, *[draft_of(id_, Type.DAMAGED, minute) for minute in range(20)])

    damage = [draft_of(ids[2], Type.DAMAGED, minute) for minute in range(2)]
    losses = [draft_of(ids[2], Type.LOST, minute) for minute in range(6)]

    assert taken(await make_events(tracker, *damage)) == 0
    assert taken(await make_events(tracker, *losses)) == 4


def draft_of(id_: str, type_: Type, minute: int) -> EventDraft:
    return build_event_draft(type_, shipment_id=id_, occurred_at=ago(minutes=2 + minute))


@pytest.mark.usefixtures("small_limits")
async def test_only_so_many_events_wait_for_a_number(tracker: Tracker) -> None:
    taken_of_each = [
        taken(await make_events(tracker, *build_events(type_, 12)))
        for type_ in (Type.UNKNOWN, Type.IN_TRANSIT, Type.PICKED_UP, Type.DELIVERED)
    ]
    (refused,) = await make_events(tracker, build_carrier_event_draft(Type.PICKED_UP, "N1"))

    assert taken_of_each == [8, 1, 1, 1]
    assert str(refused) == (
        "11 events wait for a shipment with this number already: too many to keep another one of"
        " type PICKED_UP. Send it again when a shipment has the number."
    )
    await make_dispatched_shipment(tracker, await make_order(tracker), number="N1")
    assert await TrackingEvent.filter(shipment_id=None).count() == 0
    assert (await Shipment.get()).status is ShipmentStatus.DELIVERED


@pytest.mark.usefixtures("small_limits")
async def test_only_so_many_events_of_a_source_wait(tracker: Tracker) -> None:
    drafts = [build_carrier_event_draft(Type.PICKED_UP, f"N{number}") for number in range(25)]

    outcomes = [*await make_events(tracker, *drafts[:5]), *await make_events(tracker, *drafts[5:])]

    assert taken(outcomes) == 20
    assert str(outcomes[-1]).startswith("20 events of this source wait for shipments already:")
    assert await make_events(tracker, drafts[-1], source="another") == [Kept()]
    delivered = build_carrier_event_draft(Type.DELIVERED, "N1")
    assert await make_events(tracker, delivered) == [Kept()]


@pytest.mark.usefixtures("small_limits")
async def test_what_waits_beyond_the_room_of_its_shipment_goes_on_waiting(
    tracker: Tracker,
) -> None:
    await make_events(tracker, *build_events(Type.PICKED_UP, 9))
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker), "N2")
    await make_events(tracker, *build_events(Type.DAMAGED, 15, shipment_id=id_))

    await amend_shipment(tracker, SYSTEM, id_, ShipmentAmendment(tracking_number="N1"))

    assert await TrackingEvent.filter(shipment_id=None).count() == 4
    assert (await Shipment.get()).status is ShipmentStatus.IN_TRANSIT


@pytest.mark.usefixtures("small_limits")
async def test_a_full_shipment_gets_all_of_its_events_back_with_its_number(
    tracker: Tracker,
) -> None:
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker), "N1")
    for type_ in (Type.UNKNOWN, Type.IN_TRANSIT, Type.ARRIVED_FACILITY, Type.RETURNED):
        await make_events(tracker, *build_events(type_, 25))

    await amend_shipment(tracker, SYSTEM, id_, ShipmentAmendment(tracking_number="N2"))
    assert await TrackingEvent.filter(shipment_id=None).count() == 22
    await amend_shipment(tracker, SYSTEM, id_, ShipmentAmendment(tracking_number="N1"))

    assert await TrackingEvent.filter(shipment_id=None).count() == 0
    assert (await Shipment.get()).status is ShipmentStatus.RETURNED


@pytest.mark.usefixtures("small_limits")
async def test_events_move_between_numbers_only_so_often(tracker: Tracker) -> None:
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker), "N1")
    await make_events(tracker, *build_events(Type.PICKED_UP, 10))
    for number in ("N2", "N1", "N2", "N1", "N2", "N1"):
        await amend_shipment(tracker, SYSTEM, id_, ShipmentAmendment(tracking_number=number))
    assert (await Shipment.get()).status is ShipmentStatus.IN_TRANSIT

    async with assert_refused(LimitExceeded, "input", "trackingNumber"):
        await amend_shipment(tracker, SYSTEM, id_, ShipmentAmendment(tracking_number="N2"))


@pytest.mark.parametrize(
    ("type_", "limit"),
    [
        (Type.UNKNOWN, 1_600),
        (Type.IN_TRANSIT, 1_800),
        (Type.OUT_FOR_DELIVERY, 2_000),
        *((type_, 2_200) for type_ in (Type.DELIVERED, Type.RETURNED, Type.LOST, Type.CANCELLED)),
    ],
)
def test_the_more_an_event_tells_the_longer_it_finds_room(type_: Type, limit: int) -> None:
    event = TrackingEvent(type=type_, retracts=None)
    correction = TrackingEvent(type=type_, retracts="e1")

    assert limit_for(event, event_limits.MAXIMUM_EVENTS_OF_SHIPMENT) == limit
    assert limit_for(correction, event_limits.MAXIMUM_EVENTS_OF_SHIPMENT) == 2_200
