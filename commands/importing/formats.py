"""Formats of order files: how each is read, and how its rejects are written."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from commands.importing.csv_orders import explain_csv, read_csv
from commands.importing.csv_table import Warn
from commands.importing.entries import Entry
from commands.importing.json_lines import explain_json, read_json_lines
from commands.importing.lines import Lines, UnreadableFile
from errors import DomainError


@dataclass(frozen=True, slots=True)
class Format:
    """A format of order files.

    `reject` makes a line of the rejects from a line's number, the reason, and the line's text.
    """

    read: Callable[[Lines, Warn], Iterator[Entry]]
    explain: Callable[[Entry, DomainError], str]
    reject: Callable[[int, str, str], str]
    rejects_heading: str
    has_lines_for_items: bool


def _csv_reject(number: object, reason: str, original: str) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow((number, reason, original))
    return text.getvalue()


def _json_reject(number: int, reason: str, original: str) -> str:
    row = {"line": number, "reason": reason, "original": original}
    return orjson.dumps(row).decode() + "\n"


FORMATS: Mapping[str, Format] = {
    "csv": Format(
        read_csv, explain_csv, _csv_reject, _csv_reject("line", "reason", "original"), True
    ),
    "jsonl": Format(read_json_lines, explain_json, _json_reject, "", False),
}
ENDINGS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}


def format_of(path: Path, name: str | None) -> Format:
    """Return the format of this name, or else of the file's ending. Raises UnreadableFile."""
    name = name or ENDINGS.get(path.suffix.lower())
    if name is None:
        raise UnreadableFile("Its name does not tell the format: say --format csv or jsonl.")
    return FORMATS[name]
