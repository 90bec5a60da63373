"""The values of a brand's file: each reader checks one and returns it, or raises ValueError.

The message is the end of a sentence that says what to write; `brand_file` puts the key before it.
"""

import re
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from pydantic import ValidationInfo

from web.pages.logo import Logo, read_logo

LONGEST_NAME = 60
"""Characters of a name: more do not fit into a page's head on a phone."""
LONGEST_REFUND_TEXT = 300
"""Characters of the words on refunds: they stand below a headline, on a phone, too."""
LONGEST_URL = 500
"""Characters of an address or a path."""
LONGEST_PHONE = 30
LARGEST_RADIUS = 24
"""Pixels of the corners' radius: the lowest boxes of pages are 48 pixels high."""

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]*")
_NOT_IN_URLS = frozenset(" \"'<>\\")


class Font(StrEnum):
    """The families of fonts that systems bring along: pages load none."""

    SYSTEM = "system"
    HUMANIST = "humanist"
    GROTESQUE = "grotesque"
    ROUNDED = "rounded"
    SERIF = "serif"

    @property
    def stack(self) -> str:
        """The value of `font-family`: fonts of several systems, then a generic family."""
        return _STACKS[self]


_STACKS = {
    Font.SYSTEM: "system-ui, sans-serif",
    Font.HUMANIST: '"Segoe UI", Seravek, "Gill Sans Nova", Ubuntu, Calibri, sans-serif',
    Font.GROTESQUE: '"Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif',
    Font.ROUNDED: 'ui-rounded, "Arial Rounded MT Bold", Nunito, Quicksand, sans-serif',
    Font.SERIF: 'Charter, Georgia, Cambria, "Liberation Serif", serif',
}


def read_name(text: Any) -> str:
    """Accept the name of a shop. Raises ValueError."""
    return read_line(text, LONGEST_NAME)


def read_line(text: Any, longest: int) -> str:
    """Accept one line of printable characters. Raises ValueError."""
    if not isinstance(text, str) or not text.strip() or not text.isprintable():
        raise ValueError("write a text of one line in quotes")
    if len(text) > longest:
        raise ValueError(f"write at most {longest} characters, not {len(text)}")
    return text.strip()


def read_web_url(text: Any) -> str:
    """Accept the address of a web page. Raises ValueError."""
    url = read_line(text, LONGEST_URL)
    try:
        parts = urlsplit(url)
        is_web_page = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_web_page = False
    # A user name before the host makes an address look like one of another site.
    if not is_web_page or "@" in parts.netloc or not url.isascii() or _NOT_IN_URLS & set(url):
        raise ValueError("write the address of a web page, such as https://HOST/PATH")
    return url


def read_mail(text: Any) -> str:
    """Accept an e-mail address. Raises ValueError."""
    try:
        return validate_email(
            read_line(text, LONGEST_URL), check_deliverability=False, test_environment=True
        ).normalized
    except EmailNotValidError:
        raise ValueError("write an e-mail address") from None


def read_phone(text: Any) -> str:
    """Accept a telephone number as people write it. Raises ValueError."""
    phone = read_line(text, LONGEST_PHONE)
    if not _PHONE.fullmatch(phone):
        raise ValueError("write a telephone number with its country, such as +49 30 123456")
    return phone


def read_color(text: Any) -> str:
    """Accept a color of six hexadecimal digits. Raises ValueError."""
    if not isinstance(text, str) or not _COLOR.fullmatch(text):
        raise ValueError('write a color as "#RRGGBB", with hexadecimal digits')
    return text.lower()


def read_font(text: Any) -> Font:
    """Accept the name of a family of fonts. Raises ValueError."""
    if text not in list(Font):
        raise ValueError(f"write one of {', '.join(Font)}")
    return Font(text)


def read_radius(number: Any) -> int:
    """Accept a number of pixels. Raises ValueError."""
    if type(number) is not int or not 0 <= number <= LARGEST_RADIUS:
        raise ValueError(f"write a whole number of pixels from 0 to {LARGEST_RADIUS}")
    return number


def read_switch(value: Any) -> bool:
    """Accept true or false. Raises ValueError."""
    if not isinstance(value, bool):
        raise ValueError("write true or false")
    return value


def read_picture(name: Any, info: ValidationInfo) -> Logo:
    """Read a picture whose path starts at the folder of the brand's file. Raises ValueError."""
    if isinstance(name, Logo):
        return name
    return read_logo(Path((info.context or {}).get("folder", ".")) / read_line(name, LONGEST_URL))


def read_locales(codes: Any, info: ValidationInfo) -> tuple[str, ...]:
    """Accept codes of languages that pages are written in. Raises ValueError."""
    known = (info.context or {}).get("locales", ())
    named = list(map(_code, codes)) if isinstance(codes, list | tuple) else []
    if not named or not set(named) <= set(known):
        raise ValueError(f"write a list of languages, of {', '.join(known)}")
    return tuple(dict.fromkeys(named))


def read_refunds(texts: Any, info: ValidationInfo) -> dict[str, str]:
    """Accept a table with a text for each language. Raises ValueError."""
    known = (info.context or {}).get("locales", ())
    if not isinstance(texts, dict) or not set(map(_code, texts)) <= set(known):
        raise ValueError(f"write a table with a text for each language, of {', '.join(known)}")
    return {_code(code): read_line(text, LONGEST_REFUND_TEXT) for code, text in texts.items()}


def _code(tag: Any) -> str:
    """Return the code of a language tag: people write pt-BR as well as pt_BR."""
    return str(tag).replace("-", "_")
