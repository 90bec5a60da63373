"""Addresses of PostgreSQL databases, with the meaning that libpq gives to them.

Hosting companies hand out such addresses. A parameter that cannot be given its meaning is refused
with what to write instead. No message quotes a value, as it may be a password.
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from database.address_parameters import (
    CHOICES,
    FILES,
    FOREIGN,
    OWN,
    PASSED_ON,
    SSL_MODES,
    read_seconds,
    read_settings,
)

UNREADABLE = "its host or port cannot be read; percent-encode / ? # @ [ ] in a password"
SYSTEM = "system"
"""The value of `sslrootcert` for the certificate authorities that the machine trusts."""
WRITABLE = "read-write"
HIGHEST_PORT = 65535

Host = tuple[str | None, int | None]
"""A host's name, address or folder of sockets, and its port. The driver knows defaults for each."""


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """Where a database is, and how to connect to it.

    `driver` has the parameters that asyncpg gives their meaning, `settings` those that the session
    begins with. Where `has_pooler`, the address itself says that a pooler answers.
    """

    hosts: tuple[Host, ...]
    user: str | None
    password: str | None = field(repr=False)
    database: str
    driver: Mapping[str, str] = field(repr=False)
    settings: Mapping[str, str]
    connect_seconds: float | None
    has_pooler: bool


def read_address(url: str) -> PostgresAddress:
    """Take the URL of a PostgreSQL database apart. Raises ValueError."""
    place, _, query = url.partition("://")[2].partition("?")
    authority, _, path = place.partition("/")
    userinfo, _, netloc = authority.rpartition("@")
    hosts = tuple(_read_hosts(netloc)) if netloc else ()
    # A password that was not encoded may be cut anywhere: its rest ends at an @.
    if "#" in url or "@" in path + query or "/" in path:
        raise ValueError(UNREADABLE)
    found = dict(_read_parameters(query))
    user, _, password = userinfo.partition(":")
    if host := found.get("host"):
        hosts = tuple(_read_hosts(_bracketed(host), found.get("port", "")))
    elif port := found.get("port"):
        hosts = tuple((name, _read_port(port)) for name, _ in hosts or ((None, None),))
    return PostgresAddress(
        hosts=hosts or ((None, None),),
        user=found.get("user") or unquote(user) or None,
        password=found.get("password") or unquote(password) or None,
        database=found.get("dbname") or unquote(path),
        driver=_driver_parameters(found, len(hosts)),
        settings=read_settings(found),
        connect_seconds=read_seconds(found.get("connect_timeout")),
        has_pooler=found.get("pgbouncer") == "true",
    )


def without_secrets(address: PostgresAddress) -> str:
    """Return the address as it may be shown: hosts and database."""
    return f"postgres://{','.join(map(_shown, address.hosts))}/{address.database}"


def _shown(host: Host) -> str:
    name, port = host
    place = f"[{name}]" if name and ":" in name else name or ""
    return place if port is None else f"{place}:{port}"


def _bracketed(hosts: str) -> str:
    """Return a list of hosts with brackets around IPv6 addresses, which need none in `host`."""
    return ",".join(
        f"[{host}]" if host.count(":") > 1 and host[0] not in "[/" else host
        for host in hosts.split(",")
    )


def _read_hosts(text: str, ports: str = "") -> Iterator[Host]:
    """Yield the hosts of a list, each with its port; `ports` is one for all, or one for each."""
    places = text.split(",")
    given = ports.split(",") if ports else [""]
    if len(given) not in (1, len(places)):
        raise ValueError("its port needs one number, or one for each host")
    for place, port in zip(places, given * len(places), strict=False):
        name, own = _read_place(place)
        yield name, own if own is not None or not port else _read_port(port)


def _read_place(text: str) -> Host:
    if text.startswith("["):
        name, bracket, rest = text[1:].partition("]")
        colon, port = rest[:1], rest[1:]
        is_right = bracket and colon in ("", ":")
    elif text.startswith("/"):
        name, colon, port, is_right = text, "", "", True
    else:
        name, colon, port = text.partition(":")
        is_right = not set("[]") & set(name)
    if not (name and is_right):
        raise ValueError(UNREADABLE)
    return unquote(name), _read_port(port) if colon else None


def _read_port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= HIGHEST_PORT):
        raise ValueError(UNREADABLE)
    return int(text)


def _read_parameters(query: str) -> Iterator[tuple[str, str]]:
    """Yield the parameters as libpq names them. Only %xx is decoded: a + stands for itself."""
    for pair in query.split("&") if query else ():
        name, _, value = pair.partition("=")
        name, value = unquote(name), unquote(value)
        name = {"ssl": "sslmode", "database": "dbname"}.get(name, name)
        if name in CHOICES and value not in CHOICES[name].values:
            raise ValueError(f"its parameter {name} is refused: {CHOICES[name].advice}")
        if name in FOREIGN:
            raise ValueError(f"its parameter {name} is refused: {FOREIGN[name]}")
        if name not in {*CHOICES, *PASSED_ON, *FILES, *OWN}:
            raise ValueError(_unknown(name))
        if name in FILES and not _is_there(name, value):
            raise ValueError(f"its parameter {name} names a file that cannot be read")
        yield name, value


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, [*CHOICES, *PASSED_ON, *FILES, *OWN], n=1)
    advice = f"did you mean {near[0]}?" if near else "take it out"
    shown = f" {name}" if name.isidentifier() and name.isascii() else ""
    return f"its parameter{shown} is not known; {advice}"


def _is_there(name: str, value: str) -> bool:
    return (name == "sslrootcert" and value == SYSTEM) or is_readable(value)


def is_readable(path: str) -> bool:
    """Whether there is a file that can be read."""
    try:
        with Path(path).open("rb"):
            return True
    except (OSError, ValueError):
        return False


def _driver_parameters(found: Mapping[str, str], hosts: int) -> dict[str, str]:
    """Return what the driver is given. Among several hosts it looks for one that takes writes."""
    is_sent = {name for name, choice in CHOICES.items() if choice.is_sent}
    driver = {
        name: value for name, value in found.items() if name in {*is_sent, *PASSED_ON, *FILES}
    }
    if hosts > 1:
        driver.setdefault("target_session_attrs", WRITABLE)
    if driver.get("sslrootcert") == SYSTEM:
        if driver.setdefault("sslmode", SSL_MODES[-1]) != SSL_MODES[-1]:
            raise ValueError("its parameter sslrootcert=system needs sslmode=verify-full")
        if "sslcrl" in driver:
            raise ValueError("its parameter sslcrl cannot go with sslrootcert=system; take it out")
    return driver
