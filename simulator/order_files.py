"""Files of orders that `whereabouts import` reads, in JSON Lines or CSV."""

import csv
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import orjson

from simulator.orders import DAYS, OrderCreateInput, generate_orders

CUSTOMER_COLUMNS = {
    "customer_external_id": "externalId",
    "customer_name": "name",
    "customer_email": "email",
    "customer_phone": "phone",
    "customer_locale": "locale",
}
ADDRESS_COLUMNS = {
    "address_name": "name",
    "address_company": "company",
    "address_line1": "line1",
    "address_line2": "line2",
    "address_city": "city",
    "address_region": "region",
    "address_postal_code": "postalCode",
    "address_country": "country",
    "address_phone": "phone",
    "address_latitude": "latitude",
    "address_longitude": "longitude",
}
ORDER_COLUMNS = {
    "idempotency_key": "idempotencyKey",
    "reference": "reference",
    "delivery_method": "deliveryMethod",
    "currency": "currency",
    "total": "total",
    "placed_at": "placedAt",
    "promised_at": "promisedAt",
}
ITEM_COLUMNS = {
    "item_sku": "sku",
    "item_name": "name",
    "item_quantity": "quantity",
    "item_unit_price": "unitPrice",
}
COLUMNS = (*ORDER_COLUMNS, *CUSTOMER_COLUMNS, *ADDRESS_COLUMNS, *ITEM_COLUMNS, "metadata")


def write_orders(
    path: Path | str,
    count: int,
    *,
    seed: int = 7,
    days: int = DAYS,
    until: datetime | None = None,
) -> None:
    """Write `count` orders of the `days` before `until`, which is now if left out.

    The format is CSV if the name ends in .csv, else JSON Lines; `-` is standard output.
    """
    orders = generate_orders(count, seed=seed, until=until or datetime.now(UTC), days=days)
    with _opened(path) as file:
        if str(path).endswith(".csv"):
            write_csv(file, orders)
        else:
            write_json_lines(file, orders)


def write_json_lines(file: TextIO, orders: Iterable[OrderCreateInput]) -> None:
    """Write one order on each line."""
    for order in orders:
        file.write(orjson.dumps(order).decode() + "\n")


def write_csv(file: TextIO, orders: Iterable[OrderCreateInput]) -> None:
    """Write one item on each row; the rows of an order stand together and repeat its columns."""
    table = csv.writer(file, lineterminator="\n")
    table.writerow(COLUMNS)
    for order in orders:
        table.writerows(_rows(order))


@contextmanager
def _opened(path: Path | str) -> Iterator[TextIO]:
    if str(path) == "-":
        yield sys.stdout
        return
    with open(path, "w", encoding="utf-8", newline="") as file:
        yield file


def _rows(order: OrderCreateInput) -> Iterator[list[object]]:
    metadata = {entry["key"]: entry["value"] for entry in order.get("metadata", [])}
    before = [
        *_pick(order, ORDER_COLUMNS),
        *_pick(order["customer"], CUSTOMER_COLUMNS),
        *_pick(order["shippingAddress"], ADDRESS_COLUMNS),
    ]
    for item in order["items"]:
        cell = orjson.dumps(metadata).decode() if metadata else None
        yield [*before, *_pick(item, ITEM_COLUMNS), cell]


def _pick(values: Mapping[str, object], columns: dict[str, str]) -> list[object]:
    return [values[field] for field in columns.values()]
