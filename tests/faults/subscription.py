"""A following: one subscription of a client, however often it has to be asked for anew."""

import asyncio
from itertools import count
from time import monotonic
from typing import Any

from tests.faults.checker import Followed, Receipt, Selection

_numbers = count(1)

FLAT = """subscription ($ids: [ID!]!, $after: Position) {
  orderChanged(trackingIds: $ids, after: $after) { position sequence order { trackingId } } }"""
NESTED = """subscription ($ids: [ID!]!, $after: Position) {
  orderChanged(trackingIds: $ids, after: $after) {
    __typename position sequence recordedAt
    order { trackingId status health shipments { status events(last: 3) { nodes { type } } } }
    ... on TrackingEventRecorded { event { type occurredAt } }
  } }"""
EVERYTHING = """subscription ($kinds: [ChangeKind!], $after: Position) {
  changes(filter: {kinds: $kinds}, after: $after) {
    position sequence actor order { trackingId reference status }
  } }"""


class Following:
    """It knows its place, so whoever asks for it anew misses nothing."""

    def __init__(self, document: str, selection: Selection, after: int) -> None:
        self.document = document
        self.place = after
        self.record = Followed(f"follower {next(_numbers)}", selection, after)
        self.began_at = monotonic()
        self.received_at: list[float] = []
        self._goals: list[tuple[int, asyncio.Event]] = []

    @property
    def variables(self) -> dict[str, Any]:
        asked = self.record.selection
        if asked.orders is not None:
            return {"ids": sorted(asked.orders), "after": self.place}
        return {"kinds": asked.kinds and sorted(asked.kinds), "after": self.place}

    def take(self, data: dict[str, Any] | None) -> bool:
        """Note a change; False if the result has none, because it could not be read."""
        (change,) = (data or {"": None}).values()
        if change is None:
            return False
        receipt = Receipt(change["position"], change["order"]["trackingId"], change["sequence"])
        self.record.received.append(receipt)
        self.received_at.append(monotonic())
        self.place = receipt.position
        for position, event in self._goals:
            if position <= self.place:
                event.set()
        return True

    def leave(self) -> None:
        """Nobody needs to wait for it any more."""
        self.record.has_left = True
        for _, event in self._goals:
            event.set()

    async def reach(self, position: int) -> None:
        """Wait until that change has come, or a later one."""
        if self.place >= position:
            return
        goal = (position, asyncio.Event())
        self._goals.append(goal)
        try:
            await goal[1].wait()
        finally:
            self._goals.remove(goal)
