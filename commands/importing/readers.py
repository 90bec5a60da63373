"""Readers of order files: one for each format."""

from collections.abc import Iterator
from typing import Protocol

from commands.importing.csv_reader import CsvReader
from commands.importing.csv_table import Warn
from commands.importing.entries import Entry
from commands.importing.json_reader import JsonReader
from commands.importing.lines import Lines
from commands.importing.order_file import FileFormat
from commands.importing.reading_options import ReadingOptions
from errors import DomainError


class OrderReader(Protocol):
    """Reads the orders of a file; explains what is wrong with them, and writes their lines."""

    @property
    def rejects_heading(self) -> str: ...

    def read(self, lines: Lines) -> Iterator[Entry]: ...

    def explain(self, entry: Entry, fault: DomainError) -> str: ...

    def reject(self, number: int, reason: str, original: str) -> str: ...


def reader_of(format: FileFormat, options: ReadingOptions, warn: Warn) -> OrderReader:
    """Return a new reader of a format, for one pass over a file."""
    if format is FileFormat.CSV:
        return CsvReader(options, warn)
    return JsonReader(options, is_document=format is FileFormat.JSON_DOCUMENT)
