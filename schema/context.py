"""The context that is passed to the resolvers of this schema."""

from dataclasses import dataclass

from strawberry.types.info import Info as StrawberryInfo

from access.viewer import Viewer
from engine.context import MakeContext, RequestContext
from unit_of_work.unit_of_work import Tracker


@dataclass(slots=True, kw_only=True)
class Context(RequestContext):
    """The context of a request, with the tracker that runs commands."""

    tracker: Tracker


Info = StrawberryInfo[Context, None]


def context_maker(tracker: Tracker) -> MakeContext:
    """Return a function that makes the context of an operation, with `tracker` in it."""

    def make(viewer: Viewer) -> Context:
        return Context(tracker=tracker, viewer=viewer)

    return make
