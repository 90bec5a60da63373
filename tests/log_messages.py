"""The texts of log records."""

from collections.abc import Iterable
from logging import LogRecord


def messages_of(records: Iterable[LogRecord]) -> list[str]:
    return [record.getMessage() for record in records]


def warnings_of(records: Iterable[LogRecord], logger: str) -> list[str]:
    """The texts of the warnings in a logger."""
    return messages_of(
        record for record in records if (record.name, record.levelname) == (logger, "WARNING")
    )


def security_events(records: Iterable[LogRecord]) -> list[dict[str, str]]:
    """The fields of the security events."""
    return [vars(record)["fields"] for record in records if record.name == "whereabouts.security"]
