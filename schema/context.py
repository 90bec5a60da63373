"""The context that is passed to the resolvers of this schema."""

from dataclasses import dataclass

from strawberry.types.info import Info as StrawberryInfo

from access.rate_limits import RateLimits
from access.viewer import Viewer
from engine.context import MakeContext, RequestContext
from unit_of_work.unit_of_work import Tracker


@dataclass(slots=True, kw_only=True)
class Context(RequestContext):
    """The context of a request, with the tracker that runs commands and the limits of clients."""

    tracker: Tracker
    rate_limits: RateLimits


Info = StrawberryInfo[Context, None]


def context_maker(tracker: Tracker, rate_limits: RateLimits) -> MakeContext:
    """Return a function that makes the context of an operation, with both of these in it."""

    def make(viewer: Viewer) -> Context:
        return Context(tracker=tracker, rate_limits=rate_limits, viewer=viewer)

    return make
