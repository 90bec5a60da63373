"""The reader of WooCommerce's webhooks of orders."""

from collections.abc import Mapping
from types import MappingProxyType

from models.enums import DeliveryMethod
from sources.readers.json_fields import Fields, WrongField, read_fields, version_of
from sources.readers.order_parts import (
    AddressFields,
    customer_name,
    item_name,
    other_topic,
    read_address,
    share_of,
    sku_of_name,
)
from sources.readings import Cancellation, Ignored, Reading, ReadOrder, ShopLine
from tracking.inputs import CustomerDraft, ItemDraft, OrderDraft

TOPIC = "x-wc-webhook-topic"
TOPICS = frozenset({"order.created", "order.updated", "order.restored"})
DRAFTS = frozenset({"checkout-draft", "auto-draft"})
"""Statuses of orders that nobody has placed yet."""
CONFIRMED = frozenset({"processing", "completed"})
"""Statuses in which the shop sends what was ordered; in all others the order waits."""
CANCELLED = MappingProxyType(
    {
        "cancelled": "The shop cancelled the order.",
        "refunded": "The shop refunded the order.",
        "trash": "The shop threw the order away.",
    }
)
"""Statuses in which what has not shipped is cancelled."""
PICKUP_METHODS = frozenset({"local_pickup", "pickup_location"})
GUEST = "0"
"""The id of customers without an account."""
ADDRESS = AddressFields("address_1", "address_2", "state", "postcode", "country")


def read_woocommerce(body: bytes, headers: Mapping[str, str]) -> Reading:
    """Return what a body says. Never raises."""
    topic = headers.get(TOPIC, "")
    if topic not in TOPICS:
        return other_topic(topic)
    return read_fields(body, _read)


def _read(order: Fields) -> Reading:
    status = (order.text("status") or "").removeprefix("wc-")
    if status in DRAFTS:
        return Ignored("The order is a draft: nobody has placed it yet.")
    placed_at = order.needed_moment("date_created_gmt", is_utc=True)
    updated_at = order.moment("date_modified_gmt", is_utc=True) or placed_at
    lines = [line for line in order.objects("line_items") if line.whole_number("quantity")]
    currency = order.needed("currency")
    return ReadOrder(
        external_id=order.identity("id"),
        version=version_of(updated_at, ""),
        draft=OrderDraft(
            reference=order.needed("number", "id"),
            customer=_customer(order),
            shipping_address=read_address(order, ADDRESS),
            delivery_method=_delivery_method(order),
            items=[_item(line, currency) for line in lines],
            currency=currency,
            total=order.amount("total"),
            placed_at=placed_at,
        ),
        lines=tuple(
            ShopLine(line.identity("id"), line.whole_number("quantity") or 0) for line in lines
        ),
        is_confirmed=status in CONFIRMED,
        cancellation=Cancellation(CANCELLED[status], None) if status in CANCELLED else None,
    )


def _customer(order: Fields) -> CustomerDraft:
    billing = order.object("billing")
    named = customer_name([billing, order.object("shipping")])
    email = None if billing is None else billing.text("email")
    phone = None if billing is None else billing.text("phone")
    name = named or email or phone
    if name is None:
        raise WrongField("billing", "has neither a name nor an e-mail address.")
    external_id = order.text("customer_id")
    return CustomerDraft(
        external_id=None if external_id == GUEST else external_id,
        name=name,
        email=email,
        phone=phone,
    )


def _item(line: Fields, currency: str) -> ItemDraft:
    name = line.needed("name")
    quantity = line.whole_number("quantity") or 0
    article = next(
        (
            id_
            for id_ in (line.text("variation_id"), line.text("product_id"))
            if id_ not in (None, "0")
        ),
        None,
    )
    return ItemDraft(
        sku=line.text("sku") or article or sku_of_name(name),
        name=item_name(name),
        quantity=quantity,
        # The field `price` is a number that was rounded; the total of the line is exact.
        unit_price=share_of(line.amount("total"), quantity, currency),
    )


def _delivery_method(order: Fields) -> DeliveryMethod:
    methods = {line.text("method_id") for line in order.objects("shipping_lines")}
    return DeliveryMethod.PICKUP if methods & PICKUP_METHODS else DeliveryMethod.STANDARD
