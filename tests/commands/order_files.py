"""Builders of import files as shops write them, and what an import has stored."""

import csv
import io
from pathlib import Path
from typing import Any

import orjson

from commands.import_orders import import_orders
from commands.importing.storing import Tally
from models.changes import Change
from models.customers import Customer
from models.orders import Address, Order, OrderItem
from unit_of_work.unit_of_work import Tracker

COLUMNS = (
    "reference",
    "customer_name",
    "customer_email",
    "address_line1",
    "address_city",
    "address_country",
    "item_sku",
    "item_name",
    "item_quantity",
    "item_unit_price",
    "placed_at",
    "currency",
)
ROW = {
    "reference": "A-1",
    "customer_name": "Customer 1",
    "customer_email": "customer1@example.com",
    "address_line1": "Sample Street 1",
    "address_city": "Berlin",
    "address_country": "DE",
    "item_sku": "MUG",
    "item_name": "Mug",
    "item_quantity": "2",
    "item_unit_price": "9.99",
    "placed_at": "2026-03-01T14:05:00Z",
    "currency": "EUR",
}


def build_csv_line(**cells: str) -> str:
    """A line with `COLUMNS`, without the end of the line."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([{**ROW, **cells}[name] for name in COLUMNS])
    return text.getvalue().removesuffix("\n")


def write_csv_file(folder: Path, *lines: str, columns: tuple[str, ...] = COLUMNS) -> Path:
    file = folder / "orders.csv"
    file.write_text("\n".join([",".join(columns), *lines, ""]))
    return file


def build_json_order(**values: Any) -> dict[str, Any]:
    return {
        "reference": "A-1",
        "customer": {"name": "Customer 1", "email": "customer1@example.com"},
        "shippingAddress": {"line1": "Sample Street 1", "city": "Berlin", "country": "DE"},
        "items": [{"sku": "MUG", "name": "Mug", "quantity": 2, "unitPrice": "9.99"}],
        "placedAt": "2026-03-01T14:05:00Z",
        "currency": "EUR",
        **values,
    }


def write_json_file(folder: Path, *lines: str | dict[str, Any]) -> Path:
    file = folder / "orders.jsonl"
    texts = [line if isinstance(line, str) else orjson.dumps(line).decode() for line in lines]
    file.write_text("\n".join([*texts, ""]))
    return file


async def import_into(tracker: Tracker, file: Path, **options: Any) -> Tally:
    return await import_orders(tracker, file, **options)


def read_rejects(file: Path) -> str:
    path = Path(f"{file}.rejects")
    return path.read_text() if path.exists() else ""


async def read_stored_rows() -> dict[str, Any]:
    """All that an import stores, except what differs between two runs: ids and times."""
    orders = await Order.all().order_by("reference").prefetch_related("customer", "address")
    return {
        "orders": [_order_values(order) for order in orders],
        "items": [
            (
                item.order.reference,
                item.line,
                item.sku,
                item.name,
                item.quantity,
                item.unit_price_minor,
            )
            for item in await OrderItem.all().order_by("order_id", "line").select_related("order")
        ],
        "customers": sorted(await Customer.all().values_list("external_id", "name", "email")),
        "addresses": await Address.all().count(),
        "changes": sorted(await Change.all().values_list("kind", "sequence", "actor")),
    }


def _order_values(order: Order) -> tuple[Any, ...]:
    return (
        order.reference,
        order.customer.name,
        order.address.line1,
        order.address.country,
        order.delivery_method,
        order.currency,
        order.total_minor,
        order.item_count,
        order.placed_at,
        order.promised_at,
        order.metadata,
        order.status,
    )
