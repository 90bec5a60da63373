"""The values of settings: each reader checks a text and returns its value, or raises ValueError."""

from base64 import urlsafe_b64decode
from ipaddress import ip_network
from pathlib import Path

from pydantic import BeforeValidator

LOG_LEVELS = ("critical", "error", "warning", "info", "debug")
SECRET_KEY_BYTES = 32
"""Bytes of a key of Fernet: sixteen that sign, and sixteen that encrypt."""
MAXIMUM_DIGITS = 9
"""Digits of a number: none of ours has more, and Python converts no number of thousands."""


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


def whole_number(low: int, high: int) -> BeforeValidator:
    """Accept whole numbers from `low` to `high`."""

    def read(text: str) -> int:
        # int() alone also takes signs, spaces, underscores and other scripts' digits.
        is_number = text.isascii() and text.isdigit() and len(text) <= MAXIMUM_DIGITS
        if not (is_number and low <= int(text) <= high):
            raise ValueError(f"use a whole number from {low} to {high}")
        return int(text)

    return BeforeValidator(read)
