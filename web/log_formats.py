"""The formats of log lines: a text, or a JSON object for programs that collect logs.

Neither has values of variables, and neither has the rows that a database quotes in its errors.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from re import DOTALL
from re import compile as pattern
from typing import Any

from pythonjsonlogger.orjson import OrjsonFormatter

from runtime.current_request import current_request

TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"
DETAIL = pattern(
    r"\nDETAIL:.*?(?=\nHINT:|\n\nThe above exception was|\n\nDuring handling of|\Z)", DOTALL
)
"""The part of an error of PostgreSQL that quotes the values of a row."""


def without_details(text: str) -> str:
    """Return a text without what PostgreSQL's errors quote in it."""
    return DETAIL.sub("\nDETAIL: left out", text) if "\nDETAIL:" in text else text


class TextFormatter(logging.Formatter):
    """A text of one line, and a traceback below it."""

    def __init__(self) -> None:
        super().__init__(TEXT)

    def format(self, record: logging.LogRecord) -> str:
        return without_details(super().format(record))


class JsonFormatter(OrjsonFormatter):
    """An object of one line: its time, level, logger and message, the request's id, and a traceback
    as one text. A line of an operation or of a security event has a field for each of its values
    instead of the message.
    """

    def __init__(self) -> None:
        super().__init__(("message",))

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """Add our own fields. What libraries attach to a record is left out: it may be anything."""
        moment = datetime.fromtimestamp(record.created, UTC)
        log_data["timestamp"] = moment.isoformat(timespec="milliseconds")
        log_data["level"], log_data["logger"] = record.levelname, record.name
        if (request := current_request()) is not None:
            log_data["request_id"] = request.id
        fields: Mapping[str, object] | None = getattr(record, "fields", None)
        log_data |= {"message": _plain(record.message)} if fields is None else fields
        for name, text in (
            ("traceback", message_dict.get("exc_info")),
            ("stack", record.stack_info),
        ):
            if text:
                log_data[name] = _plain(text)


def _plain(text: str) -> str:
    """Return a text that can be encoded and quotes no row of a database."""
    return without_details(text).encode(errors="replace").decode()
