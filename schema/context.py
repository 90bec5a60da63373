"""The context that resolvers of this schema are given."""

from dataclasses import dataclass

from strawberry.types.info import Info as StrawberryInfo

from access.viewer import Viewer
from engine.context import MakeContext, RequestContext
from unit_of_work.unit_of_work import Tracker


@dataclass(slots=True, kw_only=True)
class Context(RequestContext):
    """A request's context, with the tracker that commands are run by."""

    tracker: Tracker


Info = StrawberryInfo[Context, None]


def context_maker(tracker: Tracker) -> MakeContext:
    """Return what makes a context around `tracker` for each operation."""

    def make(viewer: Viewer) -> Context:
        return Context(tracker=tracker, viewer=viewer)

    return make
