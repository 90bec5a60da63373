"""Orders of a random dataset, with their customers, addresses and items."""

from typing import Any
from uuid import UUID

from database.bounds import MAXIMUM_MINOR
from models.customers import Customer
from models.enums import DeliveryMethod, EstimateSource, Health, OrderStatus
from models.orders import Address, Order, OrderItem
from models.search import optionally_searchable, searchable
from tests.plans.datasets.random_values import RandomValues

CURRENCIES = ("EUR", "USD", "JPY", "KWD", "CLF")
"""Currencies with two decimals, none, three and four."""
AMOUNTS = (0, 1, 9, 10, 99, 100, 999, 1999, 12_345_678, MAXIMUM_MINOR)
COUNTRIES = ("DE", "PT", "FR")
SKUS = ("MUG", "CUP", "PAN", 'S"K%U_\\')
NAMES = ("Customer 1", "customer_2", "100% Cotton", 'Canoë "1" Ünit')
EMAILS = ("customer1@example.com", "CUSTOMER2@example.com", "c_1%@example.com")
REFERENCES = ("R-100%", "R-1000", "R_100", "A\\B", 'quo"te', "Grüße")


def build_random_customer(source: RandomValues) -> Customer:
    name, email = source.choice(NAMES), source.maybe(source.choice(EMAILS))
    return Customer(
        id=source.id(),
        external_id=None,
        name=name,
        name_key=searchable(name),
        email=email,
        email_key=optionally_searchable(email),
        phone=source.maybe_text(40),
        locale=source.choice(["en", "pt-BR"]),
        created_at=source.moment(),
        updated_at=source.moment(),
    )


def build_random_order(source: RandomValues, number: int, customer_id: UUID) -> Order:
    reference = source.maybe(f"{source.choice(REFERENCES)}/{number}", 0.8)
    return Order(
        id=source.id(),
        tracking_id=source.tracking_id(),
        reference=reference,
        reference_key=optionally_searchable(reference),
        customer_id=customer_id,
        destination_city=source.text(100),
        destination_region=source.maybe_text(100),
        destination_country=source.choice(COUNTRIES),
        delivery_method=source.enum_member(DeliveryMethod),
        currency=source.choice(CURRENCIES),
        total_minor=source.maybe(source.choice(AMOUNTS)),
        item_count=source.integer(1, 9),
        metadata=[
            {"key": f"{source.text(20)}{index}", "value": source.text()}
            for index in range(source.integer(0, 3))
        ],
        hold_reason=source.maybe_text(),
        cancel_reason=source.maybe_text(),
        placed_at=source.moment(),
        confirmed_at=source.maybe_moment(),
        cancelled_at=source.maybe_moment(),
        promised_at=source.maybe_moment(),
        promise_given_at=source.moment(),
        updated_at=source.moment(),
        status=source.enum_member(OrderStatus),
        next_statuses=source.enum_subset(OrderStatus),
        health=source.enum_member(Health),
        shipped_at=source.maybe_moment(),
        delivered_at=source.maybe_moment(),
        late_after=source.maybe_moment(),
        sequence=1,
        **random_estimate_columns(source),
    )


def random_estimate_columns(source: RandomValues) -> dict[str, Any]:
    """The columns of a current estimate: all of them, or none."""
    if source.chance(0.3):
        return {}
    earliest, latest = source.span()
    return {
        "estimate_earliest": earliest,
        "estimate_latest": latest,
        "estimate_source": source.enum_member(EstimateSource),
        "estimate_reason": source.maybe_text(),
        "estimate_revised_at": source.moment(),
    }


def build_random_address(source: RandomValues, order: Order) -> Address:
    return Address(
        order_id=order.id,
        name=source.maybe_text(200),
        company=source.maybe_text(200),
        line1=source.text(200),
        line2=source.maybe_text(200),
        city=order.destination_city,
        region=order.destination_region,
        postal_code=source.maybe_text(20),
        country=order.destination_country,
        phone=source.maybe_text(40),
        latitude=None,
        longitude=None,
    )


def build_random_items(source: RandomValues, order: Order) -> list[OrderItem]:
    """The order's items, whose ids are not in the order of their lines."""
    return [build_random_item(source, order, line) for line in range(1, source.integer(1, 4) + 1)]


def build_random_item(source: RandomValues, order: Order, line: int) -> OrderItem:
    allocated = source.integer(0, 5)
    return OrderItem(
        id=source.id(),
        order_id=order.id,
        line=line,
        sku=source.choice(SKUS),
        name=source.text(200),
        quantity=allocated + source.integer(1, 5),
        unit_price_minor=source.maybe(source.choice(AMOUNTS)),
        cancelled_quantity=source.integer(0, 1),
        allocated_quantity=allocated,
        shipped_quantity=source.integer(0, allocated),
        delivered_quantity=source.integer(0, allocated),
        returned_quantity=source.integer(0, allocated),
        lost_quantity=source.integer(0, allocated),
        placed_at=order.placed_at,
    )
