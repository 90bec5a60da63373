"""Concurrent writers lose and double nothing, and no caller sees a deadlock."""

import asyncio
from collections.abc import Awaitable
from uuid import UUID

import pytest

from access.viewer import SYSTEM
from models.changes import Change
from models.customers import Customer
from models.enums import ExceptionStatus, OrderStatus, ShipmentStatus
from models.enums import TrackingEventType as Type
from models.events import TrackingEvent
from models.exceptions import ExceptionNote, OrderException
from models.orders import Order
from models.shipments import Shipment
from tests.conftest import AnnouncementRecorder
from tests.factories.acts import (
    make_dispatched_shipment,
    make_events,
    make_exception_id,
    make_order,
    make_shipment,
    shipment_node_id,
)
from tests.factories.drafts import (
    ago,
    build_carrier_event_draft,
    build_customer_draft,
    build_event_draft,
    build_order_draft,
)
from tests.tracking.assertions import (
    assert_events_are_with_their_shipments,
    assert_log_is_gapless,
    current_head,
)
from tracking.events.outcomes import Recorded
from tracking.exceptions.commands import add_exception_note
from tracking.inputs import CustomerDraft, DispatchDraft, OrderAmendment, ShipmentAmendment
from tracking.orders.amendment import amend_order
from tracking.orders.commands import confirm_order
from tracking.orders.creation import create_orders
from tracking.shipments.amendment import amend_shipment
from tracking.shipments.dispatch import dispatch_shipment
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")
WRITERS = 16


async def test_many_writers_of_one_order_lose_nothing(
    tracker: Tracker, announcements: AnnouncementRecorder
) -> None:
    id_ = await make_exception_id(tracker, await make_order(tracker))

    await asyncio.gather(
        *[
            add_exception_note(tracker, SYSTEM, id_, f"note {number}")
            for number in range(3 * WRITERS)
        ]
    )

    notes = await ExceptionNote.all()
    assert sorted(note.body for note in notes) == sorted(
        f"note {number}" for number in range(3 * WRITERS)
    )
    assert max(announcements.heads) == await current_head()
    await assert_log_is_gapless()


async def test_writers_of_different_orders_share_one_log(
    tracker: Tracker, announcements: AnnouncementRecorder
) -> None:
    async def record_live() -> None:
        order = await make_order(tracker, confirmed=False)
        await confirm_order(tracker, SYSTEM, order.tracking_id)
        await make_dispatched_shipment(tracker, order, number=order.tracking_id)
        await make_events(tracker, build_carrier_event_draft(Type.DELIVERED, order.tracking_id))

    await asyncio.gather(*[record_live() for _ in range(WRITERS)])

    assert await Order.filter(status=OrderStatus.DELIVERED).count() == WRITERS
    assert sorted(announcements.heads)[-1] == await current_head()
    await assert_log_is_gapless()


async def test_calls_over_the_same_orders_in_opposite_order_all_succeed(tracker: Tracker) -> None:
    numbers = [f"N{number}" for number in range(12)]
    for number in numbers:
        await make_dispatched_shipment(tracker, await make_order(tracker), number=number)

    def record_call(writer: int) -> Awaitable[list[object]]:
        ordered = numbers if writer % 2 else numbers[::-1]
        minute = ago(minutes=writer + 1)
        return make_events(
            tracker,
            *[
                build_carrier_event_draft(Type.IN_TRANSIT, number, occurred_at=minute)
                for number in ordered
            ],
        )  # type: ignore[return-value]

    outcomes = await asyncio.gather(*[record_call(writer) for writer in range(WRITERS)])

    assert {type(answer) for answers in outcomes for answer in answers} == {Recorded}
    assert await TrackingEvent.all().count() == WRITERS * len(numbers)
    await assert_log_is_gapless()


async def test_new_customers_and_references_in_opposite_order_all_succeed(
    tracker: Tracker,
) -> None:
    names = [f"c{number}" for number in range(10)]

    def customer_drafts(writer: int) -> list[CustomerDraft]:
        ordered = names if writer % 2 else names[::-1]
        return [build_customer_draft(external_id=id_) for id_ in ordered]

    await asyncio.gather(
        *[
            create_orders(
                tracker,
                SYSTEM,
                [build_order_draft(customer=draft) for draft in customer_drafts(writer)],
            )
            for writer in range(4)
        ]
    )

    assert await Customer.all().count() == len(names)
    assert await Order.all().count() == 4 * len(names)
    await assert_log_is_gapless()


async def test_an_event_that_races_the_dispatch_of_its_number_is_never_lost(
    tracker: Tracker,
) -> None:
    order = await make_order(tracker)
    for index in range(30):
        number = f"N{index}"
        order = await make_order(tracker)
        id_ = shipment_node_id((await make_shipment(tracker, order)).id)
        draft = DispatchDraft(carrier="ups", tracking_number=number)
        commands = [
            make_events(tracker, build_carrier_event_draft(Type.PICKED_UP, number)),
            dispatch_shipment(tracker, SYSTEM, id_, draft),
        ]
        await asyncio.gather(*commands[:: 1 if index % 2 else -1])

    assert await TrackingEvent.filter(shipment_id=None).count() == 0
    assert await Shipment.filter(status=ShipmentStatus.IN_TRANSIT).count() == 30
    await assert_log_is_gapless()


