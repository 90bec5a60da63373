"""The access log: a line for each operation, which names no value that a client sent.

Lines have the names of keys and operations, never variables or documents.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from time import perf_counter
from typing import NamedTuple

from graphql import GraphQLError

from access.security_events import SecurityEvent, record
from access.viewer import ANONYMOUS
from errors import TopLevelCode
from runtime.logfmt import LONGEST_VALUE, logfmt_value
from runtime.metrics import REFUSED, UNNAMED, count_operation, is_on
from web.graphql.request_parsing import GraphQLRequest
from web.request_ids import REQUEST_ID

logger = logging.getLogger("whereabouts.access")

LINE = "ms=%.1f key=%s client=%s type=%s operation=%s status=%s errors=%s request=%s"
NOTHING = "-"
HASH_DIGITS = 16
"""Hexadecimal digits of a document's hash: enough to tell apart what clients really send."""


class Label(NamedTuple):
    """The words of a line about an operation and its caller.

    It does not refer to the request, so that a subscription of days holds no more than these.
    """

    key: str
    type: str
    operation: str
    name: str = UNNAMED
    """The operation's name for metrics."""
    is_trusted: bool = False
    """Whether the name was chosen by a caller with a key, or in a trusted document."""


def is_wanted() -> bool:
    """Return whether anybody wants to know of operations."""
    return logger.isEnabledFor(logging.INFO) or is_on()


def log_operation(
    label: Label,
    *,
    transport: str,
    seconds: float,
    address: str,
    status: int | str,
    codes: Sequence[str],
    request_id: str,
) -> None:
    """Count an operation, and write its line if such lines are wanted.

    `status` is that of HTTP, a close code of a websocket,
    or how the operation ended on it.
    """
    count_operation(transport, label.type, label.name, codes, seconds, is_trusted=label.is_trusted)
    if not logger.isEnabledFor(logging.INFO):
        return
    fields = {
        "ms": round(seconds * 1000, 1),
        "key": label.key,
        "client": address,
        "type": label.type,
        "operation": label.operation,
        "status": status,
        "errors": list(dict.fromkeys(codes)),
        "request_id": request_id,
    }
    values = (
        seconds * 1000,
        logfmt_value(label.key),
        logfmt_value(address) if address else NOTHING,
        label.type,
        logfmt_value(label.operation),
        status,
        ",".join(dict.fromkeys(codes)) or NOTHING,
        request_id,
    )
    # `logger.info` would search the stack for the caller, which no line shows.
    record = logger.makeRecord(
        logger.name, logging.INFO, "", 0, LINE, values, None, extra={"fields": fields}
    )
    logger.handle(record)


def label_of(request: GraphQLRequest | None) -> Label:
    """Return the label of a request, None if none could be read."""
    viewer = (request and request.viewer) or ANONYMOUS
    if request is None or request.operation is None:
        return Label(viewer.log_name, NOTHING, _name_of(request), REFUSED)
    return Label(
        viewer.log_name,
        request.operation.definition.operation.value,
        _name_of(request),
        (request.operation.name or UNNAMED)[:LONGEST_VALUE],
        viewer.key_id is not None or request.query is None,
    )


@dataclass(frozen=True, slots=True)
class WebsocketLog:
    """The access log of one websocket, whose lines have the id of its handshake."""

    address: str
    request_id: str

    def write(
        self,
        label: Label,
        id_: str,
        started_at: float,
        status: int | str | None,
        codes: Sequence[str] = (),
    ) -> None:
        """Write the line of an operation with this id of the client's, or of the websocket."""
        if is_wanted():
            log_operation(
                label,
                transport="websocket",
                seconds=perf_counter() - started_at,
                address=self.address,
                status=status or NOTHING,
                codes=codes,
                request_id=self.id_of(id_),
            )

    def id_of(self, id_: str) -> str:
        """Return the request id of an operation, with the client's own id if it is plain."""
        is_plain = REQUEST_ID.fullmatch(id_.encode(errors="replace"))
        return f"{self.request_id}/{id_}" if is_plain else self.request_id


def record_forbidden(codes: Sequence[str]) -> None:
    """Record the security event of an operation that a caller lacked rights for."""
    if TopLevelCode.FORBIDDEN in codes:
        record(SecurityEvent.FORBIDDEN)


def codes_of(errors: Sequence[GraphQLError]) -> Sequence[str]:
    """Return the codes of errors as clients see them."""
    return [str((error.extensions or {}).get("code")) for error in errors] if errors else ()


def _name_of(request: GraphQLRequest | None) -> str:
    """Return the operation's name, or else the id or the hash of its document."""
    if request is None:
        return NOTHING
    if request.operation is not None and request.operation.name:
        return request.operation.name[:LONGEST_VALUE]
    if request.operation is not None and request.document_id:
        return request.document_id[:LONGEST_VALUE]
    text = request.query or request.document_id or ""
    return f"sha256:{sha256(text.encode(errors='replace')).hexdigest()[:HASH_DIGITS]}"


UNKNOWN = label_of(None)
"""The label where no operation was read."""
