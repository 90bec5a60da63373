"""Tracking events: of orders and of shipments, in the order in which they count."""

from uuid import UUID

from models.events import TrackingEvent
from resolvers.grouping import in_order_of
from resolvers.ordering import Key, Ordering, moment, whole

OLDEST_FIRST = Ordering(
    "events",
    (Key("moment", parse=moment), Key("rank", parse=whole(16)), Key("fingerprint")),
)


async def load_events(ids: list[UUID]) -> list[TrackingEvent | None]:
    return in_order_of(ids, await TrackingEvent.filter(id__in=set(ids)))
