"""Whatever a file holds, each of its lines becomes part of an order or is refused with a reason."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given

from commands.import_orders import import_orders
from commands.importing.column_map import own_map
from commands.importing.csv_table import KNOWN, METADATA
from commands.importing.entries import Entry
from commands.importing.lines import Line, UnreadableFile
from commands.importing.order_file import FileFormat, inspect_file
from commands.importing.readers import reader_of
from commands.importing.reading_options import ReadingOptions
from tests.commands.order_files import read_rejects
from tests.commands.random_files import column_maps, csv_files, json_files
from tests.profiles import examples
from unit_of_work.unit_of_work import Tracker

ANY_FILE = csv_files() | json_files()


def read_entries(path: Path, options: ReadingOptions) -> list[Entry]:
    """The orders of the file. Every refusal can be told and written."""
    file = inspect_file(path, options.is_csv, options.encoding)
    reader = reader_of(file.format, options, lambda _message: None)
    with file.opened() as lines:
        entries = list(reader.read(lines))
    for entry in entries:
        assert entry.faults or entry.draft is not None
        for fault in entry.faults:
            assert reader.explain(entry, fault).strip()
            for line in entry.lines:
                assert reader.reject(line.number, fault.message, line.text)
    return entries


def lost_lines(path: Path, entries: list[Entry]) -> Iterator[Line]:
    """The lines with content that are in no order; a document may end where it is not JSON."""
    file = inspect_file(path, None, None)
    if file.format is FileFormat.JSON_DOCUMENT:
        return
    covered = {
        line.number + offset
        for entry in entries
        for line in entry.lines
        for offset in range(line.text.count("\n") + 1)
    }
    with file.opened() as lines:
        filled = [line for line in lines if line.problem or line.text.strip('\0 ,;|\t"\ufeff')]
    skipped = 0
    if file.format is FileFormat.CSV:
        skipped = 1 + filled[0].text.lower().lstrip('"').startswith("sep=")
    yield from (line for line in filled[skipped:] if line.number not in covered)


@examples(600, on_one_database=True)
@given(content=ANY_FILE)
def test_no_line_of_a_file_is_lost(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "orders.txt"
    path.write_bytes(content)

    with suppress(UnreadableFile):
        entries = read_entries(path, ReadingOptions())
        assert [*lost_lines(path, entries)] == []


@examples(600, on_one_database=True)
@given(content=csv_files(), text=column_maps())
def test_no_map_of_columns_fails(tmp_path: Path, content: bytes, text: str) -> None:
    path, map_path = tmp_path / "orders.csv", tmp_path / "map.toml"
    path.write_bytes(content)
    map_path.write_bytes(text.encode(errors="surrogatepass"))

    with suppress(UnreadableFile):
        column_map = own_map(map_path, (*KNOWN, METADATA))
        read_entries(path, ReadingOptions(is_csv=True, column_map=column_map))


@pytest.mark.usefixtures("db")
@examples(120, on_one_database=True)
@given(content=ANY_FILE)
async def test_each_order_of_a_file_is_stored_or_refused_with_a_reason(
    tracker: Tracker, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "orders.txt"
    path.write_bytes(content)

    with suppress(UnreadableFile):
        entries = read_entries(path, ReadingOptions())
        tally = await import_orders(tracker, path)

        assert tally.new + tally.earlier + tally.rejected == len(entries)
        assert bool(tally.rejected) == bool(read_rejects(path))
        assert (tally.first_reject is None) == (tally.rejected == 0)
