"""The configuration of logging, which uvicorn sets up in each of its processes."""

from typing import Any

from web.client_log_lines import ClientLineFilter

TELLTALES = ("aiosqlite", "asyncpg", "tortoise", "tortoise.db_client")
"""The loggers that write statements with their values at the level of debugging: names, addresses
and hashes of keys must not stand in a log."""


def log_config(level: str, *, has_access_log: bool) -> dict[str, Any]:
    """Return the configuration for `level`, in lower case."""
    loggers: dict[str, dict[str, Any]] = {"uvicorn.error": {"filters": ["client lines"]}}
    if level == "debug":
        loggers |= {name: {"level": "INFO"} for name in TELLTALES}
    if not has_access_log:
        loggers["whereabouts.access"] = {"level": "WARNING"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "filters": {"client lines": {"()": ClientLineFilter}},
        "loggers": loggers,
        "root": {"level": level.upper(), "handlers": ["stderr"]},
    }