async def test_an_event_that_races_the_amendment_of_its_number_is_never_lost(
    tracker: Tracker,
) -> None:
    for index in range(15):
        number = f"N{index}"
        shipment = await make_dispatched_shipment(
            tracker, await make_order(tracker), number=f"{number}X"
        )
        amendment = ShipmentAmendment(tracking_number=number)
        await asyncio.gather(
            make_events(tracker, build_carrier_event_draft(Type.PICKED_UP, number)),
            amend_shipment(tracker, SYSTEM, shipment_node_id(shipment.id), amendment),
            make_events(tracker, build_carrier_event_draft(Type.OUT_FOR_DELIVERY, f"{number}X")),
        )

    kept_events = await TrackingEvent.filter(shipment_id=None)
    assert {event.type for event in kept_events} == {Type.OUT_FOR_DELIVERY}
    assert await Shipment.filter(status=ShipmentStatus.IN_TRANSIT).count() == 15
    await assert_log_is_gapless()


async def test_commands_and_events_of_the_same_numbers_all_find_each_other(
    tracker: Tracker,
) -> None:
    ids = []
    for number in ("A", "B", "A"):
        order = await make_order(tracker)
        shipment = await make_shipment(tracker, order, occurred_at=ago(days=60))
        ids.append(shipment_node_id(shipment.id))
        draft = DispatchDraft(carrier="ups", tracking_number=number)
        await dispatch_shipment(tracker, SYSTEM, ids[-1], draft)
        lost = build_event_draft(
            Type.LOST,
            shipment_id=ids[-1],
            occurred_at=ago(days=50),
            source_event_id=f"lost {ids[-1]}",
        )
        await make_events(tracker, lost)

    def amend(id_: str, number: str) -> Awaitable[object]:
        return amend_shipment(tracker, SYSTEM, id_, ShipmentAmendment(tracking_number=number))

    def record(type_: Type, number: str, day: int) -> Awaitable[object]:
        return make_events(
            tracker, build_carrier_event_draft(type_, number, occurred_at=ago(days=day))
        )

    def find(id_: str) -> Awaitable[object]:
        retraction = build_event_draft(
            Type.UNKNOWN, shipment_id=id_, retracts=f"lost {id_}", source_event_id=f"found {id_}"
        )
        return make_events(tracker, retraction)

    await asyncio.gather(
        *[record(Type.IN_TRANSIT, number, day) for day in range(1, 9) for number in "AB"],
        *[find(id_) for id_ in ids[:2]],
        *[amend(id_, number) for number in ("B", "C", "A") for id_ in ids[2:]],
        *[record(Type.DELIVERED, number, 49) for number in "ABC"],
        *[record(Type.RETURN_STARTED, number, 20) for number in "BA"],
    )

    await assert_events_are_with_their_shipments()
    await assert_log_is_gapless()


async def test_a_retraction_that_races_its_event_always_stands(
    tracker: Tracker,
) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker), number="A")

    for number in range(30):
        commands = [
            make_events(
                tracker,
                build_carrier_event_draft(Type.DELIVERED, "A", source_event_id=f"e{number}"),
            ),
            make_events(
                tracker,
                build_carrier_event_draft(
                    Type.UNKNOWN, "A", source_event_id=f"r{number}", retracts=f"e{number}"
                ),
            ),
        ]
        await asyncio.gather(*commands[:: 1 if number % 2 else -1])

    assert await TrackingEvent.filter(type=Type.DELIVERED, retracted_at=None).count() == 0
    assert (await Shipment.get(number_key="A")).status is ShipmentStatus.PRE_TRANSIT
    await assert_log_is_gapless()


async def test_customers_amended_in_opposite_order_all_succeed(tracker: Tracker) -> None:
    named = [build_customer_draft(external_id=id_) for id_ in ("c1", "c2")]
    orders = [await make_order(tracker, customer=customer) for customer in named]

    def amend(turn: int) -> Awaitable[UUID]:
        customer = named[turn // 2 % 2] if turn % 3 else build_customer_draft()
        amendment = OrderAmendment(customer=customer)
        return amend_order(tracker, SYSTEM, orders[turn % 2].tracking_id, amendment)

    await asyncio.gather(*[amend(turn) for turn in range(24)])

    await assert_log_is_gapless()


async def test_concurrent_steps_of_an_exception_are_taken_once(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))

    await asyncio.gather(
        *[
            make_events(
                tracker, build_carrier_event_draft(Type.DAMAGED, occurred_at=ago(minutes=number))
            )
            for number in range(1, 9)
        ]
    )

    exception = await OrderException.get()
    assert (exception.status, exception.occurrences) == (ExceptionStatus.OPEN, 8)
    assert await Change.filter(exception_id=exception.id).count() >= 8
    await assert_log_is_gapless()
