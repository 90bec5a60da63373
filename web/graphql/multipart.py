"""Multipart subscriptions: the format that Apollo's clients use over HTTP.

It is the "multipart HTTP protocol for GraphQL subscriptions" in its version 1.0. A client resumes
by the variable `after`, as parts have no ids.
"""

import orjson

from engine.error_formatting import REWOUND, UNAVAILABLE
from engine.execution import Execution
from errors import TopLevelCode
from web.graphql.stream_format import STREAM_HEADERS, StreamFormat

BOUNDARY = "\r\n--graphql"
"""Clients read a part when the next boundary has come: each part is sent with the one after it."""
PART_HEAD = "\r\nContent-Type: application/json\r\n\r\n"
LAST = "--\r\n"


def _part(body: str) -> str:
    return f"{PART_HEAD}{body}{BOUNDARY}"


def _fatal(errors: str) -> str:
    """Return a last part with errors of the transport: clients do not take it for a result."""
    return _part(f'{{"payload":null,"errors":{errors}}}') + LAST


def _unavailable(message: str) -> str:
    error = {"message": message, "extensions": {"code": TopLevelCode.UNAVAILABLE}}
    return _fatal(orjson.dumps([error]).decode())


class Multipart:
    """The format of a multipart subscription."""

    headers = (
        (b"content-type", b'multipart/mixed;boundary="graphql";subscriptionSpec=1.0'),
        *STREAM_HEADERS,
    )
    start = BOUNDARY
    heartbeat = _part("{}")
    complete = LAST
    interruption = _unavailable(UNAVAILABLE)
    rewound = _unavailable(REWOUND)

    def first(self, position: int) -> str:
        return ""

    def next(self, body: str, position: int | None = None) -> str:
        return _part(f'{{"payload":{body}}}')

    def failure(self, execution: Execution) -> str:
        errors = [
            {"message": error.message, "extensions": error.extensions} for error in execution.errors
        ]
        return _fatal(orjson.dumps(errors).decode())


MULTIPART: StreamFormat = Multipart()
