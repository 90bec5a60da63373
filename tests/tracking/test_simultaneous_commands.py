"""The same command sent several times at once is done once."""

import asyncio
from collections import Counter
from uuid import UUID

import pytest

from access.viewer import SYSTEM
from errors import Conflict
from models.customers import Customer
from models.enums import TrackingEventType as Type
from models.exceptions import ExceptionNote, OrderException
from models.orders import Order
from models.shipments import Shipment
from tests.factories.acts import (
    make_dispatched_shipment,
    make_events,
    make_exception_id,
    make_order,
    make_shipment,
)
from tests.factories.drafts import (
    build_carrier_event_draft,
    build_customer_draft,
    build_order_draft,
)
from tests.tracking.assertions import assert_log_is_gapless
from tracking.events.outcomes import Duplicate, Recorded
from tracking.exceptions.commands import add_exception_note
from tracking.orders.creation import create_order
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")
WRITERS = 16


async def test_the_same_key_at_once_makes_one_order(tracker: Tracker) -> None:
    draft = build_order_draft(idempotency_key="k", customer=build_customer_draft(external_id="c"))

    ids = await asyncio.gather(*[create_order(tracker, SYSTEM, draft) for _ in range(8)])

    assert set(ids) == {(await Order.get()).id}
    assert await Customer.all().count() == 1
    await assert_log_is_gapless()


async def test_a_repeated_creation_is_not_a_second_order_of_the_reference(tracker: Tracker) -> None:
    for number in range(15):
        draft = build_order_draft(idempotency_key=f"k{number}", reference=f"A-{number}")
        ids = await asyncio.gather(*[create_order(tracker, SYSTEM, draft) for _ in range(3)])
        assert len(set(ids)) == 1

    assert await Order.all().count() == 15


async def test_a_key_used_several_times_at_once_makes_one_of_everything(tracker: Tracker) -> None:
    order = await make_order(tracker)

    async def make_everything() -> tuple[UUID, str]:
        shipment = await make_shipment(tracker, order, idempotency_key="s")
        exception = await make_exception_id(tracker, order, idempotency_key="e")
        await add_exception_note(tracker, SYSTEM, exception, "note", "n")
        return shipment.id, exception

    answers = await asyncio.gather(*[make_everything() for _ in range(8)])

    assert len(set(answers)) == 1
    counts = [await table.all().count() for table in (Shipment, OrderException, ExceptionNote)]
    assert counts == [1, 1, 1]
    await assert_log_is_gapless()


async def test_the_same_reference_at_once_makes_one_order(tracker: Tracker) -> None:
    outcomes = await asyncio.gather(
        *[create_order(tracker, SYSTEM, build_order_draft(reference="A-1")) for _ in range(8)],
        return_exceptions=True,
    )

    assert Counter(type(outcome) for outcome in outcomes) == {UUID: 1, Conflict: 7}


async def test_the_same_event_sent_at_once_is_recorded_once(tracker: Tracker) -> None:
    """Events are the same, too, if only the source's id says so."""
    for number in "AB":
        await make_dispatched_shipment(tracker, await make_order(tracker), number=number)

    outcomes = await asyncio.gather(
        *[
            make_events(
                tracker, build_carrier_event_draft(Type.PICKED_UP, number, source_event_id="e")
            )
            for number in "AB" * 6
        ]
    )

    assert Counter(type(outcome) for (outcome,) in outcomes) == {Recorded: 1, Duplicate: 11}
    await assert_log_is_gapless()
