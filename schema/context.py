"""The context of an operation: who asks, and what the resolvers need."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from strawberry.types.info import Info as StrawberryInfo

from access.scopes import ANONYMOUS, Viewer
from unit_of_work.unit_of_work import Tracker

if TYPE_CHECKING:
    from engine.planning.payload_loader import Things


@dataclass(slots=True)
class Context:
    """What an operation may use; it all happens at one moment."""

    tracker: Tracker
    viewer: Viewer = ANONYMOUS
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    things: "Things | None" = None
    """Of a mutation: what it acted on."""


Info = StrawberryInfo[Context, None]
