"""The events of tracking numbers: each is given to the shipment that it belongs to.

An event that no shipment can have waits until one can. Every command after which another shipment
may have the events of a number hands them out again: one that gives a shipment another number, and
one that records or retracts an event that says when a shipment was finished. (One that cancels a
shipment makes its reach smaller. That may end a doubt, which is seen with the next event.)
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence, Set
from datetime import datetime
from itertools import chain
from uuid import UUID

from database.rows import read
from models.assignments import (
    NO_ASSIGNMENTS,
    Assignments,
    Owners,
    assignment_of,
    owners_with_assignment,
)
from models.carrier_families import Number, spelling
from models.event_matching import (
    FinishHistory,
    in_reach,
    matched_events,
    recipients,
    was_finished_long_ago,
)
from models.events import WAITING, TrackingEvent
from models.shipments import Shipment
from runtime.turns import in_turns
from tracking.change_recorder import OrderRecorders
from tracking.events.event_limits import can_withdraw, fitting_events
from tracking.events.event_moves import EventMove, event_move, make_copies
from tracking.events.shipment_events import match_event, withdraw_events
from tracking.orders.loaded_orders import LoadedOrder
from tracking.shipments.tracking_number_locks import shipments_by_number
from unit_of_work.unit_of_work import UnitOfWork

MAXIMUM_HANDED_OUT = 2_500
"""Waiting events that a command hands out: those of a full shipment whose number was corrected. If
more wait, those that tell the most are taken."""
UNMATCHED = f"""
number_key AMONG 1 AND {WAITING}
ORDER BY rank DESC, moment LIMIT {MAXIMUM_HANDED_OUT}
"""


async def hand_out_events(
    uow: UnitOfWork,
    orders: Mapping[UUID, LoadedOrder],
    numbers: Collection[Number],
    recorders: OrderRecorders,
    left_by: Shipment | None = None,
) -> None:
    """Give the events that wait for the numbers to their shipments, and to `left_by`, which has
    given up one of them, no more.

    Call it under the locks of the numbers. `orders` are those whose shipments may get events, or
    lose them.
    """
    taken = None if left_by is None else uow.families.number_of(left_by)
    loaded = await load_number_events(uow, orders, numbers)
    # The number that was given up comes first, or what leaves would be news of the one taken.
    for _, number_events in sorted(loaded.items(), key=lambda pair: pair[0] == taken):
        number_events.left_by = left_by
        await number_events.rematch(recorders)


async def load_number_events(
    uow: UnitOfWork,
    orders: Mapping[UUID, LoadedOrder],
    numbers: Collection[Number],
    assignments: Assignments = NO_ASSIGNMENTS,
) -> dict[Number, "NumberEvents"]:
    """Load the events that wait for the numbers."""
    unmatched: dict[Number, list[TrackingEvent]] = {number: [] for number in numbers}
    if numbers:
        for event in await read(TrackingEvent, UNMATCHED, {key for _, key in numbers}):
            number = uow.families.number_of(event)
            if number in unmatched:
                unmatched[number].append(event)
    for events in unmatched.values():
        uow.rows.track(events)
    shipments = shipments_by_number(uow.families, orders, numbers)
    return {
        number: NumberEvents(uow, orders, number, shipments[number], events, assignments)
        for number, events in sorted(unmatched.items())
    }


def may_be_rematched(
    orders: Mapping[UUID, LoadedOrder],
    shipments: Sequence[Shipment],
    now: datetime,
    new_events: Mapping[UUID, Sequence[TrackingEvent]],
) -> bool:
    """Return whether another shipment of a number may have its events after the new ones.

    It cannot while none of its shipments has been finished for long, all are of one carrier, and
    none shares its box with another: then each event belongs to the newest one that was created in
    time, whatever else comes.
    """
    carriers = {spelling(one.carrier or "") for one in shipments}
    if len(carriers) > 1 or (len(shipments) > 1 and any(one.is_shared for one in shipments)):
        return True
    return any(
        was_finished_long_ago(
            shipment,
            chain(orders[shipment.order_id].events[shipment.id], new_events.get(shipment.id, ())),
            now,
        )
        for shipment in shipments
    )


class NumberEvents:
    """The events of one number: those of its shipments, and those that wait in `unmatched`.

    `left_by` is a shipment that had the number; its events by the number leave it.
    """

    def __init__(
        self,
        uow: UnitOfWork,
        orders: Mapping[UUID, LoadedOrder],
        number: Number,
        shipments: Sequence[Shipment],
        unmatched: list[TrackingEvent],
        assignments: Assignments = NO_ASSIGNMENTS,
    ) -> None:
        self._uow, self._orders, self._shipments = uow, orders, shipments
        self._histories: list[FinishHistory] = []
        self._recipients_before: dict[str, Set[UUID]] = {}
        self.number, self.unmatched = number, unmatched
        self.left_by: Shipment | None = None
        self._assignments = {
            named: assignment
            for named, assignment in assignments.items()
            if uow.families.number(*named) == number
        }

    async def note_matches(self) -> None:
        """Note which shipments the events would go to before the command changes that."""
        self._histories = [
            FinishHistory(one, self._events_of(one)) async for one in in_turns(self._shipments)
        ]
        self._recipients_before = {}
        async for event in in_turns(self._events()):
            noted = {one.id for one in self.recipients(event).shipments}
            self._recipients_before[event.fingerprint] = noted

    def recipients(self, event: TrackingEvent) -> Owners:
        """Return the shipments that could have the event when the matches were noted."""
        of_number = recipients(in_reach(self._histories, event), event)
        assignment = assignment_of(event, self._assignments)
        return owners_with_assignment(of_number, assignment, event)

    async def rematch(self, recorders: OrderRecorders) -> list[EventMove]:
        """Give each event to the shipments that it belongs to, if they have room for it.

        Returns the moves. An event that leaves a shipment is replaced by a copy, and each shipment
        in a box gets a copy of its own.
        """
        events = [*self._events(), *self._left_events(), *self.unmatched]
        matched = matched_events(
            self._shipments, events, self._recipients_before, self._assignments
        )
        moves = self._possible(
            [
                move
                async for copies, owners in in_turns(matched)
                if (move := event_move(copies, owners))
            ]
        )
        await make_copies(moves)
        await self._withdraw(moves, recorders)
        await self._match(moves, recorders)
        return moves

    def _events_of(self, shipment: Shipment) -> list[TrackingEvent]:
        return self._orders[shipment.order_id].events[shipment.id]

    def _assigned(self) -> list[Shipment]:
        """Return the shipments that have news of the number only because a person says so."""
        ids = {one.id for one in self._shipments}
        assigned = {one.shipment.id: one.shipment for one in self._assignments.values()}
        return [one for id_, one in assigned.items() if id_ not in ids]

    def _events(self) -> list[TrackingEvent]:
        events = [event for one in self._shipments for event in self._events_of(one)]
        decisions = {assignment.decision_id for assignment in self._assignments.values()}
        brought = [event for one in self._assigned() for event in self._events_of(one)]
        return [*events, *(event for event in brought if event.decision_id in decisions)]

    def _left_events(self) -> list[TrackingEvent]:
        if self.left_by is None or self.left_by in self._shipments:
            return []
        families = self._uow.families
        return [
            event
            for event in self._events_of(self.left_by)
            if families.number_of(event) == self.number and event.decision_id is None
        ]

    def _possible(self, moves: list[EventMove]) -> list[EventMove]:
        """Return the moves without those of which too many events have left an order already.

        Whoever takes a number from a shipment has asked for that.
        """
        shipments = (*self._shipments, *self._assigned())
        order_ids: dict[UUID | None, UUID] = {one.id: one.order_id for one in shipments}
        left = [[order_ids.get(event.shipment_id) for event in move.leaving] for move in moves]
        counts = Counter(id_ for ids in left for id_ in ids if id_ is not None)
        full = {id_ for id_, count in counts.items() if not can_withdraw(self._orders[id_], count)}
        return [move for move, ids in zip(moves, left, strict=True) if full.isdisjoint(ids)]

    async def _withdraw(self, moves: Sequence[EventMove], recorders: OrderRecorders) -> None:
        owners = (*self._shipments, *self._assigned(), self.left_by)
        for shipment in {one.id: one for one in owners if one is not None}.values():
            leaving = [
                (event, move.destination.id)
                for move in moves
                for event in move.leaving
                if event.shipment_id == shipment.id
            ]
            if leaving:
                loaded = self._orders[shipment.order_id]
                recorder = recorders.recorder_of(loaded.order)
                await withdraw_events(self._uow, loaded, shipment, leaving, recorder)

    async def _match(self, moves: Sequence[EventMove], recorders: OrderRecorders) -> None:
        arriving = [pair for move in moves for pair in move.arriving]
        fitting = await fitting_events(self._orders, arriving)
        moved = {event.id for move in moves for event in move.waiting}
        self.unmatched = [event for event in self.unmatched if event.id not in moved]
        async for move in in_turns(moves):
            shipments = [shipment for event, shipment in move.arriving if event.id in fitting]
            for event, shipment in move.settle(shipments):
                if event not in move.waiting:
                    self._uow.rows.add(event)
                if shipment is None:
                    self.unmatched.append(event)
                    continue
                loaded = self._orders[shipment.order_id]
                recorder = recorders.recorder_of(loaded.order)
                match_event(self._uow, loaded, shipment, event, recorder)
                event.decision_id = move.decision_id
