"""A cell that can mean only one thing is taken, however it is spelt; a spoilt one is refused."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from models.enums import DeliveryMethod
from tests.commands.conftest import RunCommand
from tests.commands.order_files import COLUMNS, build_csv_line, build_json_order, write_json_file
from tests.commands.stored_orders import read_items, read_orders

MORE_COLUMNS = (*COLUMNS, "delivery_method", "address_postal_code", "promised_at")
NIGHT = datetime(2026, 8, 4, 0, 24, 22, tzinfo=UTC)


def write_table(folder: Path, separator: str = ",", **cells: str) -> Path:
    """Write one order, as a program would that quotes every cell."""
    line = {**dict.fromkeys(MORE_COLUMNS, ""), **_usual(), **cells}
    quoted = ['"{}"'.format(line[name].replace('"', '""')) for name in MORE_COLUMNS]
    file = folder / "orders.csv"
    file.write_text(f"{separator.join(MORE_COLUMNS)}\n{separator.join(quoted)}\n")
    return file


def _usual() -> dict[str, str]:
    return dict(zip(COLUMNS, build_csv_line().split(","), strict=True))


TAKEN: dict[str, tuple[dict[str, str], str, Any]] = {
    "an offset without a colon": ({"placed_at": "2026-08-04 05:24:22 +0500"}, "placed_at", NIGHT),
    "an offset beside the time": ({"placed_at": "2026-08-04T05:24:22+0500"}, "placed_at", NIGHT),
    "an offset of hours": ({"placed_at": "2026-08-04 05:24:22+05"}, "placed_at", NIGHT),
    "the basic form": ({"placed_at": "20260804T002422Z"}, "placed_at", NIGHT),
    "UTC by its name": ({"placed_at": "2026-08-04 00:24:22 UTC"}, "placed_at", NIGHT),
    "a method in small letters": (
        {"delivery_method": "same day"},
        "delivery_method",
        DeliveryMethod.SAME_DAY,
    ),
    "a country in English": ({"address_country": "germany"}, "address.country", "DE"),
    "a country's longer code": ({"address_country": "NLD"}, "address.country", "NL"),
    "a country's usual name": ({"address_country": "South Korea"}, "address.country", "KR"),
    "a country's colloquial code": ({"address_country": "UK"}, "address.country", "GB"),
    "a formula around a text": (
        {"address_postal_code": '="00123"'},
        "address.postal_code",
        "00123",
    ),
    "an apostrophe": ({"address_postal_code": "'02138"}, "address.postal_code", "02138"),
    "an apostrophe before a sign": ({"customer_name": "'+49 30"}, "customer.name", "+49 30"),
    "an apostrophe of the name": (
        {"address_city": "'s-Hertogenbosch"},
        "address.city",
        "'s-Hertogenbosch",
    ),
    "a number sign": ({"reference": "#1001"}, "reference", "#1001"),
    "a quantity with zeros": ({"item_quantity": "2.0"}, "item_count", 2),
    "a quantity with four zeros": ({"item_quantity": "2.0000"}, "item_count", 2),
    "a quantity in a formula": ({"item_quantity": '="2"'}, "item_count", 2),
}


@pytest.mark.parametrize("spelling", TAKEN)
def test_an_unambiguous_spelling_is_taken(
    spelling: str, run: RunCommand, tmp_path: Path, database_url: str
) -> None:
    cells, column, value = TAKEN[spelling]

    result = run("import", write_table(tmp_path, **cells), "--rejects", "-")

    assert result.stdout == ""
    assert read_orders(database_url, column) == [(value,)]


ROUNDED = "is a number that a spreadsheet has rounded: its last digits are gone."
ERROR = "is an error of the spreadsheet: its value was not saved."
REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "a rounded reference": ({"reference": "2.0011E+14"}, f"reference: '2.0011E+14' {ROUNDED}"),
    "a rounded article": ({"item_sku": "4,00638E+12"}, f"item_sku: '4,00638E+12' {ROUNDED}"),
    "a price in powers of ten": (
        {"item_unit_price": "1.23E+03"},
        f"item_unit_price: '1.23E+03' {ROUNDED}",
    ),
    "a rounded quantity": ({"item_quantity": "1E+05"}, f"item_quantity: '1E+05' {ROUNDED}"),
    "a rounded postal code": (
        {"address_postal_code": "1.01E+04"},
        f"address_postal_code: '1.01E+04' {ROUNDED}",
    ),
    "an error value": ({"customer_name": "#REF!"}, f"customer_name: '#REF!' {ERROR}"),
    "a German error value": ({"item_name": "#BEZUG!"}, f"item_name: '#BEZUG!' {ERROR}"),
    "a missing value": ({"item_sku": "#N/A"}, f"item_sku: '#N/A' {ERROR}"),
    "a column too narrow": ({"placed_at": "########"}, f"placed_at: '########' {ERROR}"),
    "marks of a program": (
        {"item_unit_price": "1_000"},
        "item_unit_price: '1_000' is not a number: write it like",
    ),
    "other digits": (
        {"item_unit_price": "١٢"},
        "item_unit_price: '١٢' is not a number: write it like",
    ),
    "other digits of a quantity": (
        {"item_quantity": "٢"},
        "item_quantity: '٢' is not a whole number.",
    ),
    "a decimal comma": (
        {"item_unit_price": "9,99"},
        "item_unit_price: '9,99' is not a number: write it like",
    ),
    "a part of a piece": ({"item_quantity": "2.5"}, "item_quantity: '2.5' is not a whole number."),
    "a country that is none": (
        {"address_country": "Atlantis"},
        "address_country: 'Atlantis' is not a country code.",
    ),
    "a time without a zone": (
        {"placed_at": "2026-10-05 08:15:00"},
        "placed_at: '2026-10-05 08:15:00' must be a time like",
    ),
    "a day of a month or a month of a day": (
        {"placed_at": "05/10/2026 08:15"},
        "placed_at: '05/10/2026 08:15' must be a time like 2026-03-01T14:05:00Z or"
        " 2026-03-01T14:05:00+01:00, with its zone, or name its format: `times` in the map of"
        " --columns.",
    ),
}


@pytest.mark.parametrize("spelling", REFUSED)
def test_a_spoilt_or_ambiguous_cell_is_named(
    spelling: str, run: RunCommand, tmp_path: Path, database_url: str
) -> None:
    cells, reason = REFUSED[spelling]

    result = run("import", write_table(tmp_path, **cells))

    assert result.exit_code == 1
    assert reason in (tmp_path / "orders.csv.rejects").read_text()
    assert read_orders(database_url, "reference") == []


AMOUNTS: dict[str, tuple[str, str, int | str]] = {
    "9,99": (";", "", 999),
    "9.99": (";", "", 999),
    "1.234,50": (";", "", 123450),
    "1,234.50": (";", "", 123450),
    "1 234,50": (";", "", 123450),
    "1.000": (";", "", "'1.000' may mean 1000 or 1.000: say --decimal , or --decimal ."),
    "1,000": (";", ",", 100),
    "1.001": (";", ",", 100100),
    "1,234.00": (",", ".", 123400),
    "9,90": (",", ",", 990),
    "9.90": (",", ",", "'9.90' is not an amount like 12,50."),
    "1'234.50": (",", ".", 123450),
}


@pytest.mark.parametrize("text", AMOUNTS)
def test_an_amount_is_taken_if_it_can_mean_only_one(
    text: str, run: RunCommand, tmp_path: Path, database_url: str
) -> None:
    separator, mark, expected = AMOUNTS[text]
    file = write_table(tmp_path, separator, item_unit_price=text)

    run("import", file, *(("--decimal", mark) if mark else ()))

    if isinstance(expected, int):
        assert read_items(database_url) == [("A-1", "MUG", "Mug", 2, expected)]
    else:
        assert f"item_unit_price: {expected}" in (tmp_path / "orders.csv.rejects").read_text()


@pytest.mark.parametrize(
    ("column", "text", "moment"),
    [
        ("placed_at", "2026-03-29 01:30", datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
        ("placed_at", "2026-10-05", datetime(2026, 10, 4, 22, tzinfo=UTC)),
        ("promised_at", "2026-10-05", datetime(2026, 10, 5, 21, 59, 59, tzinfo=UTC)),
        ("promised_at", "2026-10-05T08:00:00Z", datetime(2026, 10, 5, 8, tzinfo=UTC)),
    ],
)
def test_times_without_a_zone_are_those_of_the_zone_that_is_said(
    column: str, text: str, moment: datetime, run: RunCommand, tmp_path: Path, database_url: str
) -> None:
    run("import", write_table(tmp_path, **{column: text}), "--time-zone", "Europe/Berlin")

    assert read_orders(database_url, column) == [(moment,)]


def test_json_takes_the_same_spellings(run: RunCommand, tmp_path: Path, database_url: str) -> None:
    order = build_json_order(
        placedAt="2026-08-04 05:24:22 +0500",
        deliveryMethod="express",
        items=[{"sku": "MUG", "name": "Mug", "quantity": 2.0, "unitPrice": "9.99"}],
        shippingAddress={"line1": "Sample Street 1", "city": "Berlin", "country": "Germany"},
    )

    run("import", write_json_file(tmp_path, order))

    columns = ("placed_at", "delivery_method", "item_count", "address.country")
    assert read_orders(database_url, *columns) == [(NIGHT, DeliveryMethod.EXPRESS, 2, "DE")]
