"""Search finds every text that holds the part searched for, in any case and script."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from access.scopes import Scope
from access.viewer import SYSTEM, Viewer
from database.rows import insert
from engine.sql.conditions import EVERYTHING
from models.customers import Customer
from models.orders import Order
from models.search import searchable
from models.shipments import Shipment, comparable_number
from resolvers.filters import OrderFilter, order_condition, order_paths
from resolvers.filters.order_paths import order_path
from tests.factories.acts import make_order
from tests.factories.drafts import build_customer_draft
from tests.factories.in_memory import START, build_customer, build_order, build_shipment, day
from tests.profiles import examples
from tests.resolvers.condition_statements import first_ids, matching_keys
from tracking.inputs import OrderAmendment
from tracking.orders.amendment import amend_order
from unit_of_work.unit_of_work import Tracker

CLERK = Viewer("clerk", frozenset({Scope.ORDERS_READ}))
WORDS = (
    *("Pan", "PANS", "pan", "Straße", "STRASSE", "Ünit", "u\u0308nit", "İzmir", "ΟΔΟΣ", "οδός"),
    *(
        "配送番号",
        "100%",
        "_a_",
        "a\\b",
        '"quoted"',
        "driver's",
        "-",
        "*",
        "^x",
        "NEAR",
        "OR",
        "😀😀😀",
    ),
)
NUMBERS = ("1Z 99", "jjd-000", "1Z99A", "%%%", '"1"', None)
PROPERTY = examples(150, on_one_database=True)


@dataclass(frozen=True)
class SearchableOrder:
    order: Order
    customer: Customer
    shipment: Shipment

    def holds(self, text: str, *, sees_people: bool) -> bool:
        """A reference implementation of the search."""
        part, number = searchable(text), comparable_number(text)
        texts = [self.order.reference]
        texts += [self.customer.name, self.customer.email] if sees_people else []
        return any(part in searchable(value) for value in texts if value is not None) or bool(
            number and number in (self.shipment.number_key or "")
        )


def build_searchable_order(source: random.Random, number: int) -> SearchableOrder:
    customer = build_customer(name=words(source), email=source.choice([None, words(source)]))
    reference = source.choice([None, f"{words(source)}{number}"])
    order = build_order(customer.id, reference=reference, placed_at=day(number))
    tracking_number = source.choice(NUMBERS)
    key = tracking_number and comparable_number(tracking_number)
    parcel = build_shipment(order.id, number_key=key, placed_at=order.placed_at)
    return SearchableOrder(order, customer, parcel)


def words(source: random.Random) -> str:
    return " ".join(source.choices(WORDS, k=source.randint(1, 2)))


@pytest.fixture(params=[100, 0])
async def orders(
    request: pytest.FixtureRequest, db: str, monkeypatch: pytest.MonkeyPatch
) -> Sequence[SearchableOrder]:
    """Orders of which fewer are found than are looked up one by one, or more."""
    monkeypatch.setattr(order_paths, "MAXIMUM_MATCHES", request.param)
    source = random.Random(5)
    orders = [build_searchable_order(source, number) for number in range(30)]
    await insert([order.customer for order in orders])
    await insert([order.order for order in orders])
    await insert([order.shipment for order in orders])
    return orders


async def newest(text: str, viewer: Viewer) -> list[str]:
    order = '"orders"."placed_at" DESC, "orders"."id" DESC'
    path = order_path(OrderFilter(search=text), viewer, START, "placed_at")
    return await first_ids("orders", path, [EVERYTHING], order, 100)


CHARACTERS = "".join(WORDS) + "1Z9J0 ßẞςΣ\u0131Iİ"
TEXTS = st.text(
    st.sampled_from(sorted(set(CHARACTERS + CHARACTERS.upper()))), min_size=1, max_size=5
)


@PROPERTY
@given(text=(TEXTS | st.sampled_from(WORDS)).filter(str.strip))
@example(text="strasse")
@example(text="ÜNI")
@example(text="οδοσ")
@example(text="1z99")
@example(text='"')
async def test_exactly_the_orders_that_hold_the_text_are_found(orders, text):
    for viewer, sees_people in ((SYSTEM, True), (CLERK, False)):
        expected = [
            str(order.order.id)
            for order in reversed(orders)
            if order.holds(text.strip(), sees_people=sees_people)
        ]
        condition = order_condition(OrderFilter(search=text), viewer, START)

        assert await newest(text, viewer) == expected
        assert await matching_keys("orders", condition) == set(expected)


@pytest.mark.usefixtures("db")
async def test_an_amended_order_is_found_by_its_new_values_only(tracker: Tracker) -> None:
    customer = build_customer_draft(name="Customer 1", email="customer1@example.com")
    order = await make_order(tracker, reference="Größe-1", customer=customer)
    assert await newest("CUSTOMER 1", SYSTEM) == [str(order.id)]

    renamed = build_customer_draft(name="Customer 2", email=None)
    await amend_order(tracker, SYSTEM, order.tracking_id, OrderAmendment(customer=renamed))

    assert await newest("GRÖSSE", SYSTEM) == [str(order.id)]
    assert await newest("customer 2", SYSTEM) == [str(order.id)]
    assert await newest("Customer 1", SYSTEM) == []
    assert await newest("@example", SYSTEM) == []


@pytest.mark.usefixtures("db")
async def test_deleted_values_are_no_longer_found() -> None:
    customer = build_customer(name="Customer 1", email="customer1@example.com")
    order = build_order(customer.id, reference="R-1000")
    parcel = build_shipment(order.id, number_key="1Z999")
    await insert([customer])
    await insert([order])
    await insert([parcel])

    await Shipment.filter(id=parcel.id).update(number_key="JJD000")
    assert await newest("1Z999", SYSTEM) == []
    assert await newest("JJD000", SYSTEM) == [str(order.id)]

    await Shipment.filter(id=parcel.id).update(number_key=None)
    assert await newest("JJD000", SYSTEM) == []

    await Shipment.filter(id=parcel.id).delete()
    await Order.filter(id=order.id).delete()
    await Customer.filter(id=customer.id).delete()
    for text in ("R-1000", "Customer 1", "customer1@"):
        assert await newest(text, SYSTEM) == []
