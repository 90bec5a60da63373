"""Bad lines are written with their reason to a file of rejects, and good ones are stored."""

import os
from pathlib import Path

import orjson
import pytest

from commands.importing.lines import MAXIMUM_BYTES
from commands.importing.storing import Tally
from tests.commands.order_files import (
    COLUMNS,
    build_csv_line,
    build_json_order,
    import_into,
    read_rejects,
    read_stored_rows,
    write_csv_file,
    write_json_file,
)
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

ORDERS = [
    build_csv_line(reference="APART"),
    build_csv_line(reference="BAD-1", item_quantity="two"),
    build_csv_line(reference="BAD-2").replace("Berlin", "M\udcfcnchen"),
    build_csv_line(reference="BAD-3", item_sku="A"),
    build_csv_line(reference="BAD-3", item_sku="B", item_unit_price="9,99"),
    'BAD-4,"Customer 4,x,y,z',
    build_csv_line(reference="GOOD-2", item_name='19" räck'),
    "BAD-5,Customer 5",
    build_csv_line(reference="APART", item_quantity="3"),
    build_csv_line(reference=""),
    build_csv_line(reference="BAD-6", placed_at="2026-03-01 14:05"),
    build_csv_line(reference="BAD-7", currency="EURO"),
    build_csv_line(reference="BAD-8", address_country="Atlantis"),
    build_csv_line(reference="GOOD-3").replace("Mug", '5" mug'),
    'BAD-9,"Customer"9,x',
    build_csv_line(reference="APART"),
    build_csv_line(reference="BAD-10")[:60],
    build_csv_line(reference="BAD-11", placed_at="1970-01-01T00:00:00Z"),
    build_csv_line(reference="BAD-12", item_unit_price="9999999999.99"),
]
SAME = "Customer 1,customer1@example.com,Sample Street 1"
APART = (
    '"The lines of this order do not stand together, or it stands here twice with other content:'
    ' bring its lines together, or take out what is wrong."'
)
REJECTS = rf"""line,reason,original
2,{APART},"APART,{SAME},Berlin,DE,MUG,Mug,2,9.99,2026-03-01T14:05:00Z,EUR"
3,item_quantity: 'two' is not a whole number.,"BAD-1,{SAME},Berlin,DE,MUG,Mug,two,9.99,2026-03-01T14:05:00Z,EUR"
4,The line is not UTF-8: byte 57 is 0xfc.,"BAD-2,{SAME},M\xfcnchen,DE,MUG,Mug,2,9.99,2026-03-01T14:05:00Z,EUR"
5,"item 2 (line 6), item_unit_price: '9,99' is not a number: write it like ""12.50"".","BAD-3,{SAME},Berlin,DE,A,Mug,2,9.99,2026-03-01T14:05:00Z,EUR"
6,"item 2 (line 6), item_unit_price: '9,99' is not a number: write it like ""12.50"".","BAD-3,{SAME},Berlin,DE,B,Mug,2,""9,99"",2026-03-01T14:05:00Z,EUR"
7,Text follows a closing quote: a quote inside a quoted cell is written twice.,"BAD-4,""Customer 4,x,y,z"
9,Has 2 columns; the first line has 12.,"BAD-5,Customer 5"
10,{APART},"APART,{SAME},Berlin,DE,MUG,Mug,3,9.99,2026-03-01T14:05:00Z,EUR"
11,"Has neither an idempotency key nor a reference: give one, or importing the file again would create the order again.",",{SAME},Berlin,DE,MUG,Mug,2,9.99,2026-03-01T14:05:00Z,EUR"
12,"placed_at: '2026-03-01 14:05' must be a time like 2026-03-01T14:05:00Z or 2026-03-01T14:05:00+01:00, with its zone, or say --time-zone.","BAD-6,{SAME},Berlin,DE,MUG,Mug,2,9.99,2026-03-01 14:05,EUR"
13,currency: 'EURO' is not a currency code. Send an ISO 4217 code like EUR.,"BAD-7,{SAME},Berlin,DE,MUG,Mug,2,9.99,2026-03-01T14:05:00Z,EURO"
14,address_country: 'Atlantis' is not a country code. Send an ISO 3166 code like DE.,"BAD-8,{SAME},Berlin,Atlantis,MUG,Mug,2,9.99,2026-03-01T14:05:00Z,EUR"
16,Text follows a closing quote: a quote inside a quoted cell is written twice.,"BAD-9,""Customer""9,x"
17,{APART},"APART,{SAME},Berlin,DE,MUG,Mug,2,9.99,2026-03-01T14:05:00Z,EUR"
18,Has 5 columns; the first line has 12.,"BAD-10,{SAME},Berl"
19,"placed_at: 1970-01-01T00:00:00+00:00 lies outside the times that are kept: give one from 2000-01-01 to 2099-12-31, in UTC.","BAD-11,{SAME},Berlin,DE,MUG,Mug,2,9.99,1970-01-01T00:00:00Z,EUR"
20,"Costs 19999999999.98 in all, and must cost at most 10000000000.00 EUR: check quantity and unitPrice.","BAD-12,{SAME},Berlin,DE,MUG,Mug,2,9999999999.99,2026-03-01T14:05:00Z,EUR"
"""  # noqa: E501


