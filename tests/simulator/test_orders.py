import csv
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import orjson
import pytest

from simulator.atlas import CITIES, HUBS, WAREHOUSES
from simulator.catalogue import BULKY, SMALL
from simulator.countries import COUNTRIES, CURRENCIES
from simulator.order_files import COLUMNS, write_orders
from simulator.orders import generate_orders

MONDAY, SATURDAY = 0, 5
CREATE_FIELDS = {
    "idempotencyKey",
    "reference",
    "customer",
    "shippingAddress",
    "deliveryMethod",
    "items",
    "currency",
    "total",
    "placedAt",
    "promisedAt",
    "metadata",
}
ADDRESS_FIELDS = {
    "name",
    "company",
    "line1",
    "line2",
    "city",
    "region",
    "postalCode",
    "country",
    "phone",
    "latitude",
    "longitude",
}


def test_the_same_seed_gives_the_same_orders(now):
    first = list(generate_orders(200, seed=7, until=now))
    second = list(generate_orders(200, seed=7, until=now))

    assert first == second


def test_another_seed_gives_other_orders(now):
    first = list(generate_orders(20, seed=7, until=now))
    second = list(generate_orders(20, seed=8, until=now))

    assert [order["placedAt"] for order in first] != [order["placedAt"] for order in second]


def test_an_order_has_exactly_the_fields_of_the_api(orders):
    for order in orders:
        assert set(order) | {"metadata"} == CREATE_FIELDS
        assert set(order["customer"]) == {"externalId", "name", "email", "phone", "locale"}
        assert set(order["shippingAddress"]) == ADDRESS_FIELDS
        for item in order["items"]:
            assert set(item) == {"sku", "name", "quantity", "unitPrice"}
        for entry in order.get("metadata", []):
            assert set(entry) == {"key", "value"}


def test_references_and_idempotency_keys_are_unique(orders):
    assert len({order["reference"] for order in orders}) == len(orders)
    assert len({order["idempotencyKey"] for order in orders}) == len(orders)
    assert orders[122]["reference"] == f"WEB-{orders[122]['placedAt'][:4]}-000123"


def test_every_order_has_one_to_six_lines_and_whole_quantities(orders):
    assert {len(order["items"]) for order in orders} == {1, 2, 3, 4, 5, 6}
    assert all(item["quantity"] >= 1 for order in orders for item in order["items"])


def test_orders_are_placed_within_the_days_oldest_first(orders, now):
    times = [datetime.fromisoformat(order["placedAt"]) for order in orders]

    assert times == sorted(times)
    assert now - timedelta(days=90) <= times[0]
    assert times[-1] < now
    assert times[-1] - times[0] > timedelta(days=88)


def test_the_orders_of_a_week_begin_with_the_busiest_day_and_are_fewest_on_saturday(now):
    orders = generate_orders(3000, seed=7, until=now, days=84)
    placed = Counter(datetime.fromisoformat(order["placedAt"]).weekday() for order in orders)

    assert max(placed, key=placed.__getitem__) == MONDAY
    assert min(placed, key=placed.__getitem__) == SATURDAY
    assert placed[SATURDAY] * 3 < placed[MONDAY] * 2


def test_every_order_is_promised_after_it_was_placed(orders):
    for order in orders:
        assert datetime.fromisoformat(order["promisedAt"]) > datetime.fromisoformat(
            order["placedAt"]
        )


def test_every_delivery_method_and_many_countries_and_currencies_occur(orders):
    assert {order["deliveryMethod"] for order in orders} == {
        "STANDARD",
        "EXPRESS",
        "SAME_DAY",
        "PICKUP",
        "FREIGHT",
    }
    assert {order["shippingAddress"]["country"] for order in orders} == set(COUNTRIES)
    assert {order["currency"] for order in orders} == set(CURRENCIES)
    assert {"metadata" in order for order in orders} == {True, False}


def test_the_total_is_text_exact_and_in_the_currency_s_smallest_unit(orders):
    for order in orders:
        goods = sum(Decimal(item["unitPrice"]) * item["quantity"] for item in order["items"])
        step = CURRENCIES[order["currency"]].step
        assert isinstance(order["total"], str)
        assert Decimal(order["total"]) % step == 0
        assert Decimal(order["total"]) >= goods * Decimal("0.89")


def test_a_customer_who_comes_back_is_the_same_person(orders):
    persons: dict[str, object] = {}
    for order in orders:
        known = persons.setdefault(order["customer"]["externalId"], order["customer"])
        assert known == order["customer"]
    assert len(persons) < len(orders)


def test_customers_are_plainly_made_up(orders):
    for order in orders:
        customer = order["customer"]
        assert customer["name"] == f"Customer {customer['externalId'].removeprefix('CUST-')}"
        assert customer["email"].partition("@")[2] in {"example.com", "example.org", "example.net"}


def test_an_address_is_a_city_of_the_atlas(orders):
    known = {(place.country, place.city, place.postal_code) for place in CITIES}
    for order in orders:
        address = order["shippingAddress"]
        assert (address["country"], address["city"], address["postalCode"]) in known


def test_every_place_has_a_zone_and_lies_on_the_map():
    for place in (*CITIES, *HUBS, *WAREHOUSES):
        assert ZoneInfo(place.zone).key == place.zone
        assert place.latitude is not None
        assert place.longitude is not None
        assert -90 <= place.latitude <= 90
        assert -180 <= place.longitude <= 180
    assert {place.country for place in CITIES} == set(COUNTRIES)


def test_the_catalogue_has_no_sku_twice():
    products = (*SMALL, *BULKY)
    assert len({product.sku for product in products}) == len(products)
    assert len(products) == 62


def test_json_lines_has_one_order_on_each_line(tmp_path, now):
    path = tmp_path / "orders.jsonl"

    write_orders(path, 50, seed=3, until=now)

    lines = path.read_bytes().splitlines()
    assert [orjson.loads(line) for line in lines] == list(generate_orders(50, seed=3, until=now))


def test_csv_has_one_item_on_each_row(tmp_path, now):
    path = tmp_path / "orders.csv"

    write_orders(path, 50, seed=3, until=now)

    orders = list(generate_orders(50, seed=3, until=now))
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert [row["item_sku"] for row in rows] == [
        item["sku"] for order in orders for item in order["items"]
    ]
    assert rows[0]["reference"] == orders[0]["reference"]
    assert rows[0]["address_postal_code"] == (orders[0]["shippingAddress"]["postalCode"] or "")


@pytest.mark.parametrize("days", [1, 7])
def test_days_limits_how_far_back_orders_go(now, days):
    oldest = next(iter(generate_orders(100, seed=1, until=now, days=days)))

    assert datetime.fromisoformat(oldest["placedAt"]) >= now - timedelta(days=days)
