"""The asker: how pages ask the API, as one more client of it with no rights of its own.

A page names one of its operations and says for whom it asks. What the visitor may see, and how much
they may ask for, is decided as for any request to the API.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from starlette.types import Scope

from web.clients import client_address, network_of
from web.request_ids import request_id_of

PAUSE_SECONDS = 10
"""Seconds after which a page may ask again when nobody knows how long the trouble lasts."""

REQUEST_ID = "whereabouts.request_id"
"""Where the scope of a request keeps its id."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person who looks at a page: nobody known, or the holder of a tracking link.

    `link` is the link's token, as the visitor sent it. Visitors have no other credentials: neither
    the API key nor the session of a member of the staff shows them more on a page.
    """

    address: str
    """The address of their client, whose network the limits count for."""
    request_id: str
    link: str | None = field(default=None, repr=False)

    @property
    def network(self) -> str:
        return network_of(self.address)


def visitor_of(scope: Scope, link: str | None = None) -> Visitor:
    """Return the visitor who sent a request, and who has this tracking link if any."""
    if REQUEST_ID not in scope:
        # All that a page asks belongs to one request.
        scope[REQUEST_ID] = request_id_of(dict(scope["headers"])).decode()
    return Visitor(client_address(scope), scope[REQUEST_ID], link)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to an operation that was executed.

    `data` are its root fields as JSON values; it is empty if the operation refused its variables.
    `codes` are those of its errors (`errors.TopLevelCode`).
    """

    data: Mapping[str, Any]
    codes: tuple[str, ...] = ()


class AskFault(Enum):
    """The reason why a whole request has no answer. Its value is the status of HTTP for it."""

    LINK_REFUSED = 401
    """The tracking link is forged, revoked or expired. Without it, the visitor may ask again."""
    TOO_MANY = 429
    """The visitor's network has asked for as much as it may."""
    INTERNAL = 500
    """We have made a mistake, which is in the server's log."""
    UNAVAILABLE = 503
    """The database is away or too slow; asking again helps."""


class AskFailed(Exception):
    """A request that has no answer. `retry_after` are the seconds after which it may have one."""

    def __init__(self, fault: AskFault, retry_after: int = PAUSE_SECONDS) -> None:
        super().__init__(fault.name)
        self.fault, self.retry_after = fault, retry_after


class Asker(Protocol):
    """Asks the API the operations of the pages, by their names."""

    async def ask(self, operation: str, variables: Mapping[str, Any], visitor: Visitor) -> Answer:
        """Return the answer to the visitor. The running task answers their request from now on.

        Raises AskFailed, and KeyError for an operation that does not exist.
        """
        ...
