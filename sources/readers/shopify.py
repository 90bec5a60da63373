"""The reader of Shopify's webhooks of orders."""

from collections.abc import Mapping
from types import MappingProxyType

from models.enums import DeliveryMethod
from sources.readers.json_fields import Fields, WrongField, read_fields, version_of
from sources.readers.order_parts import (
    AddressFields,
    customer_name,
    item_name,
    locale_of,
    other_topic,
    piece_price,
    read_address,
    sku_of_name,
)
from sources.readings import Cancellation, Ignored, Reading, ReadOrder, ShopLine
from tracking.inputs import CustomerDraft, ItemDraft, OrderDraft

TOPIC, TRIGGERED_AT, TEST = "x-shopify-topic", "x-shopify-triggered-at", "x-shopify-test"
TOPICS = frozenset(
    {
        *("orders/create", "orders/updated", "orders/paid", "orders/cancelled"),
        *("orders/fulfilled", "orders/partially_fulfilled"),
    }
)
"""Topics whose bodies are whole orders, all read alike. That of `orders/edited` lists only edits,
and `orders/updated` comes beside it."""
CONFIRMED = frozenset({"authorized", "paid", "partially_refunded"})
"""Financial states in which the shop sends what was ordered."""
METHODS = MappingProxyType(
    {
        "pickup": DeliveryMethod.PICKUP,
        "pick_up": DeliveryMethod.PICKUP,
        "local_pickup": DeliveryMethod.PICKUP,
        "express": DeliveryMethod.EXPRESS,
        "overnight": DeliveryMethod.EXPRESS,
        "next_day": DeliveryMethod.EXPRESS,
        "same_day": DeliveryMethod.SAME_DAY,
        "freight": DeliveryMethod.FREIGHT,
    }
)
"""Delivery methods by the category or the code of a shipping line; all others are STANDARD."""
ADDRESS = AddressFields("address1", "address2", "province", "zip", "country_code")
PLACES = ("shipping_address", "billing_address")


def read_shopify(body: bytes, headers: Mapping[str, str]) -> Reading:
    """Return what a body says. Never raises."""
    topic = headers.get(TOPIC, "")
    if topic not in TOPICS:
        return other_topic(topic)
    if headers.get(TEST) == "true":
        return Ignored("This is a test notification of the shop.")
    return read_fields(body, lambda order: _read(order, headers.get(TRIGGERED_AT, "")))


def _read(order: Fields, triggered_at: str) -> Reading:
    if order.flag("test"):
        return Ignored("This is a test order: nothing was paid, and nothing is sent.")
    placed_at = order.needed_moment("created_at")
    updated_at = order.moment("updated_at") or placed_at
    lines = [line for line in order.objects("line_items") if line.whole_number("quantity")]
    currency = order.needed("currency")
    return ReadOrder(
        external_id=order.identity("id"),
        version=version_of(updated_at, triggered_at),
        draft=OrderDraft(
            reference=order.needed("name", "order_number"),
            customer=_customer(order),
            shipping_address=read_address(order, ADDRESS, PLACES),
            delivery_method=_delivery_method(order),
            items=[_item(line, currency) for line in lines],
            currency=currency,
            total=order.amount("total_price"),
            placed_at=placed_at,
        ),
        lines=tuple(_line(line) for line in lines),
        is_confirmed=order.text("financial_status") in CONFIRMED,
        cancellation=_cancellation(order),
    )


def _customer(order: Fields) -> CustomerDraft:
    customer = order.object("customer")
    persons = [customer, *(order.object(place) for place in reversed(PLACES))]
    email = order.first_text("email", "contact_email")
    name = customer_name(persons) or email or order.text("phone")
    if name is None:
        raise WrongField("customer", "has neither a name nor an e-mail address.")
    return CustomerDraft(
        external_id=None if customer is None else customer.text("id"),
        name=name,
        email=email or (None if customer is None else customer.text("email")),
        phone=order.text("phone") or (None if customer is None else customer.text("phone")),
        locale=locale_of(order.text("customer_locale")),
    )


def _item(line: Fields, currency: str) -> ItemDraft:
    name = line.needed("name", "title")
    return ItemDraft(
        sku=line.first_text("sku", "variant_id") or sku_of_name(name),
        name=item_name(name),
        quantity=line.whole_number("quantity") or 0,
        unit_price=piece_price(line.amount("price"), currency),
    )


def _line(line: Fields) -> ShopLine:
    quantity = line.whole_number("quantity") or 0
    current = line.whole_number("current_quantity")
    return ShopLine(line.identity("id"), quantity if current is None else min(current, quantity))


def _delivery_method(order: Fields) -> DeliveryMethod:
    for line in order.objects("shipping_lines"):
        for name in ("delivery_category", "code"):
            word = (line.text(name) or "").lower().replace(" ", "_").replace("-", "_")
            if word in METHODS:
                return METHODS[word]
    return DeliveryMethod.STANDARD


def _cancellation(order: Fields) -> Cancellation | None:
    cancelled_at = order.moment("cancelled_at")
    if cancelled_at is None:
        return None
    reason = order.text("cancel_reason")
    return Cancellation(
        f"The shop cancelled the order: {reason}." if reason else "The shop cancelled the order.",
        cancelled_at,
    )
