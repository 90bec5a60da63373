"""Orders of a shop by chance: who ordered, what, and where it goes."""

from typing import Any
from uuid import UUID

from models.bounds import MAXIMUM_MINOR
from models.customers import Customer
from models.enums import DeliveryMethod, EstimateSource, Health, OrderStatus
from models.orders import Address, Order, OrderItem
from models.search import optionally_searchable, searchable
from tests.plans.shops.chances import Chances

CURRENCIES = ("EUR", "USD", "JPY", "KWD", "CLF")
"""Two decimals, none, three, four."""
AMOUNTS = (0, 1, 9, 10, 99, 100, 999, 1999, 12_345_678, MAXIMUM_MINOR)
COUNTRIES = ("DE", "PT", "FR")
SKUS = ("MUG", "CUP", "PAN", 'S"K%U_\\')
NAMES = ("Ada Lovelace", "adam_ant", "100% Cotton", 'Zoë "Z" Ünal')
EMAILS = ("ada@example.com", "ADAM@example.com", "z_e%@example.com")
REFERENCES = ("R-100%", "R-1000", "R_100", "A\\B", 'quo"te', "Grüße")


def make_customer(chance: Chances) -> Customer:
    name, email = chance.one_of(NAMES), chance.maybe(chance.one_of(EMAILS))
    return Customer(
        id=chance.id(),
        external_id=None,
        name=name,
        name_key=searchable(name),
        email=email,
        email_key=optionally_searchable(email),
        phone=chance.maybe_text(40),
        locale=chance.one_of(["en", "pt-BR"]),
        created_at=chance.moment(),
        updated_at=chance.moment(),
    )


def make_order(chance: Chances, number: int, customer_id: UUID) -> Order:
    reference = chance.maybe(f"{chance.one_of(REFERENCES)}/{number}", 0.8)
    return Order(
        id=chance.id(),
        tracking_id=chance.tracking_id(),
        reference=reference,
        reference_key=optionally_searchable(reference),
        customer_id=customer_id,
        destination_city=chance.text(100),
        destination_region=chance.maybe_text(100),
        destination_country=chance.one_of(COUNTRIES),
        delivery_method=chance.word(DeliveryMethod),
        currency=chance.one_of(CURRENCIES),
        total_minor=chance.maybe(chance.one_of(AMOUNTS)),
        item_count=chance.count(1, 9),
        metadata=[
            {"key": f"{chance.text(20)}{place}", "value": chance.text()}
            for place in range(chance.count(0, 3))
        ],
        hold_reason=chance.maybe_text(),
        cancel_reason=chance.maybe_text(),
        placed_at=chance.moment(),
        confirmed_at=chance.maybe_moment(),
        cancelled_at=chance.maybe_moment(),
        promised_at=chance.maybe_moment(),
        promise_given_at=chance.moment(),
        updated_at=chance.moment(),
        status=chance.word(OrderStatus),
        next_statuses=chance.some(OrderStatus),
        health=chance.word(Health),
        shipped_at=chance.maybe_moment(),
        delivered_at=chance.maybe_moment(),
        late_after=chance.maybe_moment(),
        sequence=1,
        **make_expectation(chance),
    )


def make_expectation(chance: Chances) -> dict[str, Any]:
    """All of it, or nothing."""
    if chance.is_so(0.3):
        return {}
    earliest, latest = chance.span()
    return {
        "estimate_earliest": earliest,
        "estimate_latest": latest,
        "estimate_source": chance.word(EstimateSource),
        "estimate_reason": chance.maybe_text(),
        "estimate_revised_at": chance.moment(),
    }


def make_address(chance: Chances, order: Order) -> Address:
    return Address(
        order_id=order.id,
        name=chance.maybe_text(200),
        company=chance.maybe_text(200),
        line1=chance.text(200),
        line2=chance.maybe_text(200),
        city=order.destination_city,
        region=order.destination_region,
        postal_code=chance.maybe_text(20),
        country=order.destination_country,
        phone=chance.maybe_text(40),
        latitude=None,
        longitude=None,
    )


def make_items(chance: Chances, order: Order) -> list[OrderItem]:
    """Their lines are numbered in no order of their ids."""
    return [make_item(chance, order, line) for line in range(1, chance.count(1, 4) + 1)]


def make_item(chance: Chances, order: Order, line: int) -> OrderItem:
    allocated = chance.count(0, 5)
    return OrderItem(
        id=chance.id(),
        order_id=order.id,
        line=line,
        sku=chance.one_of(SKUS),
        name=chance.text(200),
        quantity=allocated + chance.count(1, 5),
        unit_price_minor=chance.maybe(chance.one_of(AMOUNTS)),
        cancelled_quantity=chance.count(0, 1),
        allocated_quantity=allocated,
        shipped_quantity=chance.count(0, allocated),
        delivered_quantity=chance.count(0, allocated),
        returned_quantity=chance.count(0, allocated),
        lost_quantity=chance.count(0, allocated),
        placed_at=order.placed_at,
    )
