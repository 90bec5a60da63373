"""URLs that settings hold: each is checked, and never quoted, as it may hold a password."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, quote, urlsplit

from database.postgres_address import UNREADABLE, is_readable, read_address, without_secrets

MEMORY = "memory://"
PATH_SIGNS = "/%:@!$&'()*+,=~"
"""Signs that browsers send as they stand in a path, and that do not end the path of a cookie."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""Names of this very machine, to which nothing needs to be encrypted."""
DATABASE_ADVICE = "use sqlite://PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE"
BROADCAST_ADVICE = f"use {MEMORY} or redis://:PASSWORD@HOST:PORT (rediss:// for TLS)"
ORIGIN = re.compile(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]+)?")
"""An origin as browsers send it. No other character may come into the headers that it stands in."""
REDIS_FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
"""Parameters of a Redis address that name a file; these and the further ones of TLS mean what they
mean to the client library."""
REDIS_CHOICES: Mapping[str, tuple[str, ...]] = {
    "ssl_cert_reqs": ("required", "none"),
    "ssl_check_hostname": ("true", "false"),
}


def read_database_url(text: str, folder: Path) -> str:
    """Accept the URL of a SQLite file or of a PostgreSQL database.

    A relative path of a file starts at `folder`. Raises ValueError.
    """
    scheme, _, path = text.partition("://")
    if scheme == "sqlite":
        return _absolute_sqlite_url(path, folder)
    if scheme not in ("postgres", "postgresql"):
        raise ValueError(f"its scheme is not known; {DATABASE_ADVICE}")
    if not read_address(text).database:
        raise ValueError(f"it names no database; {DATABASE_ADVICE}")
    return text


def _absolute_sqlite_url(path_and_options: str, folder: Path) -> str:
    path, mark, options = path_and_options.partition("?")
    if path in ("", ":memory:") or path.endswith("/"):
        raise ValueError("it names no file; use a path, such as sqlite://whereabouts.sqlite3")
    file = str(folder / path)
    if "#" in file or "?" in file:
        raise ValueError("a path with # or ? in it cannot be written as a URL; use another path")
    return f"sqlite://{file}{mark}{options}"


def read_broadcast_url(text: str) -> str:
    """Accept the URL of a Redis server, or `memory://` for a single process. Raises ValueError."""
    if text == MEMORY:
        return text
    if text.partition("://")[0] not in ("redis", "rediss"):
        raise ValueError(f"its scheme is not known; {BROADCAST_ADVICE}")
    parts = _split(text)
    if not parts.hostname:
        raise ValueError(f"it names no host; {BROADCAST_ADVICE}")
    if not re.fullmatch(r"/?[0-9]{0,9}", parts.path, re.ASCII):
        raise ValueError("the number of its database cannot be read; write it as in redis://HOST/0")
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        _check_redis_parameter(name, value, is_tls=parts.scheme == "rediss")
    return text


def _check_redis_parameter(name: str, value: str, *, is_tls: bool) -> None:
    """Raise ValueError for what the client would refuse, or refuse only when it connects."""
    known = (*REDIS_FILES, *REDIS_CHOICES)
    if name not in known:
        shown = f" {name}" if name.isidentifier() and name.isascii() else ""
        raise ValueError(f"its parameter{shown} is not known; it may have {', '.join(known)}")
    if not is_tls:
        raise ValueError(f"its parameter {name} is one of TLS; write rediss:// instead of redis://")
    if name in REDIS_CHOICES and value not in REDIS_CHOICES[name]:
        raise ValueError(
            f"its parameter {name} is refused: write {' or '.join(REDIS_CHOICES[name])}"
        )
    if name in REDIS_FILES and not is_readable(value):
        raise ValueError(f"its parameter {name} names a file that cannot be read")


def read_origins(text: str) -> tuple[str, ...]:
    """Accept origins separated by commas, each as a browser sends it. Raises ValueError."""
    origins = tuple(origin.strip() for origin in text.split(",")) if text.strip() else ()
    for origin in origins:
        if not ORIGIN.fullmatch(origin) or not _split(origin).hostname:
            raise ValueError("use https://HOST or https://HOST:PORT, lower case, commas between")
    return origins


def read_public_url(text: str) -> str:
    """Accept the address by which others reach the service, or nothing. Raises ValueError."""
    if not text:
        return text
    parts = _split(text)
    is_plain = parts.hostname and not any((parts.query, parts.fragment, "@" in parts.netloc))
    if parts.scheme not in ("http", "https") or not is_plain or not text.isprintable():
        raise ValueError("use https://HOST, with a port or a path if there is one")
    return text.rstrip("/")


def public_path(url: str) -> str:
    """Return the path of a checked public address, such as `/track`; "" if it has none.

    It can stand in the header of a cookie.
    """
    path = quote(urlsplit(url).path.strip("/"), safe=PATH_SIGNS)
    return f"/{path}" if path else ""


def read_provider_url(text: str) -> str:
    """Accept the https address of an identity provider, or nothing; on this machine itself http
    will do. Raises ValueError."""
    if not text:
        return text
    parts = _split(text)
    is_encrypted = parts.scheme == "https"
    is_here = parts.scheme == "http" and parts.hostname in LOOPBACK
    is_plain = parts.hostname and not parts.fragment and "@" not in parts.netloc
    if not (is_encrypted or is_here) or not is_plain or not text.isprintable():
        raise ValueError("use https://HOST/PATH")
    return text


def http_url(host: str, port: int, path: str) -> str:
    """Return the URL of a path on a host, which may be an IPv6 address."""
    return f"http://[{host}]:{port}{path}" if ":" in host else f"http://{host}:{port}{path}"


def without_password(url: str) -> str:
    """Return a checked URL without its user, password and options."""
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        return rest.partition("?")[0]
    if scheme.startswith("postgres"):
        return without_secrets(read_address(url))
    return f"{scheme}://{urlsplit(url).netloc.rpartition('@')[2]}{urlsplit(url).path}"


def _split(text: str) -> SplitResult:
    """Take a URL apart; the standard library's own complaint would quote the password."""
    try:
        parts = urlsplit(text)
        is_port_right = parts.port != 0
    except ValueError:
        is_port_right = False
    if not is_port_right:
        raise ValueError(UNREADABLE)
    return parts
