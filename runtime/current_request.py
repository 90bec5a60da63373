"""The request that is being answered: who sent it, by which id, for the lines of the log."""

from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID


@dataclass(slots=True)
class CurrentRequest:
    """A request, or an operation of a websocket.

    `traceparent` is what the caller says of its own trace. Once the caller is known, `viewer` is
    the name by which the log calls it, and `key_id` is its API key.
    """

    id: str
    address: str
    traceparent: str | None = None
    viewer: str | None = None
    key_id: UUID | None = None


_current: ContextVar[CurrentRequest | None] = ContextVar("current_request", default=None)


def begin_request(id_: str, address: str, traceparent: str | None = None) -> CurrentRequest:
    """Let the running task, and those that it starts, answer this request from now on."""
    request = CurrentRequest(id_, address, traceparent)
    _current.set(request)
    return request


def current_request() -> CurrentRequest | None:
    """Return the request that the running task answers, or None if it answers none."""
    return _current.get()
