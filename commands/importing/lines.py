"""Lines of a file of any size: numbered, decoded, and never longer than a bound."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from errors import Invalid

MAXIMUM_BYTES = 1024 * 1024
"""The longest line: the longest order that can be stored, written with escapes, is shorter."""
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
FOREIGN_MARKS = (b"\xff\xfe", b"\xfe\xff")


class UnreadableFile(Exception):
    """Nothing of the file can be imported; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its line end. It has a `problem` if its text could not be read."""

    number: int
    text: str
    problem: Invalid | None = None


class Lines(Iterator[Line]):
    """The lines of a file. Lines can be pushed back, to be read once more."""

    def __init__(self, file: BinaryIO) -> None:
        self.bytes_read = 0
        self._file = file
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
            raw = _without_mark(raw)
        if len(raw) == MAXIMUM_BYTES and not raw.endswith(b"\n"):
            self._skip_rest()
            problem = Invalid(f"The line has more than {MAXIMUM_BYTES:,} bytes.")
            return Line(self._number, raw.decode(errors="backslashreplace"), problem)
        return _decode(self._number, raw.rstrip(b"\r\n"))

    def push_back(self, lines: Sequence[Line]) -> None:
        self._pushed_back.extendleft(reversed(lines))

    def _skip_rest(self) -> None:
        while (raw := self._read()) and not raw.endswith(b"\n"):
            pass

    def _read(self) -> bytes:
        try:
            raw = self._file.readline(MAXIMUM_BYTES)
        except OSError as error:
            raise UnreadableFile(f"{error.strerror}.") from error
        self.bytes_read += len(raw)
        return raw


def _without_mark(raw: bytes) -> bytes:
    if raw.startswith(FOREIGN_MARKS):
        raise UnreadableFile("It is UTF-16; save it as UTF-8.")
    return raw.removeprefix(BYTE_ORDER_MARK)


def _decode(number: int, raw: bytes) -> Line:
    try:
        return Line(number, raw.decode())
    except UnicodeDecodeError as error:
        text = raw.decode(errors="backslashreplace")
        place = f"byte {error.start + 1} is 0x{raw[error.start]:02x}"
        return Line(number, text, Invalid(f"The line is not UTF-8: {place}."))
