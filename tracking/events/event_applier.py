"""The event applier: gives the events of one call to their shipments, one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass

from access.viewer import Viewer
from errors import DomainError, Invalid, NotFound
from models.assignments import Owners, assignment_of, owners_with_assignment
from models.carrier_families import Number
from models.event_matching import newest_created_in_time
from models.events import TrackingEvent
from models.shipments import Shipment
from runtime.turns import in_turns
from tracking.change_recorder import OrderRecorders
from tracking.events.checked_events import CheckedEvent
from tracking.events.event_limits import EventRoom, full_shipment
from tracking.events.locked_scope import EventAddress, LockedScope
from tracking.events.number_events import NumberEvents
from tracking.events.outcomes import Duplicate, Kept, Outcome, Recorded
from tracking.events.shipment_events import mark_retracted, match_event
from tracking.partners import sees, sees_carrier
from tracking.reconciliation import reconcile
from unit_of_work.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class AppliedEvent:
    """An event that was stored, or recognised as a repeat."""

    fingerprint: str
    is_new: bool


class EventApplier:
    """Applies the events of one call, under the locks of everything that they may change."""

    def __init__(self, uow: UnitOfWork, scope: LockedScope, viewer: Viewer) -> None:
        self._uow, self._scope, self._viewer = uow, scope, viewer
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
            for move in await number_events.rematch(self._recorders):
                self._scope.note_move(move)
        async for order_id, recorder in in_turns(self._recorders.items()):
            reconcile(self._uow, self._scope.orders[order_id], recorder, self._uow.now)
        return [self._outcome(outcome, place) for place, outcome in enumerate(outcomes)]

    async def _apply_event(self, checked: CheckedEvent) -> DomainError | AppliedEvent:
        event, scope = checked.event, self._scope
        if event.fingerprint in scope.ids_by_fingerprint:
            return AppliedEvent(event.fingerprint, is_new=False)
        owners = await self._owners_of(checked)
        shipments, decision_id = owners
        address = _address(checked, owners)
        if self._retracts_another_number(event, address):
            return _foreign_retraction(event)
        if refusal := self._refusal(checked, shipments):
            return refusal
        scope.ids_by_fingerprint[event.fingerprint] = (event.id,) if shipments else ()
        await self._apply_retractions(event, address)
        self._uow.rows.add(event)
        if checked.number in self._rematched:
            self._rematched[checked.number].unmatched.append(event)
        elif shipments:
            (shipment,) = shipments
            recorder = self._recorders.recorder_of(scope.orders[shipment.order_id].order)
            match_event(self._uow, scope.orders[shipment.order_id], shipment, event, recorder)
            event.decision_id = decision_id
        return AppliedEvent(event.fingerprint, is_new=True)

    async def _owners_of(self, checked: CheckedEvent) -> Owners:
        """Return the shipments to which the event belongs by what is recorded so far.

        There are several only if the events of the number are matched later.
        """
        order_by_shipment = self._scope.order_by_shipment
        if checked.number is not None:
            return await self._owners_by_number(checked.number, checked.event)
        if checked.shipment_id is None or checked.shipment_id not in order_by_shipment:
            return Owners([])
        shipment = order_by_shipment[checked.shipment_id].shipment(checked.shipment_id)
        if not sees(self._viewer, shipment):
            return Owners([])
        await self._rematch_later(self._uow.families.number_of(shipment))
        return Owners([shipment])

    async def _owners_by_number(self, number: Number, event: TrackingEvent) -> Owners:
        assignment = assignment_of(event, self._scope.assignments)
        await self._rematch_later(number)
        if assignment is not None:
            # The event may finish the shipment, or move it again, and that has its own number.
            await self._rematch_later(self._uow.families.number_of(assignment.shipment))
        if number in self._rematched:
            return self._rematched[number].recipients(event)
        newest = newest_created_in_time(self._scope.shipments_by_number[number], event)
        return owners_with_assignment([] if newest is None else [newest], assignment, event)

    async def _rematch_later(self, number: Number | None) -> None:
        """Have the number's events matched again, if that may be needed, after all of the call."""
        if number in self._scope.rematched and number not in self._rematched:
            self._rematched[number] = self._scope.rematched[number]
            await self._rematched[number].note_matches()

    def _refusal(self, checked: CheckedEvent, shipments: Sequence[Shipment]) -> DomainError | None:
        event, number = checked.event, checked.number
        if shipments:
            orders = self._scope.orders
            if any([self._room.take(orders[one.order_id], one, event) for one in shipments]):
                return None
            return full_shipment(event, "trackingNumber" if number else "shipmentId")
        if number is None:
            return NotFound("No shipment has this id.", ("shipmentId",))
        refusal = self._scope.kept.refusal(event, number)
        if refusal is None:
            self._scope.kept.add(event, number)
        return refusal

    def _retracts_another_number(self, event: TrackingEvent, address: EventAddress) -> bool:
        """Return whether the event that is to be retracted belongs to another shipment."""
        scope = self._scope
        if event.retracts is None:
            return False
        targets = self._targets(event.source, event.retracts)
        # A partner retracts only what it sees: it could name what others have not sent yet.
        return (bool(targets) or self._viewer.is_partner) and not any(
            scope.are_of_one_shipment(address, EventAddress(target.shipment_id, target.number_key))
            for target in targets
        )

    def _targets(self, source: str, source_event_id: str) -> list[TrackingEvent]:
        """Return the events of this name that the viewer may retract."""
        targets = self._scope.retraction_targets[source, source_event_id]
        if not self._viewer.is_partner:
            return targets
        return [target for target in targets if sees_carrier(self._viewer, self._carrier(target))]

    def _carrier(self, event: TrackingEvent) -> str | None:
        """Return the carrier of the event's shipment, or of the number that it waits for."""
        if event.shipment_id is None:
            return event.carrier
        return self._scope.order_by_shipment[event.shipment_id].shipment(event.shipment_id).carrier

    async def _apply_retractions(self, event: TrackingEvent, address: EventAddress) -> None:
        """Retract the event if a retraction of it came first, and the events that it retracts."""
        scope = self._scope
        source_key = event.source_event_id and (event.source, event.source_event_id)
        if source_key and any(
            scope.are_of_one_shipment(address, other) for other in scope.retractions[source_key]
        ):
            event.retracted_at = self._uow.now
        if event.retracts is not None:
            retracted_key = (event.source, event.retracts)
            scope.retractions[retracted_key].append(address)
            for target in self._targets(*retracted_key):
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
        await self._rematch_later(self._uow.families.number_of(shipment))
        recorder = self._recorders.recorder_of(loaded.order)
        mark_retracted(self._uow, loaded, shipment, event, recorder)

    def _outcome(self, applied: DomainError | AppliedEvent, place: int) -> Outcome:
        """Return the outcome of an event after all events of the call were matched."""
        if isinstance(applied, DomainError):
            return applied.inside("input", "events", str(place))
        first, *others = self._scope.ids_by_fingerprint[applied.fingerprint] or (None,)
        if not applied.is_new:
            return Duplicate(first, tuple(others))
        return Kept() if first is None else Recorded(first, tuple(others))


def _address(checked: CheckedEvent, owners: Owners) -> EventAddress:
    """Return the address of an event. If a person assigned its number, the shipment is known."""
    if owners.decision_id is not None:
        return EventAddress(owners.shipments[0].id, checked.event.number_key)
    return EventAddress(checked.shipment_id, checked.event.number_key)


def _foreign_retraction(event: TrackingEvent) -> Invalid:
    return Invalid(
        f"The event {event.retracts!r} of the source {event.source!r} belongs to another tracking"
        " number. Send the retraction with the number, or the shipment, of that event.",
        ("retracts",),
    )
