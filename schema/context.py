"""The context that is passed to the resolvers of this schema."""

from dataclasses import dataclass

from strawberry.types.info import Info as StrawberryInfo

from access.link_creation import TrackingLinks
from access.rate_limits import RateLimits
from access.secrets import SecretBox
from access.viewer import Viewer
from engine.context import MakeContext, RequestContext
from unit_of_work.unit_of_work import Tracker


@dataclass(slots=True, kw_only=True)
class Context(RequestContext):
    """The context of a request, with the tracker that runs commands, the limits of clients, and
    what makes tracking links."""

    tracker: Tracker
    rate_limits: RateLimits
    links: TrackingLinks


Info = StrawberryInfo[Context, None]


def context_maker(
    tracker: Tracker, rate_limits: RateLimits, links: TrackingLinks | None = None
) -> MakeContext:
    """Return a function that makes the context of an operation, with all of these in it.

    Without `links`, none can be created.
    """
    links = links or TrackingLinks(SecretBox([]), None, rate_limits)

    def make(viewer: Viewer) -> Context:
        return Context(tracker=tracker, rate_limits=rate_limits, links=links, viewer=viewer)

    return make
