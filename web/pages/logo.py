"""Logos: pictures of a brand in SVG or PNG, with the size at which pages show them."""

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree

LARGEST_FILE = 20_000
"""Bytes of a logo: it is sent with the first view of a page, over slow networks, too."""
LARGEST_SIDE = 4000
"""Pixels of a side: a browser unpacks the whole picture into memory."""
SHOWN_HEIGHT = 40
"""Pixels of a logo's height on the page, at most, of which the reserved place is computed."""

_SVG = "{http://www.w3.org/2000/svg}svg"
_PNG_START = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+)(px)?\s*")


@dataclass(frozen=True, slots=True)
class Logo:
    """A checked picture."""

    content: bytes
    media_type: str
    width: int
    """Pixels of the picture as it is shown; so is the height."""
    height: int

    @property
    def asset_name(self) -> str:
        """The name under which it is served; another picture has another name."""
        ending = "svg" if self.media_type == "image/svg+xml" else "png"
        return f"logo-{sha256(self.content).hexdigest()[:12]}.{ending}"


def read_logo(file: Path) -> Logo:
    """Read and check a picture. Raises ValueError, which says what to do."""
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its name is not a path"
        raise ValueError(f"{file} cannot be read: {reason}") from None
    if len(content) > LARGEST_FILE:
        raise ValueError(f"{file} has more than {LARGEST_FILE} bytes; use a smaller picture")
    is_png = content.startswith(_PNG_START)
    width, height = _size_of_png(content) if is_png else _size_of_svg(content, file)
    if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE):
        raise ValueError(f"{file} needs a width and a height from 1 to {LARGEST_SIDE} pixels")
    scale = min(1, SHOWN_HEIGHT / height)
    media_type = "image/png" if is_png else "image/svg+xml"
    return Logo(content, media_type, max(1, round(width * scale)), max(1, round(height * scale)))


def _size_of_png(content: bytes) -> tuple[float, float]:
    sides = content[len(_PNG_START) :][:8]
    return int.from_bytes(sides[:4]), int.from_bytes(sides[4:])


def _size_of_svg(content: bytes, file: Path) -> tuple[float, float]:
    """Return width and height as the root element says them, else those of its view box."""
    # Entities can make a short file endless, and no drawing program needs them. In UTF-16, every
    # second byte is zero.
    if b"<!ENTITY" in content.replace(b"\0", b""):
        raise ValueError(f"{file} declares entities; save it as plain SVG")
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError):
        root = None
    if root is None or root.tag != _SVG:
        raise ValueError(f"{file} is neither an SVG nor a PNG picture")
    width, height = _pixels(root.get("width", "")), _pixels(root.get("height", ""))
    if width and height:
        return width, height
    return _size_of_view_box(root.get("viewBox", ""))


def _size_of_view_box(text: str) -> tuple[float, float]:
    numbers = [_pixels(part) for part in text.replace(",", " ").split()[2:]]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else (0, 0)


def _pixels(text: str) -> float:
    """Return a length in pixels; 0 for any other unit, such as a percentage."""
    matched = _LENGTH.fullmatch(text)
    return float(matched[1]) if matched else 0
