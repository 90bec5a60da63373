"""Orders as a shop would place them: the same seed gives the same orders."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import NotRequired, TypedDict

from simulator.atlas import home_warehouse
from simulator.catalogue import BULKY, SMALL, Product
from simulator.countries import COUNTRIES, in_currency
from simulator.customers import AddressInput, Buyer, CustomerInput, make_buyer
from simulator.places import distance_km
from simulator.promises import promise

DAYS = 90
# Orders per hour of the day in UTC: few at night in Europe and America, most in their evenings.
HOURLY = (5, 4, 4, 4, 3, 3, 4, 5, 7, 8, 8, 8, 8, 9, 9, 9, 9, 10, 11, 12, 11, 9, 8, 6)
# Orders per day of the week from Monday on, in UTC: most at its beginning, few on a Saturday.
DAILY = (12, 11, 10, 10, 9, 6, 8)
# So many customers for a hundred orders; the others come back.
CUSTOMERS_PER_HUNDRED = 62
# The warehouses' own vans reach this far, and so do people who fetch an order themselves.
NEARBY_KM = 350.0
FEES = {
    "STANDARD": Decimal("4.90"),
    "EXPRESS": Decimal("14.90"),
    "SAME_DAY": Decimal("9.90"),
    "PICKUP": Decimal("0"),
    "FREIGHT": Decimal("89.00"),
}
FREE_DELIVERY_FROM = Decimal("75")


class OrderItemInput(TypedDict):
    """An item of an order, with money in the order's currency, as text."""

    sku: str
    name: str
    quantity: int
    unitPrice: str


class MetadatumInput(TypedDict):
    """A pair of texts that the shop keeps with an order."""

    key: str
    value: str


class OrderCreateInput(TypedDict):
    """The API's input type of the same name. Times are RFC 3339 in UTC, money is text."""

    idempotencyKey: str
    reference: str
    customer: CustomerInput
    shippingAddress: AddressInput
    deliveryMethod: str
    items: list[OrderItemInput]
    currency: str
    total: str
    placedAt: str
    promisedAt: str
    metadata: NotRequired[list[MetadatumInput]]


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop: its seed, and the beginning of its order numbers."""

    seed: int
    customers: int
    prefix: str = "WEB"


def generate_orders(
    count: int, *, seed: int, until: datetime, days: int = DAYS
) -> Iterator[OrderCreateInput]:
    """Make `count` orders of the `days` before `until`, oldest first, numbered from 1."""
    random = Random(seed)
    shop = Shop(seed, customers=max(1, count * CUSTOMERS_PER_HUNDRED // 100))
    until = until.astimezone(UTC)
    times = sorted(_placing_time(random, until, days) for _ in range(count))
    for number, placed_at in enumerate(times, start=1):
        yield make_order(shop, number, placed_at)


def make_order(shop: Shop, number: int, placed_at: datetime) -> OrderCreateInput:
    """Make the order of this number, which with the shop's seed decides all but its times."""
    random = Random(f"{shop.seed}:{shop.prefix}:{number}")
    buyer = make_buyer(shop.seed, random.randint(1, shop.customers))
    reference = f"{shop.prefix}-{placed_at.year}-{number:06d}"
    currency = COUNTRIES[buyer.place.country].currency
    products = _choose_products(random)
    method = _choose_method(random, buyer, products)
    items = [_make_item(random, product, currency) for product in products]
    order = OrderCreateInput(
        idempotencyKey=f"order-{reference}",
        reference=reference,
        customer=buyer.customer,
        shippingAddress=buyer.address,
        deliveryMethod=method,
        items=items,
        currency=currency,
        total=str(_total(random, items, method, currency)),
        placedAt=as_text(placed_at),
        promisedAt=as_text(promise(placed_at, buyer.place, method)),
    )
    if metadata := _choose_metadata(random):
        order["metadata"] = metadata
    return order


def as_text(moment: datetime) -> str:
    """Return RFC 3339 in UTC, with fractions of a second if there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _placing_time(random: Random, until: datetime, days: int) -> datetime:
    while True:
        placed_at = until - timedelta(seconds=random.randint(60, days * 86_400))
        weight = DAILY[placed_at.weekday()] * HOURLY[placed_at.hour]
        if random.random() * max(DAILY) * max(HOURLY) < weight:
            return placed_at.replace(microsecond=0)


def _choose_products(random: Random) -> list[Product]:
    if random.random() < 0.05:
        return random.sample(BULKY, random.choice((1, 1, 2)))
    lines = random.choices(range(1, 7), weights=(42, 25, 15, 9, 6, 3))[0]
    return random.sample(SMALL, lines)


def _choose_method(random: Random, buyer: Buyer, products: list[Product]) -> str:
    if any(product.is_bulky for product in products):
        return "FREIGHT"
    warehouse = home_warehouse(buyer.place)
    is_domestic = warehouse.country == buyer.place.country
    if is_domestic and distance_km(warehouse, buyer.place) < NEARBY_KM:
        return random.choices(
            ("STANDARD", "EXPRESS", "SAME_DAY", "PICKUP"), weights=(56, 16, 14, 14)
        )[0]
    return random.choices(("STANDARD", "EXPRESS"), weights=(78, 22))[0]


def _make_item(random: Random, product: Product, currency: str) -> OrderItemInput:
    quantity = 1 if product.is_bulky else random.choices((1, 2, 3, 4, 6), (68, 18, 7, 4, 3))[0]
    price = in_currency(product.price, currency)
    return OrderItemInput(
        sku=product.sku, name=product.name, quantity=quantity, unitPrice=str(price)
    )


def _total(random: Random, items: list[OrderItemInput], method: str, currency: str) -> Decimal:
    goods = sum((Decimal(item["unitPrice"]) * item["quantity"] for item in items), Decimal(0))
    fee = in_currency(FEES[method], currency)
    if method == "STANDARD" and goods >= in_currency(FREE_DELIVERY_FROM, currency):
        fee -= fee
    discount = goods * Decimal("0.1") if random.random() < 0.08 else Decimal(0)
    return goods + fee - discount.quantize(goods)


def _choose_metadata(random: Random) -> list[MetadatumInput]:
    if random.random() < 0.6:
        return []
    metadata = [MetadatumInput(key="channel", value=random.choice(("web", "app", "phone")))]
    if random.random() < 0.25:
        metadata.append(MetadatumInput(key="giftWrap", value="true"))
    if random.random() < 0.3:
        campaign = random.choice(("NEWSLETTER", "SPRING-SALE", "WELCOME-10"))
        metadata.append(MetadatumInput(key="campaign", value=campaign))
    return metadata
