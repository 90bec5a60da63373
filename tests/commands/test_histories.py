"""Columns of what became of an order make finished orders."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.enums import OrderStatus, ShipmentStatus, TimePrecision, TrackingEventType
from tests.commands.conftest import RunCommand
from tests.commands.order_files import (
    COLUMNS,
    build_csv_line,
    build_json_order,
    write_csv_file,
    write_json_file,
)
from tests.commands.stored_orders import count_changes, read_events, read_orders, read_shipments

HISTORY = ("shipped_at", "carrier", "tracking_number", "delivered_at", "cancelled_at")
SHIPPED, DELIVERED = "2026-03-02T10:00:00Z", "2026-03-04T12:30:00Z"
AT_SHIPPING, AT_DELIVERY = (
    datetime(2026, 3, 2, 10, tzinfo=UTC),
    datetime(2026, 3, 4, 12, 30, tzinfo=UTC),
)
MADE = ("status", "confirmed_at", "shipped_at", "delivered_at", "cancelled_at")
PLACED = datetime(2026, 3, 1, 14, 5, tzinfo=UTC)


def write_history(folder: Path, *histories: tuple[str, ...]) -> Path:
    lines = [
        f"{build_csv_line(reference=f'H-{number}')},{','.join(history)}"
        for number, history in enumerate(histories, start=1)
    ]
    return write_csv_file(folder, *lines, columns=(*COLUMNS, *HISTORY))


def test_a_delivered_order(run: RunCommand, tmp_path: Path, database_url: str) -> None:
    file = write_history(tmp_path, (SHIPPED, "DHL Express", "JD 0001", DELIVERED, ""))

    result = run("import", file)

    assert result.stderr == "1 order: 1 new, 0 already there, 0 rejected.\n"
    assert read_orders(database_url, *MADE) == [
        (OrderStatus.DELIVERED, PLACED, AT_SHIPPING, AT_DELIVERY, None)
    ]
    assert read_shipments(database_url) == [
        ("H-1", "dhl_express", "JD 0001", ShipmentStatus.DELIVERED, AT_SHIPPING)
    ]
    assert read_events(database_url) == [
        (TrackingEventType.PICKED_UP, AT_SHIPPING, TimePrecision.SECOND),
        (TrackingEventType.DELIVERED, AT_DELIVERY, TimePrecision.SECOND),
    ]


def test_an_order_that_is_on_its_way(run: RunCommand, tmp_path: Path, database_url: str) -> None:
    run("import", write_history(tmp_path, (SHIPPED, "ups", "1Z1", "", "")))

    assert read_orders(database_url, *MADE) == [
        (OrderStatus.SHIPPED, PLACED, AT_SHIPPING, None, None)
    ]
    assert read_shipments(database_url) == [
        ("H-1", "ups", "1Z1", ShipmentStatus.IN_TRANSIT, AT_SHIPPING)
    ]


def test_an_order_that_was_cancelled(run: RunCommand, tmp_path: Path, database_url: str) -> None:
    run("import", write_history(tmp_path, ("", "", "", "", "2026-03-01T18:00:00Z")))

    at = datetime(2026, 3, 1, 18, tzinfo=UTC)
    assert read_orders(database_url, *MADE) == [(OrderStatus.CANCELLED, None, None, None, at)]


def test_an_order_with_a_label(run: RunCommand, tmp_path: Path, database_url: str) -> None:
    run("import", write_history(tmp_path, ("", "ups", "1Z1", "", "")))

    assert read_orders(database_url, "status") == [(OrderStatus.PACKED,)]
    assert [row[:4] for row in read_shipments(database_url)] == [
        ("H-1", "ups", "1Z1", ShipmentStatus.PRE_TRANSIT)
    ]


def test_days_without_a_time_and_without_a_carrier(
    run: RunCommand, tmp_path: Path, database_url: str
) -> None:
    file = write_history(tmp_path, ("2026-03-01", "", "", "2026-03-02", ""))

    run("import", file, "--time-zone", "Europe/Berlin")

    assert read_orders(database_url, "status") == [(OrderStatus.DELIVERED,)]
    assert read_events(database_url) == [
        (TrackingEventType.PICKED_UP, datetime(2026, 2, 28, 23, tzinfo=UTC), TimePrecision.DAY),
        (TrackingEventType.DELIVERED, datetime(2026, 3, 1, 23, tzinfo=UTC), TimePrecision.DAY),
    ]
    assert read_shipments(database_url) == [("H-1", None, None, ShipmentStatus.DELIVERED, None)]


def test_empty_columns_leave_an_order_as_it_is(
    run: RunCommand, tmp_path: Path, database_url: str
) -> None:
    run("import", write_history(tmp_path, ("", "", "", "", "")))

    assert read_orders(database_url, *MADE) == [(OrderStatus.PENDING, None, None, None, None)]


def test_a_second_import_changes_nothing(
    run: RunCommand, tmp_path: Path, database_url: str
) -> None:
    file = write_history(
        tmp_path,
        (SHIPPED, "ups", "1Z1", DELIVERED, ""),
        (SHIPPED, "ups", "1Z2", "", ""),
        ("", "ups", "1Z3", "", ""),
        ("", "", "", "", SHIPPED),
    )
    run("import", file)
    changes = count_changes(database_url)

    result = run("import", file)

    assert result.stderr == "4 orders: 0 new, 4 already there, 0 rejected.\n"
    assert count_changes(database_url) == changes


def test_a_later_import_adds_what_has_happened_since(
    run: RunCommand, tmp_path: Path, database_url: str
) -> None:
    run("import", write_history(tmp_path, ("", "", "", "", "")))
    run("import", write_history(tmp_path, (SHIPPED, "ups", "1Z1", "", "")))

    result = run("import", write_history(tmp_path, (SHIPPED, "ups", "1Z1", DELIVERED, "")))

    assert result.stderr == "1 order: 0 new, 1 already there, 0 rejected.\n"
    assert read_orders(database_url, "status", "delivered_at") == [
        (OrderStatus.DELIVERED, AT_DELIVERY)
    ]
    assert len(read_shipments(database_url)) == 1


def test_several_delivered_orders_may_have_been_in_one_box(
    run: RunCommand, tmp_path: Path, database_url: str
) -> None:
    box = (SHIPPED, "ups", "1Z1", DELIVERED, "")

    result = run("import", write_history(tmp_path, box, box))

    assert result.stderr == "2 orders: 2 new, 0 already there, 0 rejected.\n"
    assert read_orders(database_url, "status") == [(OrderStatus.DELIVERED,)] * 2


IMPOSSIBLE: dict[tuple[str, ...], str] = {
    (SHIPPED, "ups", "1Z1", "2026-03-01T10:00:00Z", ""): (
        "delivered_at: Lies before the order was shipped."
    ),
    (SHIPPED, "", "1Z1", "", ""): "carrier: Is missing beside the tracking number.",
    (SHIPPED, "U P S!", "1Z1", "", ""): "carrier: 'U P S!' is not a carrier code.",
    ("2098-01-01T00:00:00Z", "ups", "1Z1", "", ""): "shipped_at: Lies in the future.",
    (SHIPPED, "ups", "1.23E+11", "", ""): "tracking_number: '1.23E+11' is a number that a",
    (SHIPPED, "ups", "1Z1", "", DELIVERED): (
        "cancelled_at: An order that has a shipment cannot be cancelled as a whole"
    ),
}


@pytest.mark.parametrize("history", IMPOSSIBLE)
def test_a_history_that_cannot_be_is_refused_with_its_order(
    history: tuple[str, ...], run: RunCommand, tmp_path: Path, database_url: str
) -> None:
    file = write_history(tmp_path, history)

    result = run("import", file)

    assert result.exit_code == 1
    assert IMPOSSIBLE[history] in Path(f"{file}.rejects").read_text()
    assert read_orders(database_url, "reference") == []


def test_json_may_tell_the_history_too(run: RunCommand, tmp_path: Path, database_url: str) -> None:
    order = build_json_order(
        shippedAt=SHIPPED, carrier="ups", trackingNumber="1Z1", deliveredAt=DELIVERED
    )

    run("import", write_json_file(tmp_path, order))

    assert read_orders(database_url, *MADE) == [
        (OrderStatus.DELIVERED, PLACED, AT_SHIPPING, AT_DELIVERY, None)
    ]


SHIPPED_APART = """Sale Date,Item Name,Buyer,Quantity,Price,Currency,Date Shipped,Ship Name,Ship Address1,Ship City,Ship Zipcode,Ship Country,Order ID,SKU
03/01/26,Card,buyer_1,2,5.00,USD,03/02/26,Customer 1,1 Sample Street,Boston,02138,United States,3001,CARD
03/01/26,Sticker,buyer_1,1,3.00,USD,03/04/26,Customer 1,1 Sample Street,Boston,02138,United States,3001,STICKER
03/01/26,Print,buyer_1,1,8.00,USD,,Customer 1,1 Sample Street,Boston,02138,United States,3001,PRINT
"""  # noqa: E501


def test_items_that_were_shipped_apart_have_shipments_of_their_own(
    run: RunCommand, tmp_path: Path, database_url: str
) -> None:
    file = tmp_path / "etsy.csv"
    file.write_text(SHIPPED_APART)

    first, second = (run("import", file, "--time-zone", "UTC") for _ in range(2))

    assert first.stderr.endswith("1 order: 1 new, 0 already there, 0 rejected.\n")
    assert second.stderr.endswith("1 order: 0 new, 1 already there, 0 rejected.\n")
    assert read_orders(database_url, "status") == [(OrderStatus.PARTIALLY_SHIPPED,)]
    assert [status for _, _, _, status, _ in read_shipments(database_url)] == (
        [ShipmentStatus.IN_TRANSIT] * 2
    )
    assert [
        (occurred_at.day, precision) for _, occurred_at, precision in read_events(database_url)
    ] == [
        (2, TimePrecision.DAY),
        (4, TimePrecision.DAY),
    ]
