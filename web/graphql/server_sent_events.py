"""Server-Sent Events: the format of an event stream.

GraphQL over SSE in its distinct connections mode (PROTOCOL.md of npm's `graphql-sse`). The id of an
event is its change's position, so that a browser's EventSource resumes by itself. The results of a
live query have no id: a client that comes back receives the latest.
"""

from engine.error_formatting import REWOUND
from engine.execution import Execution
from engine.responses import encode_text
from web.graphql.stream_format import STREAM_HEADERS, StreamFormat

RETRY_MS = 1000
"""The pause after which a browser comes back: short, for it loses nothing but this time."""


class ServerSentEvents:
    """The format of an event stream."""

    headers = ((b"content-type", b"text/event-stream; charset=utf-8"), *STREAM_HEADERS)
    start = f"retry: {RETRY_MS}\n"
    heartbeat = ":\n\n"
    complete = "event: complete\ndata:\n\n"
    interruption = ""
    rewound = f": {REWOUND}\n\n"

    def first(self, position: int) -> str:
        """Return an event without data, which still sets the id."""
        return f"id: {position}\n\n"

    def next(self, body: str, position: int | None = None) -> str:
        id_ = "" if position is None else f"id: {position}\n"
        return f"event: next\n{id_}data: {body}\n\n"

    def failure(self, execution: Execution) -> str:
        return self.next(encode_text(execution)) + self.complete


SERVER_SENT_EVENTS: StreamFormat = ServerSentEvents()
