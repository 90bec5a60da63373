"""The values of settings: each reader checks a text and returns its value, or raises ValueError."""

import re
from base64 import urlsafe_b64decode
from ipaddress import ip_network
from pathlib import Path

from pydantic import BeforeValidator

LOG_FORMATS = ("text", "json")
LOG_LEVELS = ("critical", "error", "warning", "info", "debug")
FAMILIES_ADVICE = (
    "use FAMILY:CARRIER,CARRIER;FAMILY:CARRIER with the codes of carriers, such as"
    " acme:acme_air,acme_road"
)
SECRET_KEY_BYTES = 32
"""Bytes of a key of Fernet: sixteen that sign, and sixteen that encrypt."""
MAXIMUM_DIGITS = 9
"""Digits of a number: none of ours has more, and Python converts no number of thousands."""

_CARRIER = re.compile(r"[a-z0-9][a-z0-9_]{0,39}")


def read_host(text: str) -> str:
    """Accept a name or an address without its port."""
    if not text or not text.isprintable() or " " in text or "/" in text or text.count(":") == 1:
        raise ValueError("use a host name or an address; the port has a variable of its own")
    return text


def read_proxies(text: str) -> str:
    """Accept addresses and networks separated by commas, * for all, or nothing for none."""
    if text.strip() in ("", "*"):
        return text.strip()
    for part in text.split(","):
        try:
            ip_network(part.strip())
        except ValueError:
            raise ValueError("use addresses or networks such as 10.0.0.0/8, or *") from None
    return text


def read_file(text: str) -> Path | None:
    """Accept the path of a file, from where the command runs, or nothing for none."""
    if not text.isprintable():
        raise ValueError("use the path of a file")
    return Path(text).absolute() if text else None


def read_log_level(text: str) -> str:
    """Accept a level in upper or lower case."""
    if text.lower() not in LOG_LEVELS:
        raise ValueError(f"use {', '.join(LOG_LEVELS[:-1])} or {LOG_LEVELS[-1]}")
    return text.lower()


def read_log_format(text: str) -> str:
    """Accept the name of a format."""
    if text not in LOG_FORMATS:
        raise ValueError(f"use {' or '.join(LOG_FORMATS)}")
    return text


def read_families(text: str) -> tuple[tuple[str, ...], ...]:
    """Accept the families of carriers, each with its name first: dhl:dhl_same_day,acme;own:van."""
    families = tuple(_read_family(part) for part in text.split(";") if part.strip())
    family_of: dict[str, str] = {}
    for first, *others in families:
        for name in (first, *others):
            other = family_of.setdefault(name.replace("_", ""), first)
            if other != first:
                raise ValueError(f"{name} stands in the families {other} and {first}; use one")
    return families


def _read_family(text: str) -> tuple[str, ...]:
    first, colon, others = text.partition(":")
    if not colon:
        raise ValueError(FAMILIES_ADVICE)
    return (_read_carrier(first), *map(_read_carrier, others.split(",")))


def _read_carrier(text: str) -> str:
    code = re.sub(r"[\s-]+", "_", text.strip().lower())
    if not _CARRIER.fullmatch(code):
        raise ValueError(FAMILIES_ADVICE)
    return code


def read_switch(text: str) -> bool:
    """Accept on or off."""
    if text.lower() not in ("on", "off"):
        raise ValueError("use on or off")
    return text.lower() == "on"


def read_secret_keys(text: str) -> str:
    """Accept keys separated by commas, each as `whereabouts secret-key` prints one, or nothing."""
    for key in text.split(",") if text else ():
        try:
            is_key = len(urlsafe_b64decode(key.strip().encode())) == SECRET_KEY_BYTES
        except ValueError:
            is_key = False
        if not is_key:
            raise ValueError(
                "use what `whereabouts secret-key` prints, several with commas between"
            )
    return text


def read_optional_port(text: str) -> int | None:
    """Accept the number of a TCP port, or nothing for none."""
    return read_whole_number(text, 1, 65535) if text else None


def whole_number(low: int, high: int) -> BeforeValidator:
    """Accept whole numbers from `low` to `high`."""

    return BeforeValidator(lambda text: read_whole_number(text, low, high))


def read_whole_number(text: str, low: int, high: int) -> int:
    # int() alone also takes signs, spaces, underscores and other scripts' digits.
    is_number = text.isascii() and text.isdigit() and len(text) <= MAXIMUM_DIGITS
    if not (is_number and low <= int(text) <= high):
        raise ValueError(f"use a whole number from {low} to {high}")
    return int(text)
