"""The versions of an order make the same order, however often and in whatever order they come."""

import asyncio
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums.sources import SourceKind
from models.orders import Order, OrderItem
from models.sources import OrderSource, ShopOrder
from sources.order_taking import take_order
from tests.profiles import examples
from tests.sources.conftest import MakeSource
from tests.sources.shops import (
    is_cancelled,
    moves_to,
    reading_of,
    takes_out,
    versions,
)
from tests.tracking.assertions import assert_log_is_gapless, delete_all_rows
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

State = tuple[Any, ...]


async def take(tracker: Tracker, source: OrderSource, order: dict[str, Any]) -> None:
    await take_order(tracker, source, reading_of(source.kind, order))


async def state() -> State:
    """What an order says to its readers; when each thing was learnt is left out."""
    order = await Order.get().select_related("customer", "address")
    items = await OrderItem.filter(order_id=order.id).order_by("line")
    pieces = [(item.sku, item.quantity - item.cancelled_quantity) for item in items]
    return (order.status, order.address.line1, order.customer.email, order.total_minor, pieces)


async def start_anew() -> None:
    await delete_all_rows()
    await ShopOrder.all().delete()
    await OrderSource.all().delete()


def history_of(kind: SourceKind) -> list[dict[str, Any]]:
    return versions(
        kind,
        moves_to(kind, "Second Street 2"),
        takes_out(kind, 1, 1),
        moves_to(kind, "Third Street 3"),
    )


@pytest.mark.parametrize("kind", list(SourceKind))
async def test_every_order_of_arrival_gives_the_same_order(
    kind: SourceKind, tracker: Tracker, make_source: MakeSource
) -> None:
    history = history_of(kind)
    states = []
    for arrival in permutations(history):
        source = await make_source(kind)
        for order in arrival:
            await take(tracker, source, order)
        states.append(await state())
        await start_anew()

    assert len(states) == 24
    wanted = {SourceKind.SHOPIFY: 0, SourceKind.WOOCOMMERCE: 2}[kind]
    articles = {SourceKind.SHOPIFY: "47101234567002", SourceKind.WOOCOMMERCE: "22"}
    for status, street, _, _, pieces in states:
        live = [(sku, count) for sku, count in pieces if count]
        assert (status, street) == ("CONFIRMED", "Third Street 3")
        expected = [("MUG-BLUE", 2), (articles[kind], wanted)]
        assert live == [(sku, count) for sku, count in expected if count]


@given(st.data())
@examples(60, on_one_database=True)
async def test_any_order_and_repetition_gives_the_same_order(
    tracker: Tracker, make_source: MakeSource, data: st.DataObject
) -> None:
    kind = data.draw(st.sampled_from(SourceKind))
    changes = data.draw(
        st.lists(
            st.sampled_from(
                [
                    moves_to(kind, "Second Street 2"),
                    moves_to(kind, "Third Street 3"),
                    is_cancelled(kind),
                    lambda order: order.update(note="A note"),
                ]
            ),
            min_size=1,
            max_size=4,
        )
    )
    history = versions(kind, *changes)
    repeats = data.draw(st.lists(st.sampled_from(range(len(history))), max_size=3))
    places = data.draw(st.permutations([*range(len(history)), *repeats]))

    source = await make_source(kind)
    for order in history:
        await take(tracker, source, order)
    expected = await state()
    await start_anew()
    source = await make_source(kind)
    for place in places:
        await take(tracker, source, history[place])

    assert await state() == expected
    assert await Order.all().count() == 1
    await assert_log_is_gapless()
    await start_anew()


@pytest.mark.parametrize("kind", list(SourceKind))
async def test_versions_that_are_taken_in_at_once_give_the_same_order(
    kind: SourceKind, tracker: Tracker, make_source: MakeSource
) -> None:
    """As by several processes, each of which has one of them."""
    source = await make_source(kind)
    history = history_of(kind)

    await asyncio.gather(*[take(tracker, source, order) for order in [*history, *history]])

    status, street, *_ = await state()
    assert (status, street) == ("CONFIRMED", "Third Street 3")
    assert await Order.all().count() == 1
