"""Text encodings: which one a file has, and the file as UTF-8 whatever it has."""

import codecs
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO, cast

CHUNK_BYTES = 64 * 1024
UTF_8 = "utf-8"
MARKS = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""The first bytes by which a file says its encoding; those of UTF-32 begin like those of UTF-16."""
LABELS = {
    UTF_8: "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252",
    "mac-roman": "Mac Roman",
}
UNREADABLE = "\ufffd"
"""The character that stands for bytes which mean nothing in the encoding."""
_ESCAPED = re.compile("[\udc80-\udcff]")
_MULTIBYTE = re.compile("[^\x00-\x7f\udc80-\udcff]")
_FIRST_LINE_END = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class TextEncoding:
    """The encoding of a file, and whether its lines end with CR alone, as Excel for Mac ends them.

    `is_guess` says that the bytes fit other encodings as well.
    """

    name: str = UTF_8
    has_bare_returns: bool = False
    is_guess: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether the bytes can be read as they are: as UTF-8 with line feeds."""
        return self.name == UTF_8 and not self.has_bare_returns

    @property
    def label(self) -> str:
        return LABELS.get(self.name, self.name)

    def to_utf_8(self, file: BinaryIO) -> BinaryIO:
        """Return the file with its text in UTF-8 and line feeds at the ends of its lines."""
        if self.is_plain:
            return file
        return io.BufferedReader(cast(io.RawIOBase, _Utf8(file, self)), CHUNK_BYTES)


class _Utf8(io.RawIOBase):
    """Reads a file of another encoding as UTF-8."""

    def __init__(self, file: BinaryIO, encoding: TextEncoding) -> None:
        decoder = codecs.getincrementaldecoder(encoding.name)("replace")
        self._file = file
        self._decoder = io.IncrementalNewlineDecoder(decoder, encoding.has_bare_returns)
        self._pending = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        raw = b"-"
        while not self._pending and raw:
            raw = self._file.read(CHUNK_BYTES)
            self._pending = self._decoder.decode(raw, final=not raw).encode(errors="replace")
        count = min(len(buffer), len(self._pending))
        buffer[:count] = self._pending[:count]
        self._pending = self._pending[count:]
        return count


def named_encoding(name: str, head: bytes) -> TextEncoding:
    """Return the encoding with a name that Python knows. Raises LookupError for another."""
    return TextEncoding(codecs.lookup(name).name, _has_bare_returns(head, name))


def recognised_encoding(head: bytes, chunks: Iterable[bytes]) -> TextEncoding:
    """Return the encoding of a file from its first bytes, `head`, and from all, `chunks`.

    A file that is not UTF-8 at any place is taken for Windows-1252, or for Mac Roman if it has the
    line ends of an old Mac. One that is UTF-8 at some places is UTF-8 with broken lines.
    """
    name = next((name for mark, name in MARKS if head.startswith(mark)), None) or _wide(head)
    if name is not None:
        return TextEncoding(name, _has_bare_returns(head, name))
    has_bare_returns = _has_bare_returns(head, UTF_8)
    if _is_utf_8(chunks):
        return TextEncoding(UTF_8, has_bare_returns)
    name = "mac-roman" if has_bare_returns else "cp1252"
    return TextEncoding(name, has_bare_returns, is_guess=True)


def _wide(head: bytes) -> str | None:
    """Return UTF-16 without a mark: of the letters of a header, every other byte is zero."""
    zeros = head.count(0)
    for name, first in (("utf-16-le", 1), ("utf-16-be", 0)):
        if zeros and head[first::2].count(0) == zeros and zeros > len(head) // 3:
            return name
    return None


def _is_utf_8(chunks: Iterable[bytes]) -> bool:
    """Return whether the bytes are UTF-8, or at least some of those that are not ASCII."""
    decoder = codecs.getincrementaldecoder(UTF_8)("surrogateescape")
    has_broken_bytes = False
    for chunk in chunks:
        text = decoder.decode(chunk)
        if not text.isascii():
            if _MULTIBYTE.search(text):
                return True
            has_broken_bytes = has_broken_bytes or _ESCAPED.search(text) is not None
    return not has_broken_bytes


def _has_bare_returns(head: bytes, name: str) -> bool:
    text = codecs.getincrementaldecoder(name)("replace").decode(head)
    line_end = _FIRST_LINE_END.search(text.encode(errors="replace"))
    return line_end is not None and line_end[0] == b"\r"
