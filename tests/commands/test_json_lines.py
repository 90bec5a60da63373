"""The orders that are read from the lines of a JSON Lines file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from commands.importing.storing import Tally
from models.enums import DeliveryMethod, OrderStatus
from tests.commands.order_files import (
    build_json_order,
    import_into,
    read_rejects,
    read_stored_rows,
    write_json_file,
)
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")


async def test_a_line_is_an_order(tracker: Tracker, tmp_path: Path) -> None:
    order = build_json_order(
        deliveryMethod="PICKUP",
        total="25.00",
        promisedAt="2026-03-05T16:00:00+01:00",
        metadata=[{"key": "channel", "value": "web"}],
    )
    order["customer"] |= {"externalId": "C-1", "phone": None}
    order["items"].append({"sku": "TEA", "name": "Tea", "quantity": 1})

    file = write_json_file(tmp_path, order, "")

    assert await import_into(tracker, file) == Tally(new=1)
    assert await read_stored_rows() == {
        "orders": [
            (
                *("A-1", "Customer 1", "Sample Street 1", "DE", DeliveryMethod.PICKUP, "EUR"),
                *(2500, 3, datetime(2026, 3, 1, 14, 5, tzinfo=UTC)),
                datetime(2026, 3, 5, 15, tzinfo=UTC),
                [{"key": "channel", "value": "web"}],
                OrderStatus.PENDING,
            )
        ],
        "items": [("A-1", 1, "MUG", "Mug", 2, 999), ("A-1", 2, "TEA", "Tea", 1, None)],
        "customers": [("C-1", "Customer 1", "customer1@example.com")],
        "addresses": 1,
        "changes": [("ORDER_CREATED", 1, "import")],
    }
    assert read_rejects(file) == ""


ITEM = {"sku": "MUG", "name": "Mug", "quantity": 2}


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        (build_json_order(giftWrap=True), "unknown field giftWrap"),
        (build_json_order(items=[ITEM, {**ITEM, "colour": 1}]), "items.1: unknown field colour"),
        (build_json_order(reference=17), "reference: 17 must be text."),
        (build_json_order(customer=None), "customer: Is missing."),
        (build_json_order(customer={}), "customer.name: Is missing."),
        (build_json_order(customer="Customer 1"), "customer: 'Customer 1' is not a JSON object."),
        (build_json_order(items={}), "items: Send at least one item."),
        (build_json_order(items=ITEM["sku"]), "items: 'MUG' is not a JSON list."),
        (
            build_json_order(items=[{**ITEM, "quantity": "2"}]),
            "items.0.quantity: '2' is not a whole number.",
        ),
        (
            build_json_order(items=[{**ITEM, "unitPrice": 9.99}]),
            'items.0.unitPrice: 9.99 must be exact: write it as a string, like "12.50".',
        ),
        (
            build_json_order(items=[{**ITEM, "unitPrice": "9.999"}]),
            "items.0.unitPrice: The amount has more decimals than EUR (2).",
        ),
        (
            build_json_order(placedAt="2026-03-01T14:05:00"),
            "placedAt: '2026-03-01T14:05:00' must be a time like 2026-03-01T14:05:00Z or"
            " 2026-03-01T14:05:00+01:00, with its zone, or say --time-zone.",
        ),
        (
            build_json_order(placedAt="1970-01-01T00:00:00Z"),
            "placedAt: 1970-01-01T00:00:00+00:00 lies outside the times that are kept: give one"
            " from 2000-01-01 to 2099-12-31, in UTC.",
        ),
        (
            build_json_order(promisedAt="9999-12-31T23:59:59-14:00"),
            "promisedAt: 9999-12-31T23:59:59-14:00 lies outside the times that are kept: give one"
            " from 2000-01-01 to 2099-12-31, in UTC.",
        ),
        (
            build_json_order(items=[{**ITEM, "unitPrice": "10000000000.01"}]),
            "items.0.unitPrice: The amount must be at most 10000000000.00 EUR.",
        ),
        (
            build_json_order(items=[{**ITEM, "unitPrice": "10000000000"}]),
            "items.0: Costs 20000000000.00 in all, and must cost at most 10000000000.00 EUR: check"
            " quantity and unitPrice.",
        ),
        (
            build_json_order(deliveryMethod="TELEPORT"),
            "deliveryMethod: 'TELEPORT' is not one of"
            " STANDARD, EXPRESS, SAME_DAY, PICKUP, FREIGHT.",
        ),
        (
            build_json_order(reference=None),
            "Has neither an idempotency key nor a reference: give one, or importing the file"
            " again would create the order again.",
        ),
    ],
)
async def test_errors_name_their_path(
    order: dict[str, Any], reason: str, tracker: Tracker, tmp_path: Path
) -> None:
    file = write_json_file(tmp_path, order)

    assert await import_into(tracker, file) == Tally(rejected=1)

    original = orjson.dumps(order).decode()
    assert orjson.loads(read_rejects(file)) == {"line": 1, "reason": reason, "original": original}
    assert (await read_stored_rows())["changes"] == []


async def test_a_long_reference_is_an_identity_too(tracker: Tracker, tmp_path: Path) -> None:
    file = write_json_file(tmp_path, build_json_order(reference="R" * 200))

    assert await import_into(tracker, file) == Tally(new=1)
    assert await import_into(tracker, file) == Tally(earlier=1)
