"""Amounts: exact decimals with the digits of their currency, made of whole minor units."""

from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from iso4217 import Currency

from models.bounds import MAXIMUM_MINOR
from models.money import minor_digits, to_decimal
from models.node_ids import NodeType, node_id
from models.orders import Order, OrderItem
from tests.resolvers import rows
from tests.schema.api import Api
from tests.schema.lists import empty

CURRENCIES = sorted(str(one.code) for one in Currency)
BY_DIGITS = {"JPY": 0, "EUR": 2, "KWD": 3, "CLF": 4}
QUERY = """query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Order {
  total { amount currency } items { unitPrice { amount currency } }
} } }"""


async def asked(api: Api, amounts: Sequence[tuple[str, int | None]]) -> list[Any]:
    """Each as an order's total and the price of its only line."""
    await OrderItem.all().delete()
    await empty()
    owner = rows.customer()
    await owner.save(force_create=True)
    orders = [rows.order(owner.id, currency=code, total_minor=minor) for code, minor in amounts]
    items = [
        rows.item(order.id, unit_price_minor=minor)
        for order, (_, minor) in zip(orders, amounts, strict=True)
    ]
    await Order.bulk_create(orders)
    await OrderItem.bulk_create(items)
    ids = [node_id(NodeType.ORDER, order.id) for order in orders]
    found: list[Any] = []
    for first in range(0, len(ids), 100):
        found += (await api.data(QUERY, ids=ids[first : first + 100]))["nodes"]
    return found


def expected(code: str, minor: int | None) -> Any:
    amount = None
    if minor is not None:
        amount = {"amount": f"{to_decimal(minor, code):f}", "currency": code}
    return {"total": amount, "items": [{"unitPrice": amount}]}


def test_there_are_currencies_of_0_2_3_and_4_digits():
    assert {code: minor_digits(code) for code in BY_DIGITS} == BY_DIGITS


async def test_an_amount_has_the_digits_of_its_currency(api):
    amounts = [(code, 12_345) for code in BY_DIGITS]

    found = await asked(api, amounts)

    assert [one["total"]["amount"] for one in found] == ["12345", "123.45", "12.345", "1.2345"]


async def test_every_currency_is_written_exactly(api):
    amounts = [(code, minor) for code in CURRENCIES for minor in (0, 7, None, MAXIMUM_MINOR)]

    assert await asked(api, amounts) == [expected(*one) for one in amounts]


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    amounts=st.lists(
        st.tuples(st.sampled_from(list(BY_DIGITS)), st.integers(0, MAXIMUM_MINOR)),
        min_size=1,
        max_size=20,
    )
)
async def test_any_amount_is_written_exactly(api, amounts):
    assert await asked(api, amounts) == [expected(*one) for one in amounts]
