"""The context of an operation: its viewer, its moment, and the loader of its payloads."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from strawberry.types.info import Info as StrawberryInfo

from access.viewer import ANONYMOUS, Viewer

if TYPE_CHECKING:
    from engine.planning.payload_loader import PayloadLoader


@dataclass(slots=True, kw_only=True)
class RequestContext:
    """The context that resolvers use. The whole operation happens at one moment, `now` (UTC)."""

    viewer: Viewer = ANONYMOUS
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    payloads: "PayloadLoader | None" = None
    """Set for mutations only: loads the objects that the mutation changed."""


MakeContext = Callable[[Viewer], RequestContext]
"""Makes the context of a viewer's operation; the application adds what its resolvers need."""

Info = StrawberryInfo[RequestContext, None]
