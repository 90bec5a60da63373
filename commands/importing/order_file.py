"""The file of orders: a path or standard input, in an encoding and a format that are recognised."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import BinaryIO, cast

from commands.importing.lines import Lines, UnreadableFile
from commands.importing.text_encoding import (
    CHUNK_BYTES,
    TextEncoding,
    named_encoding,
    recognised_encoding,
)

STDIN = Path("-")
JSON_ENDINGS = (".jsonl", ".ndjson", ".json")
OTHER_FILES = {
    b"PK\x03\x04": "an Excel or OpenDocument workbook",
    b"\xd0\xcf\x11\xe0": "an Excel workbook",
    b"\x1f\x8b": "compressed with gzip",
    b"%PDF": "a PDF document",
    b"SQLite format 3": "a SQLite database",
    b"<": "HTML or XML",
}
"""Kinds of file that people take for a file of orders, by their first bytes."""


class FileFormat(Enum):
    CSV = "csv"
    JSON_LINES = "jsonl"
    JSON_DOCUMENT = "json"


@dataclass(frozen=True, slots=True)
class OrderFile:
    """A file of orders. `head` is its beginning, which standard input gives only once."""

    path: Path
    head: bytes
    encoding: TextEncoding
    format: FileFormat

    @property
    def is_stdin(self) -> bool:
        return self.path == STDIN

    @property
    def size(self) -> int | None:
        """The bytes that its lines have, None if that is unknown before they are read."""
        in_lines = self.encoding.is_plain and self.format is not FileFormat.JSON_DOCUMENT
        is_known = in_lines and not self.is_stdin
        return os.stat(self.path).st_size if is_known else None

    @property
    def note(self) -> str | None:
        """The remark for the user about an unusual way of reading the file, or None."""
        if self.encoding.is_guess:
            return f"It is read as {self.encoding.label}; --encoding can name another encoding."
        return None

    @contextmanager
    def opened(self) -> Iterator[Lines]:
        with _opened(self.path) as file:
            stream = _rejoined(self.head, file) if self.is_stdin else file
            yield Lines(self.encoding.to_utf_8(stream), self.encoding)


def inspect_file(path: Path, is_csv: bool | None, encoding: str | None) -> OrderFile:
    """Return the file with its encoding and format. None stands for what is to be recognised.

    Raises UnreadableFile, and LookupError if Python does not know the encoding.
    """
    with _opened(path) as file:
        head = file.read(CHUNK_BYTES)
        _refuse_other_files(head)
        if encoding is None:
            found = recognised_encoding(head, _chunks(head, file, is_whole=path != STDIN))
        else:
            found = _named_encoding(encoding, head)
    format = _format_of(path, is_csv, _beginning(head, found))
    if found.is_guess and format is not FileFormat.CSV:
        # JSON is always UTF-8, so its other bytes are broken.
        found = TextEncoding()
    return OrderFile(path, head, found, format)


def _named_encoding(name: str, head: bytes) -> TextEncoding:
    try:
        return named_encoding(name, head)
    except UnicodeError as error:
        raise UnreadableFile(f"It is not {name}: {error}.") from error


def _chunks(head: bytes, file: BinaryIO, *, is_whole: bool) -> Iterator[bytes]:
    yield head
    while is_whole and (chunk := file.read(CHUNK_BYTES)):
        yield chunk


def _beginning(head: bytes, encoding: TextEncoding) -> str:
    text = encoding.to_utf_8(io.BytesIO(head)).read().decode(errors="replace")
    return text.lstrip("\ufeff \t\r\n")


def _format_of(path: Path, is_csv: bool | None, text: str) -> FileFormat:
    """Return the format that was said, or that the text begins like, or that the name says."""
    if is_csv is None:
        is_csv = not text.startswith(("[", "{")) and path.suffix.lower() not in JSON_ENDINGS
    if is_csv:
        return FileFormat.CSV
    first_line, _, rest = text.partition("\n")
    is_document = first_line.startswith("[") or (first_line.strip() == "{" and rest.strip())
    return FileFormat.JSON_DOCUMENT if is_document else FileFormat.JSON_LINES


def _refuse_other_files(head: bytes) -> None:
    for mark, name in OTHER_FILES.items():
        if head.lstrip().startswith(mark):
            raise UnreadableFile(f"It is {name}: save or export the orders as CSV (UTF-8).")


def _opened(path: Path) -> AbstractContextManager[BinaryIO]:
    if path == STDIN:
        return nullcontext(sys.stdin.buffer)
    try:
        return path.open("rb")
    except OSError as error:
        raise UnreadableFile(f"{error.strerror}.") from error


def _rejoined(head: bytes, rest: BinaryIO) -> BinaryIO:
    """Return a stream whose beginning has been read already as a whole one."""
    return io.BufferedReader(cast(io.RawIOBase, _Rejoined(head, rest)), CHUNK_BYTES)


class _Rejoined(io.RawIOBase):
    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        chunk = self._head[: len(buffer)] or self._rest.read(len(buffer))
        self._head = self._head[len(buffer) :]
        buffer[: len(chunk)] = chunk
        return len(chunk)
