"""Subscriptions to a running service, and the changes that they deliver."""

from access.scopes import Scope
from access.viewer import SYSTEM
from models.orders import Order
from tests.factories.acts import make_order
from tests.live_server import RunningService
from tracking.orders.commands import hold_order, release_order
from unit_of_work.unit_of_work import Tracker

FOLLOW_ALL = "subscription ($after: Position) { changes(after: $after) { position } }"
FOLLOW = """subscription ($ids: [ID!]!, $after: Position) {
  orderChanged(trackingIds: $ids, after: $after) { position } }"""
LARGE = (
    "subscription ($after: Position) { changes(after: $after) { position "
    + " ".join(f"a{number}: __typename" for number in range(990))
    + " } }"
)
"""A subscription whose answers have some 30 KB for each change."""
LARGE_QUERY = "{ __schema { types { name description fields { name description } } } }"
HUGE_QUERY = (
    "{ __schema { "
    + " ".join(f"a{number}: types {{ ...T }}" for number in range(12))
    + " } } fragment T on __Type { name description fields { name description } }"
)
"""A query whose answer has some 700 KB."""
READER_SCOPES = (Scope.ORDERS_READ,)


def tracker_of(service: RunningService) -> Tracker:
    """A tracker that writes in the service's process and announces changes to its feed."""
    return Tracker(announce=service.feed.announce)


async def make_pending_order(service: RunningService) -> Order:
    """Makes an order that has one change."""
    return await make_order(tracker_of(service), confirmed=False)


async def make_changes(service: RunningService, order: Order, pairs: int) -> None:
    """Makes two changes of the order, a hold and a release, `pairs` times."""
    tracker = tracker_of(service)
    for _ in range(pairs):
        await hold_order(tracker, SYSTEM, order.tracking_id, reason="a check")
        await release_order(tracker, SYSTEM, order.tracking_id)
