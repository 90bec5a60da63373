"""The source of a subscription: what its root field asks to be followed."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from resolvers.changes import ChangeSelection


class Source:
    """An asynchronous iterable, as graphql-core demands of a source; it is never iterated."""

    def __aiter__(self) -> AsyncIterator[Any]:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class ChangeSource(Source):
    """Changes of the log after the position `after`; without one, from now on.

    They are rendered once for all subscribers with the same subscription key.
    """

    selection: ChangeSelection
    after: int | None


@dataclass(frozen=True, slots=True)
class QuerySource(Source):
    """A query that is run again, at most once per `every` seconds, when its answer may differ."""

    every: float
