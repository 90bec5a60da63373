"""Amounts are exact decimals with the digits of their currency, stored as whole minor units."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from iso4217 import Currency

from database.bounds import MAXIMUM_MINOR
from models.money import minor_digits, to_decimal
from models.node_ids import NodeType, node_id
from models.orders import Order, OrderItem
from tests.factories.in_memory import build_customer, build_item, build_order
from tests.profiles import examples
from tests.schema.api import Api
from tests.schema.lists import delete_rows

CURRENCIES = sorted(str(currency.code) for currency in Currency)
BY_DIGITS = {"JPY": 0, "EUR": 2, "KWD": 3, "CLF": 4}
QUERY = """query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Order {
  total { amount currency } items { unitPrice { amount currency } }
} } }"""


async def fetch_amounts(api: Api, amounts: Sequence[tuple[str, int | None]]) -> list[Any]:
    """The orders as answered: each has an amount as its total and as the price of its only item."""
    await OrderItem.all().delete()
    await delete_rows()
    owner = build_customer()
    await owner.save(force_create=True)
    orders = [build_order(owner.id, currency=code, total_minor=minor) for code, minor in amounts]
    items = [
        build_item(order.id, unit_price_minor=minor)
        for order, (_, minor) in zip(orders, amounts, strict=True)
    ]
    await Order.bulk_create(orders)
    await OrderItem.bulk_create(items)
    ids = [node_id(NodeType.ORDER, order.id) for order in orders]
    nodes: list[Any] = []
    for first in range(0, len(ids), 100):
        nodes += (await api.fetch(QUERY, ids=ids[first : first + 100]))["nodes"]
    return nodes


def expected_node(code: str, minor: int | None) -> Any:
    amount = None
    if minor is not None:
        amount = {"amount": f"{to_decimal(minor, code):f}", "currency": code}
    return {"total": amount, "items": [{"unitPrice": amount}]}


def test_there_are_currencies_of_0_2_3_and_4_digits():
    assert {code: minor_digits(code) for code in BY_DIGITS} == BY_DIGITS


async def test_an_amount_has_the_digits_of_its_currency(api):
    amounts = [(code, 12_345) for code in BY_DIGITS]

    nodes = await fetch_amounts(api, amounts)

    assert [node["total"]["amount"] for node in nodes] == ["12345", "123.45", "12.345", "1.2345"]


async def test_every_currency_is_written_exactly(api):
    amounts = [(code, minor) for code in CURRENCIES for minor in (0, 7, None, MAXIMUM_MINOR)]

    assert await fetch_amounts(api, amounts) == [expected_node(*amount) for amount in amounts]


@examples(30, on_one_database=True)
@given(
    amounts=st.lists(
        st.tuples(st.sampled_from(list(BY_DIGITS)), st.integers(0, MAXIMUM_MINOR)),
        min_size=1,
        max_size=20,
    )
)
async def test_any_amount_is_written_exactly(api, amounts):
    assert await fetch_amounts(api, amounts) == [expected_node(*amount) for amount in amounts]
