"""A file is read in whatever shape a shop or a spreadsheet has saved it."""

from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from tests.commands.conftest import RunCommand
from tests.commands.order_files import COLUMNS, build_csv_line, build_json_order
from tests.commands.stored_orders import read_items, read_orders

CITY = "Köln"
TABLE = "\n".join([",".join(COLUMNS), build_csv_line(address_city=CITY), ""])
SEMICOLONS = TABLE.replace(",", ";").replace("9.99", "9,99")
STORED = [("A-1", CITY, 1998, datetime(2026, 3, 1, 14, 5, tzinfo=UTC))]
WINDOWS = "It is read as Windows-1252; --encoding can name another encoding.\n"
MAC = "It is read as Mac Roman; --encoding can name another encoding.\n"
SHAPES: dict[str, tuple[str, bytes, str]] = {
    "UTF-8": ("orders.csv", TABLE.encode(), ""),
    "UTF-8 with a mark": ("orders.csv", TABLE.encode("utf-8-sig"), ""),
    "UTF-16": ("orders.txt", TABLE.replace(",", "\t").encode("utf-16"), ""),
    "UTF-16 of the other order": ("orders.csv", b"\xfe\xff" + TABLE.encode("utf-16-be"), ""),
    "UTF-16 without a mark": ("orders.csv", TABLE.encode("utf-16-le"), ""),
    "Windows-1252": ("orders.csv", TABLE.encode("cp1252"), WINDOWS),
    "Windows-1252 with semicolons": ("orders.csv", SEMICOLONS.encode("cp1252"), WINDOWS),
    "an old Mac": ("orders.csv", TABLE.replace("\n", "\r").encode("mac-roman"), MAC),
    "an old Mac in ASCII": ("orders.csv", TABLE.replace("\n", "\r").encode(), ""),
    "Windows": ("orders.csv", TABLE.replace("\n", "\r\n").encode(), ""),
    "tabs": ("orders.tsv", TABLE.replace(",", "\t").encode(), ""),
    "semicolons": ("orders.csv", SEMICOLONS.encode(), ""),
    "bars": ("orders.txt", TABLE.replace(",", "|").encode(), ""),
    "a line for Excel": ("orders.csv", b"sep=;\r\n" + SEMICOLONS.encode(), ""),
    "a line for Excel about tabs": ("x.csv", b"sep=\t\n" + TABLE.replace(",", "\t").encode(), ""),
    "empty lines at the top": ("orders.csv", b"\n,,,\n" + TABLE.encode(), ""),
    "a name that says nothing": ("orders", TABLE.encode(), ""),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_table_is_read_in_its_shape(
    shape: str, run: RunCommand, tmp_path: Path, database_url: str
) -> None:
    name, content, note = SHAPES[shape]
    file = tmp_path / name
    file.write_bytes(content)

    result = run("import", file)

    assert result.stderr == f"{note}1 order: 1 new, 0 already there, 0 rejected.\n"
    assert read_orders(
        database_url, *("reference", "address.city", "total_minor", "placed_at")
    ) == (STORED)


def test_standard_input_is_read_in_its_shape(
    run: RunCommand, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    result = run("import", "-", input=SEMICOLONS.replace("\n", "\r").encode("utf-16"))

    assert result.stderr == "1 order: 1 new, 0 already there, 0 rejected.\n"
    assert read_orders(database_url, "address.city", "total_minor") == [(CITY, 1998)]


def test_a_long_file_of_an_old_mac_is_read_to_its_end(
    run: RunCommand, tmp_path: Path, database_url: str
) -> None:
    lines = [build_csv_line(reference=f"A-{number}", item_name="ö" * 150) for number in range(500)]
    file = tmp_path / "orders.csv"
    file.write_bytes("\r".join([",".join(COLUMNS), *lines]).encode("utf-16"))

    result = run("import", file)

    assert result.stderr == "500 orders: 500 new, 0 already there, 0 rejected.\n"
    assert {name for _, _, name, *_ in read_items(database_url)} == {"ö" * 150}


def test_one_broken_line_does_not_make_utf_8_another_encoding(
    run: RunCommand, tmp_path: Path, database_url: str
) -> None:
    broken = build_csv_line(reference="A-2", address_city="M?nchen").encode().replace(b"?", b"\xfc")
    file = tmp_path / "orders.csv"
    file.write_bytes(TABLE.encode() + broken + b"\n")

    result = run("import", file, "--rejects", "-")

    assert result.stderr == (
        "The first rejected order, on line 3: The line is not UTF-8: byte 55 is 0xfc.\n"
        "2 orders: 1 new, 0 already there, 1 rejected (see standard output).\n"
    )
    assert result.stdout.splitlines()[1].startswith("3,The line is not UTF-8: byte 55 is 0xfc.,")
    assert read_orders(database_url, "address.city") == [(CITY,)]


def test_an_encoding_can_be_named(run: RunCommand, tmp_path: Path, database_url: str) -> None:
    file = tmp_path / "orders.csv"
    file.write_bytes(TABLE.replace(CITY, "Łódź").encode("cp1250"))

    result = run("import", file, "--encoding", "cp1250")

    assert result.stderr == "1 order: 1 new, 0 already there, 0 rejected.\n"
    assert read_orders(database_url, "address.city") == [("Łódź",)]


def test_what_the_named_encoding_has_not_is_refused(
    run: RunCommand, tmp_path: Path, database_url: str
) -> None:
    file = tmp_path / "orders.csv"
    file.write_bytes(TABLE.encode("cp1252"))

    result = run("import", file, "--encoding", "ascii", "--rejects", "-")

    assert result.exit_code == 1
    assert "2,The line is not ascii: a character cannot be read.," in result.stdout
    assert read_orders(database_url, "reference") == []


ORDERS = [build_json_order(reference="J-1"), build_json_order(reference="J-2")]
DOCUMENTS = {
    "a list": orjson.dumps(ORDERS, option=orjson.OPT_INDENT_2),
    "a list in one line": orjson.dumps(ORDERS),
    "a list in UTF-16": orjson.dumps(ORDERS).decode().encode("utf-16"),
    "objects on several lines": b"\n".join(
        orjson.dumps(order, option=orjson.OPT_INDENT_2) for order in ORDERS
    ),
    "lines": b"\n".join(map(orjson.dumps, ORDERS)),
}


@pytest.mark.parametrize("name", ["orders.json", "orders.jsonl", "orders.csv", "orders"])
@pytest.mark.parametrize("document", DOCUMENTS)
def test_json_is_read_as_lines_or_as_one_document(
    document: str, name: str, run: RunCommand, tmp_path: Path, database_url: str
) -> None:
    file = tmp_path / name
    file.write_bytes(DOCUMENTS[document])

    result = run("import", file, *(("--format", "jsonl") if name == "orders" else ()))

    assert result.stderr == "2 orders: 2 new, 0 already there, 0 rejected.\n"
    assert read_orders(database_url, "reference", "total_minor") == [("J-1", 1998), ("J-2", 1998)]


def test_a_list_in_one_line_may_be_longer_than_a_line(
    run: RunCommand, tmp_path: Path, database_url: str
) -> None:
    orders = [build_json_order(reference=f"J-{number}") for number in range(5000)]
    file = tmp_path / "orders.json"
    file.write_bytes(orjson.dumps(orders))

    result = run("import", file)

    assert file.stat().st_size > 1024 * 1024
    assert result.stderr == "5000 orders: 5000 new, 0 already there, 0 rejected.\n"


def test_what_is_wrong_in_a_document_is_told_with_its_line(
    run: RunCommand, tmp_path: Path, database_url: str
) -> None:
    good, bad = (orjson.dumps(order).decode() for order in (ORDERS[0], {"reference": "J-2"}))
    file = tmp_path / "orders.json"
    document = f'[\n{good},\n{bad},\n7,\n{{"reference": "?"}},\n{{"reference": oops}}\n]\n'
    file.write_bytes(document.encode().replace(b"?", b"\xff"))

    result = run("import", file)

    assert result.stderr.splitlines()[1].startswith("5 orders: 1 new, 0 already there, 4 rejected")
    rejects = map(orjson.loads, Path(f"{file}.rejects").read_bytes().splitlines())
    assert [(reject["line"], reject["reason"]) for reject in rejects] == [
        (
            3,
            "customer: Is missing. shippingAddress: Is missing. items: Send at least one item.",
        ),
        (4, "7 is not a JSON object."),
        (5, "The text is not UTF-8: it has the byte 0xff."),
        (6, "The document is not JSON from here on: Expecting value."),
    ]
    assert read_orders(database_url, "reference") == [("J-1",)]


@pytest.mark.parametrize("name", ["orders.json", "orders.jsonl"])
def test_a_number_of_thousands_of_digits_refuses_its_order_alone(
    name: str, run: RunCommand, tmp_path: Path, database_url: str
) -> None:
    items = b'"items": [{"sku": "MUG", "name": "Mug", "quantity": ' + b"9" * 6000 + b"}]"
    orders = [
        b'{"reference": "J-1", ' + items + b"}",
        orjson.dumps(build_json_order(reference="J-2")),
    ]
    file = tmp_path / name
    file.write_bytes(
        b"[" + b",\n".join(orders) + b"]" if name == "orders.json" else b"\n".join(orders)
    )

    result = run("import", file)

    assert result.stderr.splitlines()[1].startswith("2 orders: 1 new, 0 already there, 1 rejected")
    (reject,) = map(orjson.loads, Path(f"{file}.rejects").read_bytes().splitlines())
    assert reject["line"] == 1
    assert reject["reason"] == (
        "The line is not JSON: number is infinity when parsed as double (at its character 74)."
    )
    assert read_orders(database_url, "reference") == [("J-2",)]
