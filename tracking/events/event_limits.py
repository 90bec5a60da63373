"""Event limits: how many events a shipment has at most, and how many wait for a shipment."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from database.columns import to_json
from database.connections import connection, is_postgres
from errors import LimitExceeded
from models.carrier_families import CarrierFamilies, Number
from models.enums import TrackingEventType
from models.event_matching import FINISHING
from models.events import WAITING, TrackingEvent
from models.shipments import Shipment
from runtime.turns import in_turns
from tracking.orders.loaded_orders import LoadedOrder

MAXIMUM_EVENTS_OF_SHIPMENT = 2_000
"""Events of a shipment. A parcel has some twenty; each further event of the shipment, and each
command on its order, reads and folds all of them while others wait for the process."""
MAXIMUM_EVENTS_OF_ORDER = 5_000
"""Events of an order, all of which a command loads: a hundred shipments with fifty events each."""
MAXIMUM_WITHDRAWN = 4_000
"""Events that have left the shipments of an order, where each stays as a retracted row: enough to
correct the number of a full shipment twice."""
MAXIMUM_KEPT = 500
"""Events that wait for a shipment to take their number. The one that takes it gets all of them in
one transaction."""
MAXIMUM_KEPT_OF_SOURCE = 50_000
"""Events of a source that wait for shipments: what is told in a day of the labels of a large shop
that dispatches them later. They take 50 MB, and each call that adds to them counts them."""

SHARES = {TrackingEventType.UNKNOWN: 0.8, TrackingEventType.IN_TRANSIT: 0.9}
"""The shares of a limit that the types may fill that tell the least, so that others find room."""
LAST_SHARE = 1.1
"""The share of a limit that events may fill that can finish a shipment or retract another event."""

COUNT_BY_NUMBER = f"""
SELECT carrier, number_key, count(*) AS events FROM tracking_event
WHERE number_key {{among}} AND {WAITING} GROUP BY carrier, number_key
"""
COUNT_OF_SOURCE = f"""
SELECT count(*) AS events FROM (
    SELECT 1 FROM tracking_event WHERE source = {{first}} AND {WAITING} LIMIT {{second}}
) AS kept
"""
ON_POSTGRES = {"among": "= ANY($1)", "first": "$1", "second": "$2"}
ON_SQLITE = {"among": "IN (SELECT value FROM json_each(?))", "first": "?", "second": "?"}


def limit_for(event: TrackingEvent, maximum: int) -> int:
    """Return how many events there may be for this one still to be taken."""
    is_last = event.type in FINISHING or event.retracts is not None
    return round(maximum * (LAST_SHARE if is_last else SHARES.get(event.type, 1)))


class EventRoom:
    """The room that shipments have for further events, during one step of a command."""

    def __init__(self) -> None:
        self._counts: dict[UUID, int] = {}

    def take(self, loaded: LoadedOrder, shipment: Shipment, event: TrackingEvent) -> bool:
        """Return whether the shipment and its order have room for the event, which then fills it.

        Events that have left a shipment do not count.
        """
        counts = {one.id: self._count(loaded, one) for one in loaded.shipments}
        is_full = counts[shipment.id] >= limit_for(event, MAXIMUM_EVENTS_OF_SHIPMENT)
        if is_full or sum(counts.values()) >= limit_for(event, MAXIMUM_EVENTS_OF_ORDER):
            return False
        self._counts[shipment.id] += 1
        return True

    def _count(self, loaded: LoadedOrder, shipment: Shipment) -> int:
        if shipment.id not in self._counts:
            events = loaded.events[shipment.id]
            self._counts[shipment.id] = len(events) - count_withdrawn(events)
        return self._counts[shipment.id]


def count_withdrawn(events: Iterable[TrackingEvent]) -> int:
    return sum(event.moved_to_id is not None for event in events)


def can_withdraw(loaded: LoadedOrder, count: int) -> bool:
    """Return whether so many more events may leave the shipments of the order."""
    withdrawn = sum(count_withdrawn(events) for events in loaded.events.values())
    return withdrawn + count <= MAXIMUM_WITHDRAWN


async def fitting_events(
    orders: Mapping[UUID, LoadedOrder], arriving: Iterable[tuple[TrackingEvent, Shipment | None]]
) -> set[UUID]:
    """Return the ids of the events for which their shipments have room.

    Those with the smallest limit come first, so that what was in one shipment fits into it again,
    in whatever order it came.
    """
    room = EventRoom()
    by_limit = sorted(arriving, key=lambda pair: limit_for(pair[0], MAXIMUM_EVENTS_OF_SHIPMENT))
    return {
        event.id
        async for event, shipment in in_turns(by_limit)
        if shipment is not None and room.take(orders[shipment.order_id], shipment, event)
    }


def full_shipment(event: TrackingEvent, field: str) -> LimitExceeded:
    """Return the refusal of an event whose shipment has no room for it."""
    return LimitExceeded(
        f"The shipment or its order has too many events to take another one of type {event.type}."
        " Send only events that finish the shipment, or that retract another event.",
        (field,),
    )


@dataclass(slots=True)
class KeptCounts:
    """How many events wait for a shipment, by number and by source."""

    by_number: Counter[Number] = field(default_factory=Counter)
    by_source: Counter[str] = field(default_factory=Counter)

    def add(self, event: TrackingEvent, number: Number) -> None:
        self.by_number[number] += 1
        self.by_source[event.source] += 1

    def refusal(self, event: TrackingEvent, number: Number) -> LimitExceeded | None:
        """Return the refusal of an event that would have to wait, None if it can."""
        if self.by_number[number] >= limit_for(event, MAXIMUM_KEPT):
            waiting = f"{self.by_number[number]} events wait for a shipment with this number"
        elif self.by_source[event.source] >= limit_for(event, MAXIMUM_KEPT_OF_SOURCE):
            waiting = f"{self.by_source[event.source]} events of this source wait for shipments"
        else:
            return None
        return LimitExceeded(
            f"{waiting} already: too many to keep another one of type {event.type}."
            " Send it again when a shipment has the number.",
            ("trackingNumber",),
        )


async def count_kept(
    families: CarrierFamilies, numbers: Collection[Number], sources: Iterable[str]
) -> KeptCounts:
    """Count the events that wait for a shipment, those of a source only up to its limit.

    Under the numbers' locks, theirs are exact. Those of a source may be exceeded by what other
    transactions add at the same time.
    """
    counts, client = KeptCounts(), connection()
    dialect = ON_POSTGRES if is_postgres(client) else ON_SQLITE
    keys = [key for _, key in numbers]
    values = keys if is_postgres(client) else to_json(keys)
    for row in await client.execute_query_dict(COUNT_BY_NUMBER.format(**dialect), [values]):
        counts.by_number[Number(families.family_of(row["carrier"]), row["number_key"])] += row[
            "events"
        ]
    limit = round(MAXIMUM_KEPT_OF_SOURCE * LAST_SHARE)
    for source in sources:
        statement = COUNT_OF_SOURCE.format(**dialect)
        rows = await client.execute_query_dict(statement, [source, limit])
        counts.by_source[source] = rows[0]["events"]
    return counts
