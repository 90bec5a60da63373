"""What the tests of the endpoint write, and how they follow it."""

from auth import SYSTEM, Scope
from models.orders import Order
from tests.factories import make_order
from tests.serving import Service
from tracking.acts import Tracker
from tracking.orders import hold_order, release_order

FOLLOW_ALL = "subscription ($after: Position) { changes(after: $after) { position } }"
FOLLOW = """subscription ($ids: [ID!]!, $after: Position) {
  orderChanged(trackingIds: $ids, after: $after) { position } }"""
LARGE = (
    "subscription ($after: Position) { changes(after: $after) { position "
    + " ".join(f"a{number}: __typename" for number in range(990))
    + " } }"
)
"""Some 30 KB for each change."""
LARGE_QUERY = "{ __schema { types { name description fields { name description } } } }"
HUGE_QUERY = "{ " + " ".join(f"a{number}: {LARGE_QUERY[2:-2]}" for number in range(20)) + " }"
"""Some 800 KB."""
READER = (Scope.ORDERS_READ,)


def tracker_of(service: Service) -> Tracker:
    """Writes in the service's own process, and tells its feed."""
    return Tracker(announce=service.feed.announce)


async def place(service: Service) -> Order:
    """A new order: one change."""
    return await make_order(tracker_of(service), confirmed=False)


async def write(service: Service, order: Order, count: int) -> None:
    """Twice so many changes of the order."""
    tracker = tracker_of(service)
    for _ in range(count):
        await hold_order(tracker, SYSTEM, order.tracking_id, reason="a check")
        await release_order(tracker, SYSTEM, order.tracking_id)
