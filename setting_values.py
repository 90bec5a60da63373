"""The values of settings: what makes each of its text, and how a text is shown."""

from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

PROJECT = Path(__file__).parent
MEMORY = "memory://"


def read_database_url(text: str) -> str:
    """Accept the address of a SQLite file or of a PostgreSQL database."""
    scheme = text.partition("://")[0]
    if scheme == "sqlite":
        return resolve_sqlite_url(text)
    advice = "use sqlite://PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE"
    if scheme not in ("postgres", "postgresql") or not split_url(text).path.strip("/"):
        raise ValueError(advice)
    return text


def resolve_sqlite_url(text: str) -> str:
    """Make the file's path absolute: every command means the same file, wherever it is run."""
    path, mark, options = text.removeprefix("sqlite://").partition("?")
    if path in ("", ":memory:") or path.endswith("/"):
        raise ValueError("name a file, such as sqlite://whereabouts.sqlite3")
    file = str(PROJECT / path)
    if "#" in file or "?" in file:
        raise ValueError(f"a path with # or ? in it cannot be written as a URL: {file}")
    return f"sqlite://{file}{mark}{options}"


def read_broadcast_url(text: str) -> str:
    """Accept the address of a Redis server, or none for a single process."""
    advice = f"use {MEMORY} or redis://:PASSWORD@HOST:PORT (rediss:// for TLS)"
    if text == MEMORY:
        return text
    if text.partition("://")[0] not in ("redis", "rediss") or not split_url(text).hostname:
        raise ValueError(advice)
    return text


def split_url(text: str) -> SplitResult:
    """Take a URL apart; the library's own complaints would quote the password."""
    try:
        parts = urlsplit(text)
        is_port_right = parts.port != 0
    except ValueError:
        is_port_right = False
    if not is_port_right:
        raise ValueError(
            "its host or port cannot be read; percent-encode / ? # @ [ ] in a password"
        )
    return parts


def read_host(text: str) -> str:
    """Accept a name or an address without its port."""
    if not text or not text.isprintable() or " " in text or "/" in text or text.count(":") == 1:
        raise ValueError("use a host name or an address; the port has a variable of its own")
    return text


def read_hosts(text: str) -> str:
    """Accept addresses and networks separated by commas, * for all, or nothing for none."""
    if text.strip() in ("", "*"):
        return text.strip()
    for part in text.split(","):
        try:
            ip_network(part.strip())
        except ValueError:
            raise ValueError("use addresses or networks such as 10.0.0.0/8, or *") from None
    return text


def read_origins(text: str) -> tuple[str, ...]:
    """Accept origins separated by commas, each as a browser sends it."""
    origins = tuple(origin.strip() for origin in text.split(",")) if text.strip() else ()
    for origin in origins:
        parts = split_url(origin)
        is_plain = parts.hostname and "@" not in parts.netloc and "*" not in parts.netloc
        is_exact = origin == f"{parts.scheme}://{parts.netloc}".lower()
        if parts.scheme not in ("http", "https") or not is_plain or not is_exact:
            raise ValueError("use https://HOST or https://HOST:PORT, lower case, commas between")
    return origins


def read_file(text: str) -> Path | None:
    """Accept the path of a file, from where the command runs, or nothing for none."""
    if not text.isprintable():
        raise ValueError("use the path of a file")
    return Path(text).absolute() if text else None


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `low` to `high`."""

    def read(text: str) -> int:
        # int() alone also takes signs, spaces, underscores and other scripts' digits.
        is_number = text.isascii() and text.isdigit() and len(text) <= 9
        if not (is_number and low <= int(text) <= high):
            raise ValueError(f"use a whole number from {low} to {high}")
        return int(text)

    return read


def one_of(*choices: str) -> Callable[[str], str]:
    """Return a reader of one word of several, in upper or lower case."""

    def read(text: str) -> str:
        if text.lower() not in choices:
            raise ValueError(f"use {', '.join(choices[:-1])} or {choices[-1]}")
        return text.lower()

    return read


def read_switch(text: str) -> bool:
    """Accept on or off."""
    return one_of("on", "off")(text) == "on"


def redact(text: str) -> str:
    """Return a URL without anything that may be a password; other text as it is."""
    scheme, separator, rest = text.partition("://")
    if not separator:
        return "***" if "@" in text else text
    try:
        parts = urlsplit(text)
        is_clear = parts.port is None or parts.hostname is not None
    except ValueError:
        is_clear = False
    # An @ outside its place, or a port that is none: part of a password with /, ? or # in it.
    if not is_clear or "@" in parts.path + parts.query + parts.fragment:
        return f"{scheme}://***"
    place = rest.partition("?")[0].partition("#")[0].rpartition("@")
    userinfo = "***@" if place[1] else ""
    return f"{scheme}://{userinfo}{place[2]}" + ("?***" if parts.query or parts.fragment else "")
