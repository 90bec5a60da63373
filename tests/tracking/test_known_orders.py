"""Known orders are answered only to viewers who may read them, and the answer stays."""

import asyncio
from typing import Any

import pytest

from access.scopes import Scope
from access.viewer import SYSTEM, Viewer
from errors import Conflict
from models.orders import Order
from tests.factories.acts import make_order
from tests.factories.drafts import (
    build_address_draft,
    build_customer_draft,
    build_item_draft,
    build_order_draft,
)
from tracking.inputs import OrderAmendment
from tracking.orders.amendment import amend_order
from tracking.orders.creation import create_order, create_orders
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

READER = Viewer("reader", frozenset({Scope.ORDERS_WRITE, Scope.ORDERS_READ, Scope.PERSONAL_READ}))
TOO_FEW_SCOPES = {
    "writes only": frozenset({Scope.ORDERS_WRITE}),
    "reads orders": frozenset({Scope.ORDERS_WRITE, Scope.ORDERS_READ}),
    "reads personal data": frozenset({Scope.ORDERS_WRITE, Scope.PERSONAL_READ}),
}
GUESSES: dict[str, dict[str, Any]] = {
    "the same content": {},
    "another customer": {"customer": build_customer_draft(name="Customer 2")},
    "the external id alone": {"customer": build_customer_draft(external_id="c1", email=None)},
}
TAKEN = "Another order has the reference A-1. Send a different one."


@pytest.mark.parametrize("rights", TOO_FEW_SCOPES)
@pytest.mark.parametrize("guess", GUESSES)
@pytest.mark.parametrize("external_id", [None, "c1"])
async def test_who_may_not_read_the_known_order_learns_nothing_of_its_content(
    external_id: str | None, guess: str, rights: str, tracker: Tracker
) -> None:
    customer = build_customer_draft(external_id=external_id)
    await make_order(tracker, reference="A-1", idempotency_key="k1", customer=customer)
    draft = build_order_draft(
        **{"reference": "A-1", "idempotency_key": "k2", "customer": customer, **GUESSES[guess]}
    )

    with pytest.raises(Conflict) as refusal:
        await create_order(tracker, Viewer("writer", TOO_FEW_SCOPES[rights]), draft)

    assert refusal.value.message == TAKEN
    assert refusal.value.field == ("input", "reference")


async def test_who_may_only_write_orders_still_repeats_its_own(tracker: Tracker) -> None:
    writer = Viewer("writer", frozenset({Scope.ORDERS_WRITE}))
    draft = build_order_draft(reference="A-1", idempotency_key="k1")

    first, second = [await create_order(tracker, writer, draft) for _ in range(2)]

    assert first == second


async def test_who_may_read_the_known_order_is_answered_with_it(tracker: Tracker) -> None:
    order = await make_order(tracker, reference="A-1", idempotency_key="k1")
    draft = build_order_draft(reference="A-1", idempotency_key="k2")

    assert await create_order(tracker, READER, draft) == order.id


async def test_a_repeat_is_answered_after_the_known_order_was_amended(tracker: Tracker) -> None:
    order = await make_order(tracker, reference="A-1", idempotency_key="k1")
    draft = build_order_draft(reference="A-1", idempotency_key="k2")
    first = await create_order(tracker, READER, draft)
    moved = OrderAmendment(shipping_address=build_address_draft(line1="Sample Street 2"))
    await amend_order(tracker, SYSTEM, order.tracking_id, moved)

    assert await create_order(tracker, READER, draft) == first == order.id
    assert await Order.all().count() == 1


async def test_simultaneous_repeats_of_a_known_order_have_the_same_answer(
    tracker: Tracker,
) -> None:
    order = await make_order(tracker, reference="A-1", idempotency_key="k1")
    draft = build_order_draft(reference="A-1", idempotency_key="k2")

    answers = await asyncio.gather(*[create_order(tracker, READER, draft) for _ in range(3)])

    assert answers == [order.id] * 3


async def test_the_key_of_an_answered_order_is_a_conflict_with_other_content(
    tracker: Tracker,
) -> None:
    await make_order(tracker, reference="A-1", idempotency_key="k1")
    draft = build_order_draft(reference="A-1", idempotency_key="k2")
    await create_order(tracker, READER, draft)

    with pytest.raises(Conflict) as refusal:
        await create_order(
            tracker, READER, build_order_draft(reference="A-2", idempotency_key="k2")
        )

    assert refusal.value.field == ("input", "idempotencyKey")


async def test_a_key_counts_once_in_a_call_that_repeats_a_known_order(tracker: Tracker) -> None:
    order = await make_order(tracker, reference="A-1")
    draft = build_order_draft(reference="A-1", idempotency_key="k2")

    first, second = await create_orders(tracker, READER, [draft, draft])

    assert first == order.id
    assert isinstance(second, Conflict)
    assert second.field == ("idempotencyKey",)


async def test_each_draft_of_a_call_is_compared_with_the_known_order(tracker: Tracker) -> None:
    order = await make_order(tracker, reference="A-1")
    drafts = [
        build_order_draft(reference="A-1", idempotency_key="k2"),
        build_order_draft(
            reference="A-1", idempotency_key="k3", items=[build_item_draft(quantity=3)]
        ),
    ]

    first, second = await create_orders(tracker, READER, drafts)

    assert first == order.id
    assert isinstance(second, Conflict)
    assert second.message == TAKEN
