"""The context of an operation: who asks, and what the resolvers need."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime

from strawberry.types.info import Info as StrawberryInfo

from auth import ANONYMOUS, Viewer
from schema.loaders import Loaders
from tracking.acts import Tracker

_loaders: ContextVar[Loaders] = ContextVar("loaders")


@contextmanager
def own_loaders() -> Iterator[None]:
    """For an operation: what others load counts for nothing in it."""
    token = _loaders.set(Loaders())
    try:
        yield
    finally:
        _loaders.reset(token)


@dataclass(slots=True)
class Context:
    """What an operation may use."""

    tracker: Tracker
    viewer: Viewer = ANONYMOUS

    @property
    def loaders(self) -> Loaders:
        """Those of the operation that is running."""
        return _loaders.get()

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)


Info = StrawberryInfo[Context, None]
