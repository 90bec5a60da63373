"""JSON documents: orders in one list, or objects that each stand on several lines.

A document is read piece by piece, so that one of any size fits into memory.
"""

import codecs
import json
import re
from collections.abc import Iterator
from typing import BinaryIO

from commands.importing.lines import MAXIMUM_BYTES, Line
from commands.importing.text_encoding import CHUNK_BYTES
from errors import Invalid

_BLANK = re.compile(r"[ \t\r\n]*")
_BETWEEN = re.compile(r"[ \t\r\n,]*")
_ESCAPED = re.compile("[\udc80-\udcff]")
FIRST_ESCAPED = 0xDC00
"""Python's surrogates for broken bytes begin here."""
_DECODER = json.JSONDecoder(parse_int=str)
"""Finds where values end. Integers stay text, because Python converts none of thousands of digits;
whoever reads the order refuses it alone."""


def read_document(file: BinaryIO) -> Iterator[Line]:
    """Yield the text of each order with the number of its first line.

    Where the document is not JSON, a line with a problem ends it.
    """
    document = _Document(file)
    document.skip(_BLANK)
    document.skip_opening()
    while True:
        document.skip(_BETWEEN)
        if document.is_at_end:
            return
        yield document.read_value()
        if document.is_broken:
            return


class _Document:
    """The part of the document that has been read, and the place in it."""

    def __init__(self, file: BinaryIO) -> None:
        # Broken bytes survive as surrogates, which the parser of an order does not take.
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")
        self._file = file
        self._text = ""
        self._place = 0
        self._line = 1
        self._is_list = False
        self.is_broken = False

    @property
    def is_at_end(self) -> bool:
        return self._place == len(self._text) or (self._is_list and self._rest_is_closing())

    def skip_opening(self) -> None:
        if self._text.startswith("[", self._place):
            self._is_list = True
            self._move_to(self._place + 1)

    def skip(self, pattern: re.Pattern[str]) -> None:
        while True:
            match = pattern.match(self._text, self._place)
            self._move_to(match.end() if match is not None else self._place)
            if self._place < len(self._text) or not self._read_more():
                return

    def read_value(self) -> Line:
        while True:
            try:
                _, end = _DECODER.raw_decode(self._text, self._place)
            except (json.JSONDecodeError, RecursionError) as error:
                if len(self._text) - self._place <= MAXIMUM_BYTES and self._read_more():
                    continue
                return self._broken(error)
            line = _line(self._line, self._text[self._place : end])
            self._move_to(end)
            return line

    def _rest_is_closing(self) -> bool:
        return self._text.startswith("]", self._place) and not self._rest_after_closing()

    def _rest_after_closing(self) -> str:
        while self._read_more():
            pass
        return self._text[self._place + 1 :].strip()

    def _broken(self, error: Exception) -> Line:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "it is nested too deeply"
        self.is_broken = True
        problem = Invalid(f"The document is not JSON from here on: {reason}.")
        text = self._text[self._place :].split("\n", 1)[0]
        return Line(self._line, _line(self._line, text).text, problem)

    def _read_more(self) -> bool:
        raw = self._file.read(CHUNK_BYTES)
        chunk = self._decoder.decode(raw, final=not raw)
        self._text, self._place = self._text[self._place :] + chunk, 0
        return bool(raw)

    def _move_to(self, place: int) -> None:
        self._line += self._text.count("\n", self._place, place)
        self._place = place


def _line(number: int, text: str) -> Line:
    """Return the text of an order; broken bytes in it are a problem, and are shown."""
    broken = _ESCAPED.search(text)
    if broken is None:
        return Line(number, text)
    shown = text.encode(errors="surrogateescape").decode(errors="backslashreplace")
    byte = ord(broken[0]) - FIRST_ESCAPED
    return Line(number, shown, Invalid(f"The text is not UTF-8: it has the byte 0x{byte:02x}."))
