"""Any CSV file is imported by a map of its columns."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.commands.conftest import RunCommand
from tests.commands.stored_orders import read_items, read_orders

TABLE = """Bestellung;Datum;Vorname;Nachname;Straße;PLZ;Ort;Artikel;Menge;Preis;Kanal
B-1;01.03.2026 15:05;Kunde;Eins;Musterweg 1;10115;Berlin;Becher;2;9,99;Laden
B-1;;;;;;;Tee;1;1.234,50;
B-2;02.03.2026 08:00;;;Musterweg 2;89073;Ulm;Tee;1;4,50;
"""
MAP = """
times = ["%d.%m.%Y %H:%M"]

[columns]
reference = "Bestellung"
placed_at = "Datum"
customer_name = ["{Vorname} {Nachname}", "Bestellung"]
address_line1 = "straße"
address_postal_code = "PLZ"
address_city = "Ort"
item_sku = "Artikel"
item_name = "Artikel"
item_quantity = "Menge"
item_unit_price = "Preis"

[values]
address_country = "DE"
currency = "EUR"

[metadata]
channel = "Kanal"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "bestellungen.csv"
    path.write_bytes(TABLE.encode("cp1252"))
    return path


def write_map(folder: Path, text: str) -> Path:
    path = folder / "map.toml"
    path.write_text(text)
    return path


def test_columns_values_and_metadata_are_mapped(
    run: RunCommand, tmp_path: Path, file: Path, database_url: str
) -> None:
    options = ("--columns", write_map(tmp_path, MAP), "--time-zone", "Europe/Berlin")

    result = run("import", file, *options)

    assert result.exit_code == 0
    assert result.stderr == (
        "It is read as Windows-1252; --encoding can name another encoding.\n"
        "Read as the file: reference is Bestellung, placed_at is Datum, customer_name is"
        " {Vorname} {Nachname}, address_line1 is straße, address_postal_code is PLZ, address_city"
        " is Ort, item_sku is Artikel, item_name is Artikel, item_quantity is Menge,"
        " item_unit_price is Preis.\n"
        "2 orders: 2 new, 0 already there, 0 rejected.\n"
    )
    columns = ("reference", "customer.name", "placed_at", "total_minor", "currency", "metadata")
    assert read_orders(database_url, *columns, "address.line1", "address.country") == [
        (
            *("B-1", "Kunde Eins", datetime(2026, 3, 1, 14, 5, tzinfo=UTC), 125448, "EUR"),
            *([{"key": "channel", "value": "Laden"}], "Musterweg 1", "DE"),
        ),
        (
            *("B-2", "B-2", datetime(2026, 3, 2, 7, tzinfo=UTC), 450, "EUR"),
            *([], "Musterweg 2", "DE"),
        ),
    ]
    assert read_items(database_url) == [
        ("B-1", "Becher", "Becher", 2, 999),
        ("B-1", "Tee", "Tee", 1, 123450),
        ("B-2", "Tee", "Tee", 1, 450),
    ]


def test_faults_are_told_with_the_columns_of_the_file(
    run: RunCommand, tmp_path: Path, file: Path
) -> None:
    file.write_text(TABLE.replace(";2;9,99", ";zwei;9,99,9"))

    run("import", file, "--columns", write_map(tmp_path, MAP), "--time-zone", "Europe/Berlin")

    assert (
        "item 1 (line 2), Menge: 'zwei' is not a whole number."
        " item 1 (line 2), Preis: '9,99,9' is not an amount like 12.50."
    ) in Path(f"{file}.rejects").read_text()


def test_columns_may_stand_at_the_top_of_a_map(
    run: RunCommand, tmp_path: Path, file: Path, database_url: str
) -> None:
    flat = MAP.replace("[columns]", "").replace("[values]", "[values]")

    result = run(
        *("import", file, "--columns", write_map(tmp_path, flat), "--time-zone", "Europe/Berlin")
    )

    assert result.stderr.endswith("2 orders: 2 new, 0 already there, 0 rejected.\n")


def test_a_map_can_complete_that_of_a_shop(
    run: RunCommand, tmp_path: Path, database_url: str
) -> None:
    sample = Path(__file__).parent / "shop_exports" / "shopify.csv"
    own = write_map(tmp_path, '[metadata]\ntags = "Payment Method"\n[values]\ncurrency = "CAD"\n')

    run("import", sample, "--format", "shopify", "--columns", own, "--rejects", "-")

    assert read_orders(database_url, "reference", "currency", "metadata") == [
        ("#1001", "USD", [{"key": "tags", "value": "Card"}]),
        ("#1002", "USD", [{"key": "tags", "value": "Card"}]),
    ]


WRONG = {
    "reference = ": "map.toml is not TOML: Invalid value (at end of document).",
    '[columns]\ncolour = "Farbe"': "map.toml: orders have no column colour.",
    '[column]\nreference = "Bestellung"': "map.toml: column: Extra inputs are not permitted.",
    "[columns]\nreference = 7": "map.toml: columns.reference: Input should be a valid tuple.",
    '[columns]\nreference = "Nummer"': (
        "Read as the file, it lacks columns: customer_name (no column is named for it),"
    ),
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_map_is_named(
    text: str, run: RunCommand, tmp_path: Path, file: Path, database_url: str
) -> None:
    result = run("import", file, "--columns", write_map(tmp_path, text))

    assert result.exit_code == 2
    assert WRONG[text] in result.stderr
    assert read_orders(database_url, "reference") == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--separator", "and"), "'and' is not one character, nor one of comma, semicolon, tab"),
        (("--encoding", "utf-17"), "'utf-17' is not an encoding, like utf-8 or windows-1252."),
        (("--time-zone", "Berlin"), "'Berlin' is not a time zone, like Europe/Berlin."),
        (("--currency", "EURO"), "'EURO' is not a currency code."),
        (("--decimal", "x"), "'x' is not one of '.', ','."),
        (("--format", "prestashop"), "'prestashop' is not one of 'csv', 'json', 'jsonl',"),
    ],
)
def test_a_wrong_option_is_named(
    options: tuple[str, ...], message: str, run: RunCommand, file: Path
) -> None:
    result = run("import", file, *options)

    assert result.exit_code == 2
    assert message in result.stderr


def test_a_separator_can_be_named(
    run: RunCommand, tmp_path: Path, file: Path, database_url: str
) -> None:
    file.write_text(TABLE.replace(";", "~"))
    options = ("--columns", write_map(tmp_path, MAP), "--time-zone", "Europe/Berlin")

    result = run("import", file, "--separator", "~", *options)

    assert result.stderr.endswith("2 orders: 2 new, 0 already there, 0 rejected.\n")
