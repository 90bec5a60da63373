"""What a shop sends of an order whose customer was erased brings no personal data back."""

from typing import Any

import pytest

from access.viewer import SYSTEM
from models.customers import Customer
from models.enums import OrderStatus
from models.enums.sources import SourceKind
from models.orders import Address, Order
from models.sources import ShopOrder
from sources import order_taking
from sources.order_taking import take_order
from sources.readings import ReadOrder
from sources.shop_orders import remember_content
from tests.sources.conftest import MakeSource
from tests.sources.shops import (
    Change,
    every_kind,
    is_cancelled,
    moves_to,
    reading_of,
    versions,
)
from tests.tracking.assertions import assert_nothing_changes
from tests.tracking.personal_orders import dump
from tracking.orders.commands import cancel_order
from tracking.orders.erasure import erase_customer
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

OF_THE_PERSON = ("customer one", "customer1@example.com", "sample street", "other street", "10115")


def readings_of(kind: SourceKind, *changes: Change) -> list[ReadOrder]:
    return [reading_of(kind, version) for version in versions(kind, *changes)]


async def assert_nothing_personal_is_held() -> None:
    held = await dump()
    assert [value for value in OF_THE_PERSON if value in held] == []


@every_kind
async def test_neither_a_repeat_nor_another_address_brings_it_back(
    kind: SourceKind, tracker: Tracker, make_source: MakeSource
) -> None:
    source = await make_source(kind)
    placed, moved = readings_of(kind, moves_to(kind, "Other Street 2"))
    await take_order(tracker, source, placed)
    order = await Order.get()
    await cancel_order(tracker, SYSTEM, order.tracking_id, "not wanted")

    await erase_customer(tracker, SYSTEM, order.customer_id)
    await assert_nothing_personal_is_held()
    async with assert_nothing_changes():
        for reading in (placed, moved, placed):
            assert await take_order(tracker, source, reading) == []

    await assert_nothing_personal_is_held()
    row = await ShopOrder.get()
    assert (row.order_id, row.customer_digest, row.address_digest) == (order.id, None, None)
    assert (await Customer.get()).name == "erased"
    assert (await Address.get()).line1 == "erased"


@every_kind
async def test_what_is_not_personal_is_still_taken_over(
    kind: SourceKind, tracker: Tracker, make_source: MakeSource
) -> None:
    source = await make_source(kind)
    placed, cancelled = readings_of(kind, is_cancelled(kind))
    await take_order(tracker, source, placed)
    order = await Order.get()
    await Order.filter(id=order.id).update(erased_at=order.updated_at)

    await take_order(tracker, source, cancelled)

    assert (await Order.get()).status is OrderStatus.CANCELLED


@every_kind
async def test_an_erasure_in_the_middle_of_a_repeat_leaves_no_digest_of_the_person(
    kind: SourceKind, tracker: Tracker, make_source: MakeSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = await make_source(kind)
    (placed,) = readings_of(kind)
    await take_order(tracker, source, placed)
    order = await Order.get()
    await cancel_order(tracker, SYSTEM, order.tracking_id, "not wanted")

    async def remember_later(*arguments: Any, **options: Any) -> None:
        await erase_customer(tracker, SYSTEM, order.customer_id)
        await remember_content(*arguments, **options)

    monkeypatch.setattr(order_taking, "remember_content", remember_later)
    await take_order(tracker, source, placed)

    row = await ShopOrder.get()
    assert (row.customer_digest, row.address_digest) == (None, None)
    assert row.wanted == {line.id: line.wanted for line in placed.lines}


@every_kind
async def test_an_erased_order_that_is_linked_only_now_has_no_digest_of_the_person(
    kind: SourceKind, tracker: Tracker, make_source: MakeSource
) -> None:
    """The process ended when it had created the order, and the body is replayed much later."""
    source = await make_source(kind)
    (placed,) = readings_of(kind)
    await take_order(tracker, source, placed)
    order = await Order.get()
    await cancel_order(tracker, SYSTEM, order.tracking_id, "not wanted")
    await erase_customer(tracker, SYSTEM, order.customer_id)
    await ShopOrder.all().update(order_id=None, lines=[])

    await take_order(tracker, source, placed)

    row = await ShopOrder.get()
    assert (row.order_id, row.customer_digest, row.address_digest) == (order.id, None, None)
