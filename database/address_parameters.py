"""The parameters of a PostgreSQL address: which are known, and what each may be."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
TLS_VERSIONS = ("TLSv1.2", "TLSv1.3")
LONGEST_CONNECT_SECONDS = 60
"""Requests are answered after half a minute at most, so that longer waiting serves nobody."""
RESERVED = (
    "application_name",
    "timezone",
    "jit",
    "lock_timeout",
    "idle_in_transaction_session_timeout",
    "statement_timeout",
    "default_transaction_read_only",
)
"""The settings that the service gives its sessions; `application_name` has a parameter."""
OPTION = re.compile(r"(?:-c\s*|--)([A-Za-z_][\w.-]*)=((?:\\.|[^\s\\])*)\s*")
"""A setting in `options`: `-c name=value` or `--name=value`; a backslash keeps the next character,
such as a space."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A parameter with few values. The driver gets it where `is_sent`; other values mean what is
    done anyway."""

    values: tuple[str, ...]
    advice: str
    is_sent: bool = False


CHOICES: Mapping[str, Choice] = {
    "sslmode": Choice(
        SSL_MODES,
        "write sslmode=disable, allow, prefer, require, verify-ca or verify-full; only the last"
        " two check the server's certificate, against the file that sslrootcert names",
        is_sent=True,
    ),
    "sslnegotiation": Choice(
        ("postgres", "direct"), "write sslnegotiation=postgres or direct", is_sent=True
    ),
    "ssl_min_protocol_version": Choice(TLS_VERSIONS, "write TLSv1.2 or TLSv1.3", is_sent=True),
    "ssl_max_protocol_version": Choice(TLS_VERSIONS, "write TLSv1.2 or TLSv1.3", is_sent=True),
    "target_session_attrs": Choice(
        ("any", "read-write", "primary"),
        "write target_session_attrs=read-write, primary or any: a standby takes no writes",
        is_sent=True,
    ),
    "channel_binding": Choice(
        ("disable", "prefer"),
        "the driver has no channel binding; take it out, and write sslmode=verify-full, which"
        " proves the server, too",
    ),
    "gssencmode": Choice(
        ("disable", "prefer"),
        "the driver has no encryption by GSSAPI; take it out, and write sslmode=require or"
        " verify-full",
    ),
    "load_balance_hosts": Choice(
        ("disable",), "hosts are tried in their order; take it out, or write disable"
    ),
    "keepalives": Choice(("1",), "keepalives are always sent; take it out"),
    "sslcompression": Choice(("0",), "there is no compression of TLS; take it out"),
    "sslsni": Choice(("1",), "the server is always told its name; take it out"),
    "client_encoding": Choice(("UTF8", "utf8", "UTF-8", "utf-8", "auto"), "it is always UTF8"),
    "uselibpqcompat": Choice(("true",), "parameters always mean what they mean to libpq"),
    "pgbouncer": Choice(("true", "false"), "write pgbouncer=true or false"),
}
FILES = ("sslrootcert", "sslcert", "sslkey", "sslcrl", "passfile")
PASSED_ON = ("sslpassword", "krbsrvname", "gsslib", "service")
OWN = (
    *("host", "port", "user", "password", "dbname"),
    *("connect_timeout", "application_name", "fallback_application_name", "options", "schema"),
)
_CONNECTIONS = "WHEREABOUTS_DATABASE_CONNECTIONS is the number of connections; take it out"
_STATEMENTS = (
    "a pooler is recognised, and gets no named statements; take it out, or write pgbouncer=true"
)
_CERTIFICATE = "write sslmode=require, or sslmode=verify-full to check the certificate"
_LINK = "a connection that is dead is noticed within seconds; take it out"
FOREIGN: Mapping[str, str] = {
    **dict.fromkeys(("connection_limit", "pool_size", "pool_timeout", "max_size"), _CONNECTIONS),
    **dict.fromkeys(
        ("statement_cache_size", "prepared_statement_cache_size", "prepared_statements"),
        _STATEMENTS,
    ),
    **dict.fromkeys(("prepareThreshold", "preparedStatements", "binary_parameters"), _STATEMENTS),
    **dict.fromkeys(("sslaccept", "requiressl", "tls", "ssl_mode"), _CERTIFICATE),
    **dict.fromkeys(
        ("keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout"), _LINK
    ),
    "hostaddr": "write the address as the host",
    "search_path": "write schema, or options=-c%20search_path=NAME",
    "currentSchema": "write schema",
}
"""Parameters of other programs, and of libpq, that have no meaning here; and what to do instead."""


def read_seconds(text: str | None) -> float | None:
    """Return the seconds to wait for each host, or None for the usual ones. Raises ValueError."""
    if text is None:
        return None
    is_number = text.isascii() and text.isdigit() and len(text) < 5
    if not (is_number and 1 <= int(text) <= LONGEST_CONNECT_SECONDS):
        raise ValueError(
            "its parameter connect_timeout is refused: write the seconds, from 1 to"
            f" {LONGEST_CONNECT_SECONDS}"
        )
    return float(text)


def read_settings(found: Mapping[str, str]) -> dict[str, str]:
    """Return the settings with which a session begins, by their names. Raises ValueError."""
    settings = dict(_read_options(found.get("options", "")))
    if schema := found.get("schema"):
        settings["search_path"] = schema
    if name := found.get("application_name") or found.get("fallback_application_name"):
        settings["application_name"] = name
    if any("\0" in value for value in settings.values()):
        raise ValueError("its options have a character that no setting may have")
    return settings


def _read_options(text: str) -> Iterator[tuple[str, str]]:
    text, end = text.strip(), 0
    for option in OPTION.finditer(text):
        if option.start() != end:
            break
        end = option.end()
        name = option[1].replace("-", "_").lower()
        if name in RESERVED:
            raise ValueError(f"its options set {name}, which the service sets by itself")
        yield name, re.sub(r"\\(.)", r"\1", option[2])
    if end != len(text):
        raise ValueError(
            "its parameter options is not understood: write -c%20NAME=VALUE for each setting, with"
            " %20 between them"
        )