def nasty_file(folder: Path) -> Path:
    file = write_csv_file(folder)
    text = "\n".join([",".join(COLUMNS), *ORDERS])
    file.write_bytes(text.encode(errors="surrogateescape"))
    return file


@pytest.mark.parametrize("batch", [1, 2, 500])
async def test_bad_lines_are_written_with_their_reason_and_good_ones_are_stored(
    batch: int, tracker: Tracker, tmp_path: Path
) -> None:
    file = nasty_file(tmp_path)

    tally = await import_into(tracker, file, batch=batch)

    assert tally == Tally(new=2, rejected=16)
    assert [order[0] for order in (await read_stored_rows())["orders"]] == ["GOOD-2", "GOOD-3"]
    assert read_rejects(file) == REJECTS


async def test_the_rejects_of_an_earlier_run_are_replaced_and_go_when_there_are_none(
    tracker: Tracker, tmp_path: Path
) -> None:
    file = nasty_file(tmp_path)
    await import_into(tracker, file)

    await import_into(tracker, file)
    assert read_rejects(file) == REJECTS

    write_csv_file(tmp_path, build_csv_line(reference="GOOD-1"))
    assert await import_into(tracker, file) == Tally(new=1)
    assert os.listdir(tmp_path) == ["orders.csv"]


async def test_a_quote_that_is_never_closed_costs_its_own_line(
    tracker: Tracker, tmp_path: Path
) -> None:
    good = [build_csv_line(reference=f"GOOD-{number}") for number in range(150)]
    file = write_csv_file(tmp_path, good[0], 'BAD-1,"Customer', *good[1:])

    assert await import_into(tracker, file) == Tally(new=150, rejected=1)
    assert read_rejects(file) == (
        'line,reason,original\n3,A quote is opened and not closed.,"BAD-1,""Customer"\n'
    )


async def test_a_broken_line_of_an_order_rejects_the_whole_order(
    tracker: Tracker, tmp_path: Path
) -> None:
    lines = [
        build_csv_line(),
        build_csv_line()[:-4],
        build_csv_line(item_sku="TEA"),
        build_csv_line(reference="A-2"),
    ]
    file = write_csv_file(tmp_path, *lines)

    assert await import_into(tracker, file) == Tally(new=1, rejected=1)
    assert read_rejects(file).count("item 2 (line 3): Has 11 columns; the first line has 12.") == 3


async def test_a_line_without_end_is_cut_off(tracker: Tracker, tmp_path: Path) -> None:
    long = build_csv_line(reference="BAD-1", item_name="x" * 3 * MAXIMUM_BYTES)
    file = write_csv_file(tmp_path, build_csv_line(), long, build_csv_line(reference="A-2"))

    assert await import_into(tracker, file) == Tally(new=2, rejected=1)
    assert read_rejects(file).startswith(
        'line,reason,original\n3,"The line has more than 1,048,576 bytes.","BAD-1,Customer 1,'
    )
    assert len(read_rejects(file)) < MAXIMUM_BYTES + 200


async def test_rejects_of_json_lines_are_json_lines(tracker: Tracker, tmp_path: Path) -> None:
    file = write_json_file(tmp_path)
    bad = [b'{"reference": "BAD-1", ', b"[]", b'{"reference": "\xff"}', b"NaN"]
    good = orjson.dumps(build_json_order())
    file.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join([good, *bad]) + b"\n\n" + good)

    assert await import_into(tracker, file) == Tally(new=1, earlier=1, rejected=4)
    assert [orjson.loads(line) for line in read_rejects(file).splitlines()] == [
        {
            "line": 2,
            "reason": "The line is not JSON: unexpected end of data (at its character 24).",
            "original": '{"reference": "BAD-1", ',
        },
        {"line": 3, "reason": "[] is not a JSON object.", "original": "[]"},
        {
            "line": 4,
            "reason": "The line is not UTF-8: byte 16 is 0xff.",
            "original": '{"reference": "\\xff"}',
        },
        {
            "line": 5,
            "reason": "The line is not JSON: unexpected character, expected a JSON value"
            " (at its character 1).",
            "original": "NaN",
        },
    ]


async def test_an_order_that_is_there_with_other_content_is_refused(
    tracker: Tracker, tmp_path: Path
) -> None:
    await import_into(tracker, write_csv_file(tmp_path, build_csv_line()))
    file = write_csv_file(tmp_path, build_csv_line(item_quantity="3"))

    assert await import_into(tracker, file) == Tally(rejected=1)
    assert "2,This order is there already with other content" in read_rejects(file)


async def test_a_copy_of_an_order_in_the_same_file_does_no_harm(
    tracker: Tracker, tmp_path: Path
) -> None:
    file = write_csv_file(
        tmp_path, build_csv_line(), build_csv_line(reference="A-2"), build_csv_line()
    )

    assert await import_into(tracker, file) == Tally(new=2, earlier=1)
