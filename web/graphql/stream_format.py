"""The format of a stream: how results, heartbeats and the end are written to its response."""

from collections.abc import Sequence
from typing import Protocol

from engine.execution import Execution
from web.graphql.responses import NO_STORE
from web.headers import Header

STREAM_HEADERS: tuple[Header, ...] = (NO_STORE, (b"x-accel-buffering", b"no"))
"""The last one keeps nginx from collecting events before it passes them on."""


class StreamFormat(Protocol):
    """One of the protocols for many results of one operation over HTTP."""

    @property
    def headers(self) -> Sequence[Header]:
        """The headers of the response."""

    @property
    def start(self) -> str:
        """The text at the start of the body."""

    @property
    def heartbeat(self) -> str:
        """The text by which a silent stream is kept open."""

    @property
    def complete(self) -> str:
        """The text after the last result of an operation that has ended."""

    @property
    def interruption(self) -> str:
        """The text with which this process ends a stream that would go on: clients come back."""

    @property
    def rewound(self) -> str:
        """The text after which a client comes back because the log was put back."""

    def first(self, position: int) -> str:
        """Return what says where to resume before any change has come."""

    def next(self, body: str, position: int | None = None) -> str:
        """Return an event with a result; `position` is where to resume after it."""

    def failure(self, execution: Execution) -> str:
        """Return the end of a stream whose operation was refused after it had begun."""
