"""The settings: read once from the environment, checked, frozen, and handed down."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from setting_values import (
    MEMORY,
    one_of,
    read_broadcast_url,
    read_database_url,
    read_file,
    read_host,
    read_hosts,
    read_origins,
    read_switch,
    redact,
    whole_number,
)

PREFIX = "WHEREABOUTS_"
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
    documents: Path | None
    documents_only: bool

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
    if settings.documents_only and settings.documents is None:
        raise SettingsError(
            "WHEREABOUTS_DOCUMENTS_ONLY='on': name the file of the documents that may be asked for,"
            " WHEREABOUTS_DOCUMENTS"
        )
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
    "WHEREABOUTS_DOCUMENTS": Variable(
        "", read_file, "File of trusted documents, as Relay's and Apollo's tools write it"
    ),
    "WHEREABOUTS_DOCUMENTS_ONLY": Variable(
        "off", read_switch, "Whether nothing but trusted documents is answered"
    ),
}
