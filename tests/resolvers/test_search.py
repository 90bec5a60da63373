"""Search: whatever the case and the script, parts of texts are found, and nothing else."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from auth import SYSTEM, Scope, Viewer
from models.bulk import insert
from models.customers import Customer
from models.orders import Order
from models.search import searchable
from models.shipments import Shipment, comparable_number
from resolvers.conditions import EVERYTHING
from resolvers.filters import OrderFilter, order_condition, order_paths
from resolvers.filters.order_paths import order_path
from tests.factories.acts import make_order
from tests.factories.drafts import build_customer_draft
from tests.resolvers import rows
from tests.resolvers.asking import found, reached
from tracking.acts import Tracker
from tracking.drafts import OrderAmendment
from tracking.order_amendment import amend_order

CLERK = Viewer("clerk", frozenset({Scope.ORDERS_READ}))
WORDS = (
    *("Ada", "ADAM", "ada", "Straße", "STRASSE", "Ünal", "u\u0308nal", "İzmir", "ΟΔΟΣ", "οδός"),
    *(
        "山田太郎",
        "100%",
        "_a_",
        "a\\b",
        '"quoted"',
        "o'neil",
        "-",
        "*",
        "^x",
        "NEAR",
        "OR",
        "😀😀😀",
    ),
)
NUMBERS = ("1Z 99", "jjd-000", "1Z99A", "%%%", '"1"', None)
PROPERTY = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@dataclass(frozen=True)
class Folder:
    order: Order
    customer: Customer
    shipment: Shipment

    def holds(self, text: str, *, sees_people: bool) -> bool:
        """The plain meaning of a search."""
        part, number = searchable(text), comparable_number(text)
        texts = [self.order.reference]
        texts += [self.customer.name, self.customer.email] if sees_people else []
        return any(part in searchable(one) for one in texts if one is not None) or bool(
            number and number in (self.shipment.number_key or "")
        )


def make_folder(chance: random.Random, place: int) -> Folder:
    customer = rows.customer(name=words(chance), email=chance.choice([None, words(chance)]))
    reference = chance.choice([None, f"{words(chance)}{place}"])
    order = rows.order(customer.id, reference=reference, placed_at=rows.day(place))
    number = chance.choice(NUMBERS)
    key = number and comparable_number(number)
    parcel = rows.shipment(order.id, number_key=key, placed_at=order.placed_at)
    return Folder(order, customer, parcel)


def words(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(1, 2)))


@pytest.fixture(params=[100, 0])
async def folders(
    request: pytest.FixtureRequest, db: str, monkeypatch: pytest.MonkeyPatch
) -> Sequence[Folder]:
    """Of which few are found, or more than are gone after one by one."""
    monkeypatch.setattr(order_paths, "MOST_FOUND", request.param)
    chance = random.Random(5)
    folders = [make_folder(chance, place) for place in range(30)]
    await insert([one.customer for one in folders])
    await insert([one.order for one in folders])
    await insert([one.shipment for one in folders])
    return folders


async def newest(text: str, viewer: Viewer) -> list[str]:
    order = '"orders"."placed_at" DESC, "orders"."id" DESC'
    path = order_path(OrderFilter(search=text), viewer, rows.NOW, "placed_at")
    return await reached("orders", path, [EVERYTHING], order, 100)


SIGNS = "".join(WORDS) + "1Z9J0 ßẞςΣ\u0131Iİ"
TEXTS = st.text(st.sampled_from(sorted(set(SIGNS + SIGNS.upper()))), min_size=1, max_size=5)


@PROPERTY
@given(text=(TEXTS | st.sampled_from(WORDS)).filter(str.strip))
@example(text="strasse")
@example(text="ÜNA")
@example(text="οδοσ")
@example(text="1z99")
@example(text='"')
async def test_those_that_hold_the_text_are_found(folders, text):
    for viewer, sees_people in ((SYSTEM, True), (CLERK, False)):
        expected = [
            str(one.order.id)
            for one in reversed(folders)
            if one.holds(text.strip(), sees_people=sees_people)
        ]
        asked = order_condition(OrderFilter(search=text), viewer, rows.NOW)

        assert await newest(text, viewer) == expected
        assert await found("orders", asked) == set(expected)


@pytest.mark.usefixtures("db")
async def test_what_is_changed_is_found_by_what_it_is_now(tracker: Tracker) -> None:
    customer = build_customer_draft(name="Ada Lovelace", email="ada@example.com")
    order = await make_order(tracker, reference="Größe-1", customer=customer)
    assert await newest("LOVELACE", SYSTEM) == [str(order.id)]

    renamed = build_customer_draft(name="Ada Byron", email=None)
    await amend_order(tracker, SYSTEM, order.tracking_id, OrderAmendment(customer=renamed))

    assert await newest("GRÖSSE", SYSTEM) == [str(order.id)]
    assert await newest("byron", SYSTEM) == [str(order.id)]
    assert await newest("Lovelace", SYSTEM) == []
    assert await newest("@example", SYSTEM) == []


@pytest.mark.usefixtures("db")
async def test_what_is_gone_is_found_no_more() -> None:
    customer = rows.customer(name="Ada Lovelace", email="ada@example.com")
    order = rows.order(customer.id, reference="R-1000")
    parcel = rows.shipment(order.id, number_key="1Z999")
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
    for text in ("R-1000", "Lovelace", "ada@"):
        assert await newest(text, SYSTEM) == []
