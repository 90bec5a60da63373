"""The orders that are read from the lines of a CSV file."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from commands.importing.lines import UnreadableFile
from commands.importing.storing import Tally
from models.enums import DeliveryMethod, OrderStatus
from simulator.order_files import COLUMNS as SIMULATED
from simulator.order_files import write_orders
from tests.commands.order_files import (
    COLUMNS,
    ROW,
    build_csv_line,
    import_into,
    read_rejects,
    read_stored_rows,
    write_csv_file,
)
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

NOON = datetime(2026, 3, 1, 14, 5, tzinfo=UTC)
MOSTLY = ("Sample Street 1", "DE", DeliveryMethod.STANDARD, "EUR")


async def test_neighbouring_lines_of_one_reference_are_one_order(
    tracker: Tracker, tmp_path: Path
) -> None:
    file = write_csv_file(
        tmp_path,
        build_csv_line(),
        build_csv_line(item_sku="TEA", item_name='Tea "Earl", black', item_quantity="1"),
        build_csv_line(reference="A-2", customer_name="Customer 2", customer_email=""),
    )

    tally = await import_into(tracker, file)

    assert tally == Tally(new=2, earlier=0, rejected=0)
    assert await read_stored_rows() == {
        "orders": [
            ("A-1", "Customer 1", *MOSTLY, 2997, 3, NOON, None, [], OrderStatus.PENDING),
            ("A-2", "Customer 2", *MOSTLY, 1998, 2, NOON, None, [], OrderStatus.PENDING),
        ],
        "items": [
            ("A-1", 1, "MUG", "Mug", 2, 999),
            ("A-1", 2, "TEA", 'Tea "Earl", black', 1, 999),
            ("A-2", 1, "MUG", "Mug", 2, 999),
        ],
        "customers": [(None, "Customer 1", "customer1@example.com"), (None, "Customer 2", None)],
        "addresses": 2,
        "changes": [("ORDER_CREATED", 1, "import")] * 2,
    }
    assert read_rejects(file) == ""


async def test_all_columns_are_read(tracker: Tracker, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(
        ",".join(SIMULATED) + "\n"
        "key-1,B-1,EXPRESS,eur,12.50,2026-03-01T15:05:00+01:00,2026-03-05T16:00:00Z,"
        "C-1,Customer 1,customer1@example.com,+49 30 1,de-DE,Front desk,Sample Ltd,"
        "Sample Street 1,2nd floor,Berlin,Berlin,10115,de,+49 30 2,52.52,13.4,"
        'MUG,Mug,2,5,"{""channel"":""web"",""gift"":""yes""}"\n'
    )

    tally = await import_into(tracker, file)

    found = await read_stored_rows()
    assert tally == Tally(new=1)
    assert found["orders"] == [
        (
            *("B-1", "Customer 1", "Sample Street 1", "DE", DeliveryMethod.EXPRESS, "EUR"),
            *(1250, 2, NOON, datetime(2026, 3, 5, 16, tzinfo=UTC)),
            [{"key": "channel", "value": "web"}, {"key": "gift", "value": "yes"}],
            OrderStatus.PENDING,
        )
    ]
    assert found["customers"] == [("C-1", "Customer 1", "customer1@example.com")]


async def test_csv_and_json_lines_of_the_same_orders_are_the_same_content(
    tracker: Tracker, tmp_path: Path
) -> None:
    for name in ("orders.csv", "orders.jsonl"):
        write_orders(tmp_path / name, 40, until=NOON)

    first = await import_into(tracker, tmp_path / "orders.csv")
    before = await read_stored_rows()
    second = await import_into(tracker, tmp_path / "orders.jsonl")

    assert first == Tally(new=40)
    assert second == Tally(earlier=40)
    assert await read_stored_rows() == before


async def test_spreadsheets_leave_marks_line_ends_and_empty_lines(
    tracker: Tracker, tmp_path: Path
) -> None:
    file = write_csv_file(tmp_path)
    lines = [",".join(COLUMNS).upper(), "", build_csv_line(), "," * (len(COLUMNS) - 1), "  "]
    file.write_bytes(
        b"\xef\xbb\xbf" + "\r\n".join([*lines, build_csv_line(item_sku="TEA")]).encode()
    )

    assert await import_into(tracker, file) == Tally(new=1)
    assert [item[1:3] for item in (await read_stored_rows())["items"]] == [(1, "MUG"), (2, "TEA")]


async def test_a_cell_may_hold_line_ends(tracker: Tracker, tmp_path: Path) -> None:
    file = write_csv_file(
        tmp_path,
        build_csv_line(address_line1="Sample Street 1\nBack yard"),
        build_csv_line(reference="A-2"),
    )

    assert await import_into(tracker, file) == Tally(new=2)
    assert [order[2] for order in (await read_stored_rows())["orders"]] == [
        "Sample Street 1\nBack yard",
        "Sample Street 1",
    ]


async def test_columns_of_the_order_may_be_empty_after_its_first_line(
    tracker: Tracker, tmp_path: Path
) -> None:
    rest = {name: "" for name in COLUMNS if not name.startswith(("item", "reference"))}

    file = write_csv_file(tmp_path, build_csv_line(), build_csv_line(item_sku="TEA", **rest))

    assert await import_into(tracker, file) == Tally(new=1)


async def test_the_second_line_of_an_order_may_not_contradict_the_first(
    tracker: Tracker, tmp_path: Path
) -> None:
    file = write_csv_file(tmp_path, build_csv_line(), build_csv_line(customer_name="Customer 2"))

    assert await import_into(tracker, file) == Tally(rejected=1)
    reason = "customer_name: Differs between the lines 2 and 3 of the same order."
    assert read_rejects(file) == (
        "line,reason,original\n"
        f'2,{reason},"{build_csv_line()}"\n'
        f'3,{reason},"{build_csv_line(customer_name="Customer 2")}"\n'
    )


async def test_missing_columns_are_named_before_anything_is_stored(
    tracker: Tracker, tmp_path: Path
) -> None:
    columns = ("customer_name", "address_line1", "address_city", "item_sku", "item_quantity")

    with pytest.raises(UnreadableFile) as refusal:
        await import_into(tracker, write_csv_file(tmp_path, columns=columns))

    assert str(refusal.value) == (
        "Its first line must name the columns; these are missing:"
        " idempotency_key or reference, address_country, item_name."
        " If it names them otherwise, say with --columns which column is which."
    )


async def test_unknown_columns_are_reported_once_and_left_out(
    tracker: Tracker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = (*COLUMNS, "colour")
    lines = [f"{build_csv_line(reference=name)},red" for name in ("A-1", "A-2")]

    tally = await import_into(tracker, write_csv_file(tmp_path, *lines, columns=columns))

    assert tally == Tally(new=2)
    assert capsys.readouterr().err == "Warning: Unknown columns are left out: colour.\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "It is empty: its first line must name the columns."),
        (
            b"PK\x03\x04...",
            "It is an Excel or OpenDocument workbook: save or export the orders as CSV (UTF-8).",
        ),
        (b"<html>", "It is HTML or XML: save or export the orders as CSV (UTF-8)."),
        (b"reference,Reference\n", "Columns stand twice: reference."),
        (
            b"reference,customer_name,address_line1,address_city,address_country,"
            b"item_sku,item_name,item_quantity,unit_price\n",
            "It has no column item_unit_price, but one unit_price: rename that, or take it out.",
        ),
        ("é,".encode() + b"\xff\n", "Its first line: The line is not UTF-8: byte 4 is 0xff."),
    ],
)
async def test_a_file_that_is_no_table_is_refused(
    content: bytes, message: str, tracker: Tracker, tmp_path: Path
) -> None:
    file = tmp_path / "orders.csv"
    file.write_bytes(content)

    with pytest.raises(UnreadableFile) as refusal:
        await import_into(tracker, file)

    assert str(refusal.value) == message


async def test_an_order_of_too_many_lines_is_rejected_line_by_line(
    tracker: Tracker, tmp_path: Path
) -> None:
    lines = [build_csv_line()] * 203
    file = write_csv_file(tmp_path, *lines, build_csv_line(reference="A-2"))

    tally = await import_into(tracker, file)

    assert tally.new == 1
    assert [order[0] for order in (await read_stored_rows())["orders"]] == ["A-2"]
    assert read_rejects(file).count("An order has at most 200 items.") == 203
    assert ROW["reference"] in read_rejects(file)
