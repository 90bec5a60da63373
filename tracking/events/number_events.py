"""The events of tracking numbers: each is given to the shipment that it belongs to.

An event that no shipment can have waits until one can. Every command after which another shipment
may have the events of a number hands them out again: one that gives a shipment another number, and
one that records or retracts an event that says when a shipment was finished. (One that cancels a
shipment only makes its reach smaller: no event that waits can belong to it then.)
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from uuid import UUID

from database.rows import read
from models.event_matching import (
    Assignment,
    FinishHistory,
    matched_events,
    newest_in_reach,
    owner_with_assignment,
    was_finished_long_ago,
)
from models.events import WAITING, TrackingEvent
from models.folded_shipment import event_place
from models.shipments import Shipment
from runtime.turns import in_turns
from tracking.change_recorder import OrderRecorders
from tracking.events.event_limits import (
    MAXIMUM_EVENTS_OF_SHIPMENT,
    EventRoom,
    can_withdraw,
    limit_for,
)
from tracking.events.number_assignments import NO_ASSIGNMENTS, note_assignment
from tracking.events.shipment_events import match_event, withdraw_events
from tracking.orders.loaded_orders import LoadedOrder
from tracking.shipments.tracking_number_locks import Number, shipments_by_number
from unit_of_work.unit_of_work import UnitOfWork

MAXIMUM_HANDED_OUT = 2_500
"""Waiting events that a command hands out: those of a full shipment whose number was corrected. If
more wait, those that tell the most are taken."""
UNMATCHED = f"""
carrier AMONG 1 AND number_key AMONG 2 AND {WAITING}
ORDER BY rank DESC, moment LIMIT {MAXIMUM_HANDED_OUT}
"""


async def hand_out_events(
    uow: UnitOfWork,
    orders: Mapping[UUID, LoadedOrder],
    numbers: Collection[Number],
    recorders: OrderRecorders,
    withdrawn: Sequence[TrackingEvent] = (),
) -> None:
    """Give the events that wait for the numbers, and the withdrawn ones, to their shipments.

    Call it under the locks of the numbers. `orders` are those whose shipments may get them: no
    other shipment can have what waited until now.
    """
    for number_events in (await load_number_events(uow, orders, numbers)).values():
        number_events.unmatched += [
            event
            for event in withdrawn
            if (event.carrier, event.number_key) == number_events.number
        ]
        await number_events.rematch(recorders)


async def load_number_events(
    uow: UnitOfWork,
    orders: Mapping[UUID, LoadedOrder],
    numbers: Collection[Number],
    assignments: Mapping[Number, Assignment] = NO_ASSIGNMENTS,
) -> dict[Number, "NumberEvents"]:
    """Load the events that wait for the numbers."""
    unmatched: dict[Number, list[TrackingEvent]] = {number: [] for number in numbers}
    if numbers:
        carriers, keys = {carrier for carrier, _ in numbers}, {key for _, key in numbers}
        for event in await read(TrackingEvent, UNMATCHED, carriers, keys):
            if event.carrier is not None and event.number_key is not None:
                unmatched.get((event.carrier, event.number_key), []).append(event)
    for events in unmatched.values():
        uow.rows.track(events)
    shipments = shipments_by_number(orders, numbers)
    return {
        number: NumberEvents(
            uow, orders, number, shipments[number], events, assignments.get(number)
        )
        for number, events in sorted(unmatched.items())
    }


def may_be_rematched(
    orders: Mapping[UUID, LoadedOrder],
    shipments: Iterable[Shipment],
    now: datetime,
    new_events: Mapping[UUID, Sequence[TrackingEvent]],
) -> bool:
    """Return whether another shipment of a number may have its events after the new ones.

    It cannot while none of its shipments has been finished for long: then each event belongs to the
    newest one that was created in time, whatever else comes.
    """
    return any(
        was_finished_long_ago(
            shipment,
            chain(orders[shipment.order_id].events[shipment.id], new_events.get(shipment.id, ())),
            now,
        )
        for shipment in shipments
    )


class NumberEvents:
    """The events of one number: those of its shipments, and those that wait in `unmatched`."""

    def __init__(
        self,
        uow: UnitOfWork,
        orders: Mapping[UUID, LoadedOrder],
        number: Number,
        shipments: Sequence[Shipment],
        unmatched: list[TrackingEvent],
        assignment: Assignment | None = None,
    ) -> None:
        self._uow, self._orders, self._shipments = uow, orders, shipments
        self._histories: list[FinishHistory] = []
        self._newest_before: dict[UUID, UUID | None] = {}
        self.number, self.unmatched = number, unmatched
        self._assignment = assignment

    async def note_matches(self) -> None:
        """Note which shipments the events would go to before the command changes that."""
        events = self._events()
        self._histories = [
            FinishHistory(one, events[one.id]) async for one in in_turns(self._shipments)
        ]
        self._newest_before = {}
        async for event in in_turns(chain.from_iterable(events.values())):
            newest = self.newest_in_reach(event)
            self._newest_before[event.id] = None if newest is None else newest.id

    def newest_in_reach(self, event: TrackingEvent) -> Shipment | None:
        """Return the shipment that could have the event when the matches were noted."""
        newest = newest_in_reach(self._histories, event)
        return owner_with_assignment(newest, self._assignment, event)

    async def rematch(self, recorders: OrderRecorders) -> list[TrackingEvent]:
        """Give each event to the shipment that it belongs to, if that has room for it.

        Returns the events that have got a shipment, or lost it. An event that leaves a shipment is
        replaced by a copy.
        """
        events = self._events()
        matched = matched_events(
            self._shipments, events, self.unmatched, self._newest_before, self._assignment
        )
        owners = {
            event.id: owner
            async for event, owner in in_turns(matched)
            if event.shipment_id != (owner and owner.id)
        }
        waiting = [(event, owners.get(event.id)) for event in self.unmatched]
        for shipment in self._owners():
            leaving = [event for event in events[shipment.id] if event.id in owners]
            copies = await self._withdraw(shipment, leaving, recorders)
            waiting += [
                (copy, owners[event.id]) for event, copy in zip(leaving, copies, strict=False)
            ]
        return await self._match(waiting, recorders)

    def _events(self) -> dict[UUID, list[TrackingEvent]]:
        events = {one.id: self._orders[one.order_id].events[one.id] for one in self._shipments}
        if self._assignment is not None and self._assignment.shipment.id not in events:
            assigned = self._assignment.shipment
            events[assigned.id] = [
                event
                for event in self._orders[assigned.order_id].events[assigned.id]
                if event.decision_id == self._assignment.decision_id
            ]
        return events

    def _owners(self) -> list[Shipment]:
        """Return the shipments that have the number, and the one to which it is assigned."""
        owners = {one.id: one for one in self._shipments}
        if self._assignment is not None:
            owners[self._assignment.shipment.id] = self._assignment.shipment
        return list(owners.values())

    async def _withdraw(
        self, shipment: Shipment, leaving: list[TrackingEvent], recorders: OrderRecorders
    ) -> list[TrackingEvent]:
        """Return copies of the events; none if too many have left the order already."""
        loaded = self._orders[shipment.order_id]
        if not leaving or not can_withdraw(loaded, len(leaving)):
            return []
        recorder = recorders.recorder_of(loaded.order)
        return await withdraw_events(self._uow, loaded, shipment, leaving, recorder)

    async def _match(
        self, waiting: list[tuple[TrackingEvent, Shipment | None]], recorders: OrderRecorders
    ) -> list[TrackingEvent]:
        fitting = await self._fitting(waiting)
        was_unmatched = {event.id for event in self.unmatched}
        self.unmatched, changed = [], []
        in_order = sorted(waiting, key=lambda pair: event_place(pair[0]))
        async for event, shipment in in_turns(in_order):
            if shipment is not None and event.id in fitting:
                loaded = self._orders[shipment.order_id]
                recorder = recorders.recorder_of(loaded.order)
                match_event(self._uow, loaded, shipment, event, recorder)
                note_assignment(event, shipment, self._assignment)
            else:
                self.unmatched.append(event)
            if event.shipment_id is not None or event.id not in was_unmatched:
                changed.append(event)
        return changed

    async def _fitting(self, waiting: list[tuple[TrackingEvent, Shipment | None]]) -> set[UUID]:
        """Return the events for which their shipments have room.

        Those with the smallest limit come first, so that what was in one shipment fits into it
        again, in whatever order it came.
        """
        room = EventRoom()
        by_limit = sorted(waiting, key=lambda pair: limit_for(pair[0], MAXIMUM_EVENTS_OF_SHIPMENT))
        return {
            event.id
            async for event, shipment in in_turns(by_limit)
            if shipment is not None and room.take(self._orders[shipment.order_id], shipment, event)
        }
