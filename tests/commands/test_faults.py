"""All faults of an order are told at once, each with its column and line."""

from pathlib import Path

import orjson
import pytest

from commands.importing.storing import Tally
from tests.commands.order_files import (
    COLUMNS,
    build_csv_line,
    build_json_order,
    import_into,
    read_rejects,
    write_csv_file,
    write_json_file,
)
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

NO_TIME = (
    "must be a time like 2026-03-01T14:05:00Z or 2026-03-01T14:05:00+01:00, with its zone, or say"
    " --time-zone."
)


async def test_all_faults_of_a_line_are_told(tracker: Tracker, tmp_path: Path) -> None:
    line = build_csv_line(
        customer_name="",
        customer_email="nobody",
        address_country="Atlantis",
        item_quantity="two",
        item_unit_price="9.999",
        placed_at="2026-03-01",
    )

    tally = await import_into(tracker, write_csv_file(tmp_path, line))

    assert tally == Tally(rejected=1)
    reason = (
        f"placed_at: '2026-03-01' {NO_TIME} customer_name: Is missing."
        " item_quantity: 'two' is not a whole number."
        " address_country: 'Atlantis' is not a country code. Send an ISO 3166 code like DE."
        " customer_email: This is not an e-mail address. An email address must have an @-sign."
        " item_unit_price: The amount has more decimals than EUR (2)."
    )
    assert read_rejects(tmp_path / "orders.csv") == (
        f'line,reason,original\n2,"{reason}","{line}"\n'
    )


async def test_the_faults_of_all_lines_of_an_order_are_told(
    tracker: Tracker, tmp_path: Path
) -> None:
    lines = [
        build_csv_line(item_quantity="0"),
        build_csv_line(item_sku="", item_unit_price="-1"),
        build_csv_line(customer_name="Customer 2", item_quantity="#N/A"),
    ]

    await import_into(tracker, write_csv_file(tmp_path, *lines))

    reason = (
        "customer_name: Differs between the lines 2 and 4 of the same order."
        " item 2 (line 3), item_sku: Is missing."
        " item 3 (line 4), item_quantity: '#N/A' is an error of the spreadsheet: its value was not"
        " saved. Mend the cell and save the file again."
        " item 1 (line 2), item_quantity: Send a quantity from 1 to 1000000."
        " item 2 (line 3), item_unit_price: The amount must be zero or more."
    )
    assert read_rejects(tmp_path / "orders.csv").count(f'"{reason}"') == 3


async def test_a_wrong_currency_says_nothing_of_its_amounts(
    tracker: Tracker, tmp_path: Path
) -> None:
    line = build_csv_line(currency="EURO", item_unit_price="9.999", item_name="x" * 300)

    await import_into(tracker, write_csv_file(tmp_path, line))

    assert (
        "2,currency: 'EURO' is not a currency code. Send an ISO 4217 code like EUR."
        " item_name: Has 300 characters; at most 200 are kept.,"
        in read_rejects(tmp_path / "orders.csv")
    )


async def test_a_line_with_ten_thousand_faults_is_told_shortly(
    tracker: Tracker, tmp_path: Path
) -> None:
    lines = [build_csv_line(item_quantity="0") for _ in range(200)]

    await import_into(tracker, write_csv_file(tmp_path, *lines))

    (first, *_) = read_rejects(tmp_path / "orders.csv").splitlines()[1:]
    assert first.count("Send a quantity from 1 to 1000000.") == 25


async def test_a_coordinate_out_of_range_is_told_by_its_column(
    tracker: Tracker, tmp_path: Path
) -> None:
    columns = (*COLUMNS, "address_latitude", "address_longitude")
    file = write_csv_file(tmp_path, f"{build_csv_line()},91,-180.5", columns=columns)

    assert await import_into(tracker, file) == Tally(rejected=1)

    reason = (
        "address_latitude: Send a latitude from -90 to 90."
        " address_longitude: Send a longitude from -180 to 180."
    )
    assert (
        read_rejects(file) == f'line,reason,original\n2,{reason},"{build_csv_line()},91,-180.5"\n'
    )


@pytest.mark.parametrize("text", ["nan", "inf", "1e3"])
async def test_a_coordinate_that_is_not_a_number_is_told_by_its_column(
    tracker: Tracker, tmp_path: Path, text: str
) -> None:
    columns = (*COLUMNS, "address_latitude", "address_longitude")
    file = write_csv_file(tmp_path, f"{build_csv_line()},{text},0", columns=columns)

    await import_into(tracker, file)

    assert f"address_latitude: {text!r} is not a number." in read_rejects(file)


async def test_a_coordinate_of_a_json_order_is_told_by_its_field(
    tracker: Tracker, tmp_path: Path
) -> None:
    address = build_json_order()["shippingAddress"] | {"latitude": 0, "longitude": 181}

    await import_into(tracker, write_json_file(tmp_path, build_json_order(shippingAddress=address)))

    assert orjson.loads(read_rejects(tmp_path / "orders.jsonl"))["reason"] == (
        "shippingAddress.longitude: Send a longitude from -180 to 180."
    )


async def test_all_faults_of_a_json_order_are_told(tracker: Tracker, tmp_path: Path) -> None:
    order = build_json_order(
        giftWrap=True,
        reference=17,
        customer={"email": 5},
        items=[{"sku": "MUG", "quantity": "2"}, 3],
        currency="EURO",
        metadata=[{"key": "a", "value": ""}],
        shippedAt="soon",
    )

    await import_into(tracker, write_json_file(tmp_path, order))

    assert orjson.loads(read_rejects(tmp_path / "orders.jsonl"))["reason"] == (
        "unknown field giftWrap reference: 17 must be text. customer.name: Is missing."
        " customer.email: 5 must be text. items.0.name: Is missing."
        " items.0.quantity: '2' is not a whole number. items.1: 3 is not a JSON object."
        " shippedAt: 'soon' must be a time like 2026-03-01T14:05:00Z or"
        " 2026-03-01T14:05:00+01:00, with its zone."
        " currency: 'EURO' is not a currency code. Send an ISO 4217 code like EUR."
        " metadata.0.value: Must not be empty."
    )
