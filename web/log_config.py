"""The configuration of logging, which uvicorn sets up in each of its processes."""

from typing import Any

from web.client_log_lines import ClientLineFilter
from web.log_formats import JsonFormatter, TextFormatter

TELLTALES = ("aiosqlite", "asyncpg", "tortoise", "tortoise.db_client")
"""The loggers that write statements with their values at the level of debugging: names, addresses
and hashes of keys must not stand in a log."""
HTTP_CLIENT = ("httpx2", "httpcore2")
"""The loggers that write a line for each document that is fetched from an identity provider, and at
the level of debugging the cookies of its answers."""

FORMATTERS = {"text": TextFormatter, "json": JsonFormatter}


def log_config(level: str, format_: str, *, has_access_log: bool) -> dict[str, Any]:
    """Return the configuration for `level`, in lower case, and one of FORMATTERS.

    Security events are logged at any level.
    """
    loggers: dict[str, dict[str, Any]] = {
        "uvicorn.error": {"filters": ["client lines"]},
        "whereabouts.security": {"level": "INFO"},
        **{name: {"level": "WARNING"} for name in HTTP_CLIENT},
    }
    if level == "debug":
        loggers |= {name: {"level": "INFO"} for name in TELLTALES}
    if not has_access_log:
        loggers["whereabouts.access"] = {"level": "WARNING"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": FORMATTERS[format_]}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "filters": {"client lines": {"()": ClientLineFilter}},
        "loggers": loggers,
        "root": {"level": level.upper(), "handlers": ["stderr"]},
    }
