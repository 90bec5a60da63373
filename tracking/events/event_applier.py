"""The event applier: gives the events of one call to their shipments, one after the other."""

from collections.abc import Sequence

from errors import DomainError, NotFound
from models.event_matching import newest_created_in_time, owner_with_assignment
from models.events import TrackingEvent
from models.shipments import Shipment
from runtime.turns import in_turns
from tracking.change_recorder import OrderRecorders
from tracking.events.checked_events import CheckedEvent
from tracking.events.event_limits import EventRoom, full_shipment
from tracking.events.locked_scope import LockedScope
from tracking.events.number_assignments import note_assignment
from tracking.events.number_events import NumberEvents
from tracking.events.outcomes import Duplicate, Kept, Outcome, Recorded
from tracking.events.shipment_events import mark_retracted, match_event
from tracking.reconciliation import reconcile
from tracking.shipments.tracking_number_locks import Number, number_of
from unit_of_work.unit_of_work import UnitOfWork


class EventApplier:
    """Applies the events of one call, under the locks of everything that they may change."""

    def __init__(self, uow: UnitOfWork, scope: LockedScope) -> None:
        self._uow, self._scope = uow, scope
        self._recorders = OrderRecorders(uow)
        self._room = EventRoom()
        self._rematched: dict[Number, NumberEvents] = {}

    async def apply(self, events: Sequence[CheckedEvent | DomainError]) -> list[Outcome]:
        """Apply the events, then reconcile their orders. Errors are returned in their places."""
        outcomes = [
            event if isinstance(event, DomainError) else await self._apply_event(event)
            async for event in in_turns(events)
        ]
        for number_events in self._rematched.values():
            for event in await number_events.rematch(self._recorders):
                self._scope.note_match(event)
        async for order_id, recorder in in_turns(self._recorders.items()):
            reconcile(self._uow, self._scope.orders[order_id], recorder, self._uow.now)
        return [_finished_outcome(outcome, place) for place, outcome in enumerate(outcomes)]

    async def _apply_event(self, checked: CheckedEvent) -> Outcome | TrackingEvent:
        """Return the outcome, or the event itself if its number's events are matched later."""
        event, scope = checked.event, self._scope
        if event.fingerprint in scope.ids_by_fingerprint:
            return Duplicate(scope.ids_by_fingerprint[event.fingerprint])
        shipment = await self._shipment_of(checked)
        if refusal := self._refusal(checked, shipment):
            return refusal
        scope.ids_by_fingerprint[event.fingerprint] = event.id if shipment else None
        await self._apply_retractions(event)
        self._uow.rows.add(event)
        if checked.number in self._rematched:
            self._rematched[checked.number].unmatched.append(event)
            return event
        if shipment is None:
            return Kept()
        recorder = self._recorders.recorder_of(scope.orders[shipment.order_id].order)
        match_event(self._uow, scope.orders[shipment.order_id], shipment, event, recorder)
        note_assignment(event, shipment, checked.number and scope.assignments.get(checked.number))
        return Recorded(event.id)

    async def _shipment_of(self, checked: CheckedEvent) -> Shipment | None:
        """Return the shipment to which the event belongs by what is recorded so far."""
        order_by_shipment = self._scope.order_by_shipment
        if checked.number is not None:
            return await self._shipment_with_number(checked.number, checked.event)
        if checked.shipment_id is None or checked.shipment_id not in order_by_shipment:
            return None
        shipment = order_by_shipment[checked.shipment_id].shipment(checked.shipment_id)
        await self._rematch_later(number_of(shipment))
        return shipment

    async def _shipment_with_number(self, number: Number, event: TrackingEvent) -> Shipment | None:
        assignment = self._scope.assignments.get(number)
        await self._rematch_later(number)
        if assignment is not None:
            # The event may finish the shipment, or move it again, and that has its own number.
            await self._rematch_later(number_of(assignment.shipment))
        if number in self._rematched:
            return self._rematched[number].newest_in_reach(event)
        newest = newest_created_in_time(self._scope.shipments_by_number[number], event)
        return owner_with_assignment(newest, assignment, event)

    async def _rematch_later(self, number: Number | None) -> None:
        """Have the number's events matched again, if that may be needed, after all of the call."""
        if number in self._scope.rematched and number not in self._rematched:
            self._rematched[number] = self._scope.rematched[number]
            await self._rematched[number].note_matches()

    def _refusal(self, checked: CheckedEvent, shipment: Shipment | None) -> DomainError | None:
        event, number = checked.event, checked.number
        if shipment is not None:
            loaded = self._scope.orders[shipment.order_id]
            if self._room.take(loaded, shipment, event):
                return None
            return full_shipment(event, "trackingNumber" if number else "shipmentId")
        if number is None:
            return NotFound("No shipment has this id.", ("shipmentId",))
        refusal = self._scope.kept.refusal(event, number)
        if refusal is None:
            self._scope.kept.add(event, number)
        return refusal

    async def _apply_retractions(self, event: TrackingEvent) -> None:
        """Retract the event if a retraction of it came first, and the events that it retracts."""
        scope = self._scope
        source_key = event.source_event_id and (event.source, event.source_event_id)
        if source_key in scope.retracted_keys:
            event.retracted_at = self._uow.now
        if event.retracts is not None:
            retracted_key = (event.source, event.retracts)
            scope.retracted_keys.add(retracted_key)
            for target in scope.retraction_targets[retracted_key]:
                await self._retract(target)
        if source_key:
            scope.retraction_targets[source_key].append(event)

    async def _retract(self, event: TrackingEvent) -> None:
        if event.retracted_at is not None:
            return
        if event.shipment_id is None:
            event.retracted_at = self._uow.now
            return
        loaded = self._scope.order_by_shipment[event.shipment_id]
        shipment = loaded.shipment(event.shipment_id)
        await self._rematch_later(number_of(shipment))
        recorder = self._recorders.recorder_of(loaded.order)
        mark_retracted(self._uow, loaded, shipment, event, recorder)


def _finished_outcome(outcome: Outcome | TrackingEvent, place: int) -> Outcome:
    if isinstance(outcome, TrackingEvent):
        return Recorded(outcome.id) if outcome.shipment_id else Kept()
    if isinstance(outcome, DomainError):
        return outcome.inside("input", "events", str(place))
    return outcome
