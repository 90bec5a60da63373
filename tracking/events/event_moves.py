"""Event moves: events of the same news that change their shipments, and the copies that it takes.

An event stays with the shipment that it leaves, retracted, and a copy of it goes on. Each shipment
in a box has a copy of its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

from database.columns import new_id
from database.rows import read, read_values
from models.assignments import Owners
from models.events import TrackingEvent
from models.shipments import Shipment
from runtime.turns import in_turns


@dataclass(slots=True)
class EventMove:
    """The events of the same news, which belong to other shipments than before.

    `staying` and `leaving` are those of shipments, `waiting` is the one without, and `missing` are
    the shipments that get one, by the decision `decision_id` if a person assigned the number.
    `arriving` are the events that they get; if nobody has the news from now on, the first one
    waits.
    """

    fingerprint: str
    staying: list[TrackingEvent]
    leaving: list[TrackingEvent]
    waiting: list[TrackingEvent]
    missing: list[Shipment]
    decision_id: UUID | None = None
    arriving: list[tuple[TrackingEvent, Shipment | None]] = field(default_factory=list)

    @property
    def any_event(self) -> TrackingEvent:
        return [*self.waiting, *self.leaving, *self.staying][0]

    @property
    def copies_needed(self) -> int:
        """How many events have to be made: one for each shipment, or one that waits."""
        is_kept = not self.staying and not self.missing
        return max(0, len(self.missing) + is_kept - len(self.waiting))

    def arrive(self, copies: Iterable[TrackingEvent]) -> None:
        """Give the waiting event and the copies to the shipments that miss one."""
        targets: Sequence[Shipment | None] = self.missing or [None]
        events = [*self.waiting, *copies]
        self.arriving = list(zip(events, targets, strict=False))

    @property
    def destination(self) -> TrackingEvent:
        """The event that takes the place of those that leave."""
        return self.staying[0] if self.staying else self.arriving[0][0]

    @property
    def events(self) -> list[TrackingEvent]:
        """The events of shipments after the move."""
        arrived = [event for event, shipment in self.arriving if shipment is not None]
        return [*self.staying, *arrived]

    def settle(
        self, shipments: Sequence[Shipment | None]
    ) -> list[tuple[TrackingEvent, Shipment | None]]:
        """Let events arrive only at these shipments, which have room; return all that arrive."""
        events = [event for event, _ in self.arriving]
        if not shipments and not self.staying:
            shipments = [None]
        self.arriving = list(zip(events, shipments, strict=False))
        return self.arriving


def event_move(events: Sequence[TrackingEvent], owners: Owners) -> EventMove | None:
    """Return the move of the news to its shipments, None if it has these already."""
    ids = {shipment.id for shipment in owners.shipments}
    had = {event.shipment_id for event in events}
    if had - {None} == ids:
        return None
    return EventMove(
        events[0].fingerprint,
        staying=[event for event in events if event.shipment_id in ids],
        leaving=[event for event in events if event.shipment_id not in {None, *ids}],
        waiting=[event for event in events if event.shipment_id is None],
        missing=[shipment for shipment in owners.shipments if shipment.id not in had],
        decision_id=owners.decision_id,
    )


async def make_copies(moves: Sequence[EventMove]) -> None:
    """Make the copies that the moves take, before the events change that they are made of."""
    originals = {move.any_event.id: move.any_event for move in moves if move.copies_needed}
    # An event that this transaction has recorded is complete, and not stored yet.
    complete = {**originals}
    if originals:
        complete |= {row.id: row for row in await read(TrackingEvent, "id AMONG 1", originals)}
    elsewhere = await _numbers_elsewhere([move for move in moves if move.copies_needed])
    async for move in in_turns(moves):
        free = _free_numbers([*move.staying, *move.waiting], elsewhere[move.fingerprint])
        original = move.any_event
        copies = [
            _copy_of(complete[original.id], original, next(free)) for _ in range(move.copies_needed)
        ]
        move.arrive(copies)


async def _numbers_elsewhere(moves: Sequence[EventMove]) -> dict[str, set[int]]:
    """Return the numbers of copies, by fingerprint, that no move knows of.

    A shipment has such a copy by an assignment, and no more the number.
    """
    numbers: dict[str, set[int]] = defaultdict(set)
    if moves:
        known = {
            event.id for move in moves for event in (*move.staying, *move.leaving, *move.waiting)
        }
        columns = ("id", "fingerprint", "copy_number")
        fingerprints = {move.fingerprint for move in moves}
        rows = await read_values(TrackingEvent, columns, "fingerprint AMONG 1", fingerprints)
        for id_, fingerprint, number in rows:
            if id_ not in known:
                numbers[fingerprint].add(number)
    return numbers


def _free_numbers(events: Iterable[TrackingEvent], elsewhere: Set[int]) -> Iterator[int]:
    taken = elsewhere | {event.copy_number for event in events}
    return (number for number in count() if number not in taken)


def _copy_of(complete: TrackingEvent, event: TrackingEvent, number: int) -> TrackingEvent:
    copy: TrackingEvent = complete.clone(pk=new_id())
    copy.order_id = copy.shipment_id = copy.moved_to_id = copy.decision_id = None
    copy.retracted_at = event.retracted_at
    copy.copy_number = number
    return copy
