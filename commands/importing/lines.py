"""Lines of a file of any size: numbered, decoded, and never longer than a bound."""

import codecs
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from commands.importing.text_encoding import UNREADABLE, TextEncoding
from errors import Invalid

MAXIMUM_BYTES = 1024 * 1024
"""The longest line: the longest order that can be stored, written with escapes, is shorter."""


UTF_8 = TextEncoding()


class UnreadableFile(Exception):
    """Nothing of the file can be imported; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its line end. It has a `problem` if its text could not be read."""

    number: int
    text: str
    problem: Invalid | None = None


class Lines(Iterator[Line]):
    """The lines of a file whose text is UTF-8. Lines can be pushed back, to be read once more.

    `encoding` is the one from which the text has been decoded.
    """

    def __init__(self, file: BinaryIO, encoding: TextEncoding = UTF_8) -> None:
        self.bytes_read = 0
        self.file = file
        self._encoding = encoding
        self._is_decoded = not encoding.is_plain
        self._number = 0
        self._pushed_back: deque[Line] = deque()

    def __next__(self) -> Line:
        if self._pushed_back:
            return self._pushed_back.popleft()
        raw = self._read()
        if not raw:
            raise StopIteration
        self._number += 1
        if self._number == 1:
            raw = raw.removeprefix(codecs.BOM_UTF8)
        if len(raw) == MAXIMUM_BYTES and not raw.endswith(b"\n"):
            self._skip_rest()
            problem = Invalid(f"The line has more than {MAXIMUM_BYTES:,} bytes.")
            return Line(self._number, raw.decode(errors="backslashreplace"), problem)
        return self._decode(raw.rstrip(b"\r\n"))

    def push_back(self, lines: Sequence[Line]) -> None:
        self._pushed_back.extendleft(reversed(lines))

    def _skip_rest(self) -> None:
        while (raw := self._read()) and not raw.endswith(b"\n"):
            pass

    def _read(self) -> bytes:
        try:
            raw = self.file.readline(MAXIMUM_BYTES)
        except OSError as error:
            raise UnreadableFile(f"{error.strerror}.") from error
        self.bytes_read += len(raw)
        return raw

    def _decode(self, raw: bytes) -> Line:
        try:
            text = raw.decode()
        except UnicodeDecodeError as error:
            place = f"byte {error.start + 1} is 0x{raw[error.start]:02x}"
            problem = Invalid(f"The line is not UTF-8: {place}.")
            return Line(self._number, raw.decode(errors="backslashreplace"), problem)
        if self._is_decoded and UNREADABLE in text:
            label = self._encoding.label
            problem = Invalid(f"The line is not {label}: a character cannot be read.")
            return Line(self._number, text, problem)
        return Line(self._number, text)
