"""Readers make an order of any body, or say which field is wrong; they never raise."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import DeliveryMethod
from models.enums.sources import SourceKind
from sources.readers import READERS
from sources.readings import Cancellation, Ignored, Reading, ReadOrder, ShopLine, Unreadable
from tests.profiles import examples
from tests.sources.shops import TOPIC_HEADERS, TOPICS, changed_order, encoded, read_order

SHOPIFY, WOOCOMMERCE = SourceKind
ANY_KIND = pytest.mark.parametrize("kind", list(SourceKind))


def read(kind: SourceKind, body: object, **headers: str) -> Reading:
    raw = body if isinstance(body, bytes) else encoded(body)
    return READERS[kind](raw, {TOPIC_HEADERS[kind]: TOPICS[kind], **headers})


def order_of(kind: SourceKind, **values: Any) -> ReadOrder:
    reading = read(kind, changed_order(kind, **values))
    assert isinstance(reading, ReadOrder), reading
    return reading


def problem_of(kind: SourceKind, **values: Any) -> str:
    reading = read(kind, changed_order(kind, **values))
    assert isinstance(reading, Unreadable), reading
    return reading.problem


def inside(kind: SourceKind, place: str, /, **values: Any) -> dict[str, Any]:
    """A part of the ordinary order with other values."""
    part: dict[str, Any] = read_order(kind)[place]
    return {**part, **values}


def line(kind: SourceKind, **values: Any) -> list[dict[str, Any]]:
    """The first line of the ordinary order with other values, alone."""
    return [{**read_order(kind)["line_items"][0], **values}]


def test_a_reading_has_the_words_of_shopify() -> None:
    order = order_of(SHOPIFY)

    assert order.external_id == "6101234567890"
    assert order.lines == (ShopLine("15101234567001", 2), ShopLine("15101234567002", 1))
    assert order.is_confirmed
    assert order.cancellation is None
    draft = order.draft
    assert (draft.reference, draft.currency, draft.total) == ("#1001", "EUR", Decimal("47.48"))
    assert draft.placed_at == datetime(2026, 3, 1, 13, 5, tzinfo=UTC)
    assert (draft.customer.external_id, draft.customer.locale) == ("8123456789012", "de-DE")
    assert [item.sku for item in draft.items] == ["MUG-BLUE", "47101234567002"]
    assert draft.shipping_address.phone == "+49 30 1234567"
    assert draft.delivery_method is DeliveryMethod.STANDARD


def test_a_reading_has_the_words_of_woocommerce() -> None:
    order = order_of(WOOCOMMERCE)

    assert order.external_id == "727"
    assert order.lines == (ShopLine("315", 2), ShopLine("316", 3))
    assert order.is_confirmed
    assert order.cancellation is None
    draft = order.draft
    assert (draft.reference, draft.currency, draft.total) == ("727", "EUR", Decimal("54.88"))
    assert draft.placed_at == datetime(2026, 3, 1, 13, 5, tzinfo=UTC)
    assert (draft.customer.external_id, draft.customer.phone) == ("26", "030 1234567")
    assert [(item.sku, item.unit_price) for item in draft.items] == [
        ("MUG-BLUE", Decimal("9.99")),
        ("22", Decimal("10.00")),
    ]
    assert draft.shipping_address.region == "DE-BE"


@pytest.mark.parametrize(
    ("status", "is_confirmed"),
    [
        ("authorized", True),
        ("paid", True),
        ("partially_refunded", True),
        ("pending", False),
        ("partially_paid", False),
        ("refunded", False),
        ("voided", False),
        (None, False),
        ("a new word", False),
    ],
)
def test_paid_orders_of_shopify_are_confirmed(status: str | None, is_confirmed: bool) -> None:
    assert order_of(SHOPIFY, financial_status=status).is_confirmed is is_confirmed


@pytest.mark.parametrize(
    ("status", "is_confirmed", "reason"),
    [
        ("pending", False, None),
        ("on-hold", False, None),
        ("failed", False, None),
        ("processing", True, None),
        ("completed", True, None),
        ("wc-processing", True, None),
        ("cancelled", False, "The shop cancelled the order."),
        ("refunded", False, "The shop refunded the order."),
        ("trash", False, "The shop threw the order away."),
        ("status-of-a-plugin", False, None),
    ],
)
def test_statuses_of_woocommerce_confirm_and_cancel(
    status: str, is_confirmed: bool, reason: str | None
) -> None:
    order = order_of(WOOCOMMERCE, status=status)

    assert order.is_confirmed is is_confirmed
    assert order.cancellation == (None if reason is None else Cancellation(reason, None))


def test_a_cancellation_of_shopify_has_its_time_and_reason() -> None:
    order = order_of(SHOPIFY, cancelled_at="2026-03-02T08:00:00-05:00", cancel_reason="inventory")

    assert order.cancellation == Cancellation(
        "The shop cancelled the order: inventory.", datetime(2026, 3, 2, 13, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    ("kind", "body", "headers", "reason"),
    [
        (SHOPIFY, {}, {TOPIC_HEADERS[SHOPIFY]: "products/create"}, "The topic products/create"),
        (SHOPIFY, {}, {TOPIC_HEADERS[SHOPIFY]: "orders/edited"}, "The topic orders/edited"),
        (SHOPIFY, {"test": True}, {}, "This is a test order"),
        (SHOPIFY, {}, {"x-shopify-test": "true"}, "This is a test notification"),
        (WOOCOMMERCE, {}, {TOPIC_HEADERS[WOOCOMMERCE]: "order.deleted"}, "The topic order.deleted"),
        (WOOCOMMERCE, {"status": "checkout-draft"}, {}, "The order is a draft"),
    ],
)
def test_what_is_no_order_to_send_is_ignored(
    kind: SourceKind, body: object, headers: dict[str, str], reason: str
) -> None:
    reading = read(kind, body, **headers)

    assert isinstance(reading, Ignored)
    assert reading.reason.startswith(reason)


def test_an_order_without_a_shipping_address_has_that_of_the_bill() -> None:
    shopify = order_of(SHOPIFY, shipping_address=None)
    blank = dict.fromkeys(read_order(WOOCOMMERCE)["shipping"], "")

    assert shopify.draft.shipping_address.line1 == "Sample Street 1"
    assert shopify.draft.shipping_address.line2 is None
    assert order_of(WOOCOMMERCE, shipping=blank).draft.shipping_address.postal_code == "10115"


def test_an_order_without_any_address_names_the_field() -> None:
    assert (
        problem_of(SHOPIFY, shipping_address=None, billing_address=None)
        == "shipping_address: is missing, and so is billing_address."
    )
    email = {"email": "customer1@example.com", "first_name": "Customer"}
    assert (
        problem_of(WOOCOMMERCE, shipping=[], billing=email)
        == "shipping: is missing, and so is billing."
    )


@pytest.mark.parametrize(
    ("kind", "place", "region", "country", "city"),
    [
        (SHOPIFY, "shipping_address", {"province": "Kowloon"}, {"country_code": "HK"}, "Kowloon"),
        (SHOPIFY, "shipping_address", {"province": None}, {"country_code": "SG"}, "Singapore"),
        (WOOCOMMERCE, "shipping", {"state": ""}, {"country": "SG"}, "Singapore"),
    ],
)
def test_a_place_without_a_city_has_the_name_of_its_region_or_country(
    kind: SourceKind, place: str, region: dict[str, Any], country: dict[str, str], city: str
) -> None:
    address = inside(kind, place, city="", **region, **country)

    assert order_of(kind, **{place: address}).draft.shipping_address.city == city


def test_a_customer_is_called_by_what_the_shop_knows() -> None:
    nameless = {"first_name": None, "last_name": None, "name": None}
    addresses = {
        name: inside(SHOPIFY, name, **nameless) for name in ("shipping_address", "billing_address")
    }
    company = inside(SHOPIFY, "billing_address", company="Sample Company", **nameless)

    assert order_of(SHOPIFY, customer=None, **addresses).draft.customer.name == (
        "customer1@example.com"
    )
    named = order_of(SHOPIFY, customer=None, **{**addresses, "billing_address": company})
    assert named.draft.customer.name == "Sample Company"
    assert named.draft.customer.external_id is None
    unknown = {"email": None, "contact_email": None, "customer": None, **addresses}
    assert problem_of(SHOPIFY, **unknown) == ("customer: has neither a name nor an e-mail address.")


def test_a_guest_of_woocommerce_has_no_account() -> None:
    assert order_of(WOOCOMMERCE, customer_id=0).draft.customer.external_id is None


@ANY_KIND
def test_an_article_without_a_number_is_known_by_another_or_by_its_name(kind: SourceKind) -> None:
    numbers = {"sku": "", "variant_id": None, "variation_id": 0, "product_id": 0}

    (item,) = order_of(kind, line_items=line(kind, **numbers)).draft.items

    assert (item.sku, item.name) == ("Mug - Blue", "Mug - Blue")


@ANY_KIND
def test_a_name_that_is_too_long_is_cut(kind: SourceKind) -> None:
    (item,) = order_of(kind, line_items=line(kind, name="x" * 255)).draft.items

    assert item.name == "x" * 197 + "..."


@ANY_KIND
def test_lines_without_pieces_are_left_out(kind: SourceKind) -> None:
    lines = read_order(kind)["line_items"]
    lines[0]["quantity"] = 0

    assert len(order_of(kind, line_items=lines).lines) == 1


def test_prices_are_exact_or_left_out() -> None:
    (shopify,) = order_of(SHOPIFY, line_items=line(SHOPIFY, price="1.999")).draft.items
    (thirds,) = order_of(
        WOOCOMMERCE, line_items=line(WOOCOMMERCE, quantity=3, total="10.00")
    ).draft.items
    (whole,) = order_of(
        WOOCOMMERCE, line_items=line(WOOCOMMERCE, quantity=3, total="9.99")
    ).draft.items

    assert (shopify.unit_price, thirds.unit_price) == (None, None)
    assert whole.unit_price == Decimal("3.33")


@pytest.mark.parametrize(
    ("code", "method"),
    [
        ("Standard", DeliveryMethod.STANDARD),
        ("Express", DeliveryMethod.EXPRESS),
        ("next-day", DeliveryMethod.EXPRESS),
        ("Same Day", DeliveryMethod.SAME_DAY),
        ("pickup", DeliveryMethod.PICKUP),
    ],
)
def test_a_delivery_method_is_known_by_its_code(code: str, method: DeliveryMethod) -> None:
    assert order_of(SHOPIFY, shipping_lines=[{"code": code}]).draft.delivery_method is method


def test_an_order_of_woocommerce_may_be_collected() -> None:
    order = order_of(WOOCOMMERCE, shipping_lines=[{"method_id": "local_pickup"}])

    assert order.draft.delivery_method is DeliveryMethod.PICKUP


def test_versions_sort_by_their_times() -> None:
    body = changed_order(SHOPIFY, updated_at="2026-03-01T23:30:00-05:00")
    later, earlier = body, changed_order(SHOPIFY, updated_at="2026-03-02T01:00:00+01:00")
    versions = [read(SHOPIFY, order) for order in (earlier, later)]
    triggered = [
        read(SHOPIFY, body, **{"x-shopify-triggered-at": f"2026-03-02T04:30:00.{digit}Z"})
        for digit in (1, 2)
    ]

    for first, second in (versions, triggered):
        assert isinstance(first, ReadOrder)
        assert isinstance(second, ReadOrder)
        assert first.version < second.version


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "The body is not JSON."),
        (b"\xff\xfe{\x00}\x00", "The body is not JSON."),
        (b"\xef\xbb\xbf{}", "The body is not JSON."),
        (b'{"id": NaN}', "The body is not JSON."),
        (b"[" * 10_000 + b"]" * 10_000, "The body is not JSON."),
        (b"[]", "The body must be a JSON object."),
        (b"null", "The body must be a JSON object."),
    ],
)
@ANY_KIND
def test_a_body_that_holds_no_order_says_what_it_is(
    kind: SourceKind, body: bytes, problem: str
) -> None:
    assert read(kind, body) == Unreadable(problem)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"id": None}, "id: is missing."),
        ({"id": {}}, "id: must be a text."),
        ({"id": True}, "id: must be a text."),
        ({"id": "x" * 201}, "id: has 201 characters; at most 200 are kept."),
        ({"id": "a\0b"}, "id: has a NUL character."),
        ({"line_items": line(SHOPIFY, id="x" * 201)}, "line_items.0.id: has 201 characters"),
        ({"line_items": line(SHOPIFY, id="a\0b")}, "line_items.0.id: has a NUL character."),
        ({"name": None, "order_number": None}, "name: is missing."),
        ({"created_at": "yesterday"}, "created_at: must be a time such as"),
        ({"created_at": "2026-03-01T14:05:00"}, "created_at: must be a time such as"),
        ({"total_price": "1,99"}, "total_price: must be an amount such as 9.99."),
        ({"line_items": {}}, "line_items: must be a list."),
        ({"line_items": [{}] * 1001}, "line_items: has 1001 entries; at most 1000 are read."),
        ({"line_items": [1]}, "line_items.0: must be an object."),
        ({"line_items": [{"quantity": "two"}]}, "line_items.0.quantity: must be a whole number."),
        ({"line_items": [{"quantity": 1}]}, "line_items.0.name: is missing."),
        ({"shipping_address": "here"}, "shipping_address: must be an object."),
        (
            {"shipping_address": {"address1": "Sample Street 1", "city": "Berlin"}},
            "shipping_address.country_code: is missing.",
        ),
    ],
)
def test_a_wrong_field_is_named(values: dict[str, Any], problem: str) -> None:
    assert problem_of(SHOPIFY, **values).startswith(problem)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all values in a body."""
    if not isinstance(value, dict | list):
        return [path]
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    return [path, *(found for key, part in inner for found in _places(part, (*path, key)))]


@given(st.data())
@examples(2_000)
def test_a_body_with_any_other_value_in_it_is_read_or_refused(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(SourceKind))
    order = read_order(kind)
    for _ in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from(_places(order)[1:]))
        part: Any = order
        for key in path:
            part = part[key]
        part[last] = data.draw(VALUES)

    assert isinstance(read(kind, json.dumps(order).encode()), Reading)


@given(st.data())
@examples(2_000)
def test_a_body_with_other_bytes_in_it_is_read_or_refused(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(SourceKind))
    body = bytearray(encoded(read_order(kind)))
    for _ in range(data.draw(st.integers(1, 5))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(body)))

    assert isinstance(read(kind, bytes(body)), Reading)
    assert isinstance(read(kind, bytes(body[:cut])), Reading)


@given(st.binary(max_size=200))
@examples(500)
def test_any_bytes_are_refused(body: bytes) -> None:
    for kind in SourceKind:
        assert isinstance(read(kind, body), Unreadable)
