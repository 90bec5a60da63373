"""The settings: read once from the environment, checked, frozen, and handed down."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

PREFIX = "WHEREABOUTS_"
PROJECT = Path(__file__).parent
MEMORY = "memory://"
LOG_LEVELS = ("critical", "error", "warning", "info", "debug")
HOURS_OF_A_YEAR = 24 * 366


class SettingsError(ValueError):
    """An environment variable is unknown, wrong, or contradicts another."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set from outside; `VARIABLES` says what it is."""

    database_url: str = field(repr=False)
    broadcast_url: str = field(repr=False)
    host: str
    port: int
    workers: int
    database_connections: int
    allowed_origins: tuple[str, ...]
    trusted_proxies: str
    subscriptions_per_connection: int
    connections_per_address: int
    connections_per_key: int
    message_bytes: int
    messages_per_second: int
    init_seconds: int
    log_level: str
    due_hours_critical: int
    due_hours_high: int
    due_hours_medium: int
    sweep_seconds: int
    graphiql: bool
    introspection: bool

    @property
    def is_embedded(self) -> bool:
        """Whether the data is a SQLite file."""
        return self.database_url.startswith("sqlite://")

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read the settings; raise `SettingsError` with what to do about the first wrong one."""
        refuse_unknown(environ)
        values = {
            name.removeprefix(PREFIX).lower(): variable.read_from(environ.get(name), name)
            for name, variable in VARIABLES.items()
        }
        settings = cls(**values)
        refuse_contradictions(settings)
        return settings


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable: its default, what makes the value of its text, what it means."""

    default: str
    read: Callable[[str], Any]
    meaning: str

    def read_from(self, text: str | None, name: str) -> Any:
        """Return the value of a text, or of the default if there is none."""
        text = self.default if text is None else text
        try:
            return self.read(text)
        except ValueError as error:
            raise SettingsError(f"{name}={redact(text)!r}: {error}") from None


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


def refuse_unknown(environ: Mapping[str, str]) -> None:
    """Refuse a variable that looks like ours but is none: misspelt, it would do nothing."""
    # Compared without the prefix, which alone makes any two names alike.
    endings = [name.removeprefix(PREFIX) for name in VARIABLES]
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in VARIABLES:
            near = difflib.get_close_matches(name.removeprefix(PREFIX), endings, n=1)
            advice = f"did you mean {PREFIX}{near[0]}?" if near else f"use {', '.join(VARIABLES)}"
            raise SettingsError(f"{name} is not a setting; {advice}")


def refuse_contradictions(settings: Settings) -> None:
    """Refuse values that are right by themselves but not together."""
    if settings.workers == 1:
        return
    several = f"WHEREABOUTS_WORKERS={str(settings.workers)!r}"
    if settings.is_embedded:
        raise SettingsError(
            f"{several}: a SQLite file serves only one process; set it to 1, or "
            "WHEREABOUTS_DATABASE_URL to postgres://USER:PASSWORD@HOST:PORT/DATABASE"
        )
    if settings.broadcast_url == MEMORY:
        raise SettingsError(
            f"{several}: processes do not hear each other through {MEMORY}; set it to 1, or "
            "WHEREABOUTS_BROADCAST_URL to redis://:PASSWORD@HOST:PORT"
        )


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
    """Accept addresses and networks separated by commas, or * for all."""
    for part in text.split(","):
        if part.strip() != "*":
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


VARIABLES = {
    "WHEREABOUTS_DATABASE_URL": Variable(
        "sqlite://whereabouts.sqlite3",
        read_database_url,
        "`sqlite://` and an absolute path, or a `postgres(ql)://` address; may hold a password",
    ),
    "WHEREABOUTS_BROADCAST_URL": Variable(
        MEMORY, read_broadcast_url, "`memory://`, or `redis://` or `rediss://`; may hold a password"
    ),
    "WHEREABOUTS_HOST": Variable("127.0.0.1", read_host, "Address to listen on"),
    "WHEREABOUTS_PORT": Variable("8000", whole_number(1, 65535), "TCP port to listen on"),
    "WHEREABOUTS_WORKERS": Variable("1", whole_number(1, 64), "Server processes"),
    "WHEREABOUTS_DATABASE_CONNECTIONS": Variable(
        "10", whole_number(2, 100), "Database connections of each process, at most"
    ),
    "WHEREABOUTS_ALLOWED_ORIGINS": Variable(
        "",
        read_origins,
        "Origins of the browser pages that may call the API; of its own they always may",
    ),
    "WHEREABOUTS_TRUSTED_PROXIES": Variable(
        "127.0.0.1",
        read_hosts,
        "Addresses of proxies whose `X-Forwarded-For` says who the client is, by comma",
    ),
    "WHEREABOUTS_SUBSCRIPTIONS_PER_CONNECTION": Variable(
        "50", whole_number(1, 10_000), "Operations that run on one websocket at once"
    ),
    "WHEREABOUTS_CONNECTIONS_PER_ADDRESS": Variable(
        "50",
        whole_number(1, 1_000_000),
        "Websockets and event streams of one client address that has named no key, per process",
    ),
    "WHEREABOUTS_CONNECTIONS_PER_KEY": Variable(
        "1000", whole_number(1, 1_000_000), "Websockets and event streams of one key, per process"
    ),
    "WHEREABOUTS_MESSAGE_BYTES": Variable(
        "65536", whole_number(1024, 16 * 1024 * 1024), "Of a websocket message, at most"
    ),
    "WHEREABOUTS_MESSAGES_PER_SECOND": Variable(
        "10",
        whole_number(1, 100_000),
        "That a websocket may send for long; ten seconds' worth may come at once",
    ),
    "WHEREABOUTS_INIT_SECONDS": Variable(
        "10", whole_number(1, 600), "In which a websocket must say connection_init"
    ),
    "WHEREABOUTS_LOG_LEVEL": Variable(
        "info", one_of(*LOG_LEVELS), "Least severe level that is logged, in lower case"
    ),
    "WHEREABOUTS_DUE_HOURS_CRITICAL": Variable(
        "4", whole_number(1, HOURS_OF_A_YEAR), "Hours until a CRITICAL exception is due"
    ),
    "WHEREABOUTS_DUE_HOURS_HIGH": Variable(
        "24", whole_number(1, HOURS_OF_A_YEAR), "Hours until a HIGH exception is due"
    ),
    "WHEREABOUTS_DUE_HOURS_MEDIUM": Variable(
        "72", whole_number(1, HOURS_OF_A_YEAR), "Hours until a MEDIUM exception is due"
    ),
    "WHEREABOUTS_SWEEP_SECONDS": Variable(
        "60", whole_number(1, 3600), "Seconds between two looks for what only the clock changes"
    ),
    "WHEREABOUTS_GRAPHIQL": Variable("on", read_switch, "Whether browsers get the GraphiQL page"),
    "WHEREABOUTS_INTROSPECTION": Variable("on", read_switch, "Whether the schema may be asked for"),
}
