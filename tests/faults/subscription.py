"""A subscription that outlives its connections: a client resumes it after the last change."""

import asyncio
from itertools import count
from time import monotonic
from typing import Any

from tests.faults.checker import ChangeReference, SubscriptionFilter, SubscriptionHistory

_numbers = count(1)

ORDERS_QUERY = """subscription ($ids: [ID!]!, $after: Position) {
  orderChanged(trackingIds: $ids, after: $after) { position sequence order { trackingId } } }"""
NESTED_ORDERS_QUERY = """subscription ($ids: [ID!]!, $after: Position) {
  orderChanged(trackingIds: $ids, after: $after) {
    __typename position sequence recordedAt
    order { trackingId status health shipments { status events(last: 3) { nodes { type } } } }
    ... on TrackingEventRecorded { event { type occurredAt } }
  } }"""
CHANGES_QUERY = """subscription ($kinds: [ChangeKind!], $after: Position) {
  changes(filter: {kinds: $kinds}, after: $after) {
    position sequence actor order { trackingId reference status }
  } }"""


class Subscription:
    """A subscription knows the position of its last change, so resuming it skips nothing."""

    def __init__(self, query: str, filter_: SubscriptionFilter, after: int) -> None:
        self.query = query
        self.position = after
        self.history = SubscriptionHistory(f"subscription {next(_numbers)}", filter_, after)
        self.began_at = monotonic()
        self.received_at: list[float] = []
        self._waiters: list[tuple[int, asyncio.Event]] = []

    @property
    def variables(self) -> dict[str, Any]:
        """The variables of the query, which ask for the changes after the current position."""
        filter_ = self.history.filter
        if filter_.orders is not None:
            return {"ids": sorted(filter_.orders), "after": self.position}
        return {"kinds": filter_.kinds and sorted(filter_.kinds), "after": self.position}

    def receive(self, data: dict[str, Any] | None) -> bool:
        """Record the change of a result; return False if the server could not read the change."""
        (change,) = (data or {"": None}).values()
        if change is None:
            return False
        reference = ChangeReference(
            change["position"], change["order"]["trackingId"], change["sequence"]
        )
        self.history.received.append(reference)
        self.received_at.append(monotonic())
        self.position = reference.position
        for position, event in self._waiters:
            if position <= self.position:
                event.set()
        return True

    def abandon(self) -> None:
        """Give the subscription up and release whoever waits for its changes."""
        self.history.was_abandoned = True
        for _, event in self._waiters:
            event.set()

    async def wait_for(self, position: int) -> None:
        """Wait until the change at that position, or a later one, has arrived."""
        if self.position >= position:
            return
        waiter = (position, asyncio.Event())
        self._waiters.append(waiter)
        try:
            await waiter[1].wait()
        finally:
            self._waiters.remove(waiter)
