"""The texts of log records."""

from collections.abc import Iterable
from logging import LogRecord


def messages_of(records: Iterable[LogRecord]) -> list[str]:
    return [record.getMessage() for record in records]
