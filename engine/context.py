"""The context of an operation: its viewer, its moment, and the loader of its payloads."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID

from strawberry.types.info import Info as StrawberryInfo

from access.viewer import ANONYMOUS, Viewer
from engine.raw_json import RawJson
from runtime.client_turns import Turns


class ObjectLoader(Protocol):
    """Loads the objects that a mutation changed, to be returned in its payload."""

    async def load(self, id_: UUID, info: "Info") -> RawJson:
        """Return the object with this id as the field of `info` selects it."""
        ...


@dataclass(slots=True, kw_only=True)
class RequestContext:
    """The context that resolvers use. The whole operation happens at one moment, `now` (UTC)."""

    viewer: Viewer = ANONYMOUS
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    payloads: ObjectLoader | None = None
    """Set for mutations only: loads the objects that the mutation changed."""
    network: str | None = None
    """The network of the client's address, for which limits count; None for this process itself."""
    turns: Turns | None = None
    """The client's turns to read; None if its reads need none."""


MakeContext = Callable[[Viewer], RequestContext]
"""Makes the context of a viewer's operation; the application adds what its resolvers need."""

Info = StrawberryInfo[RequestContext, None]
