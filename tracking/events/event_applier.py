"""The event applier: gives the events of one call to their shipments, one after the other."""

from collections.abc import Sequence
from uuid import UUID

from errors import DomainError, NotFound
from models.events import TrackingEvent
from models.shipments import Shipment
from tracking.change_recorder import ChangeRecorder
from tracking.events.checked_events import CheckedEvent
from tracking.events.locked_scope import LockedScope
from tracking.events.outcomes import Duplicate, Kept, Outcome, Recorded
from tracking.events.shipment_events import add_event, mark_retracted, store_unmatched_event
from tracking.reconciliation import reconcile
from tracking.shipments.tracking_number_locks import shipment_for_event
from unit_of_work.unit_of_work import UnitOfWork


class EventApplier:
    """Applies the events of one call, under the locks of everything that they may change."""

    def __init__(self, uow: UnitOfWork, scope: LockedScope) -> None:
        self._uow, self._scope = uow, scope
        self._recorders: dict[UUID, ChangeRecorder] = {}

    def apply(self, events: Sequence[CheckedEvent | DomainError]) -> list[Outcome]:
        """Apply the events, then reconcile their orders. Errors are returned in their places."""
        outcomes = [
            event if isinstance(event, DomainError) else self._apply_event(event)
            for event in events
        ]
        for order_id, recorder in self._recorders.items():
            reconcile(self._uow, self._scope.orders[order_id], recorder, self._uow.now)
        return [_with_path(outcome, place) for place, outcome in enumerate(outcomes)]

    def _apply_event(self, checked: CheckedEvent) -> Outcome:
        event, scope = checked.event, self._scope
        if event.fingerprint in scope.ids_by_fingerprint:
            return Duplicate(scope.ids_by_fingerprint[event.fingerprint])
        shipment = self._shipment_of(checked)
        if shipment is None and checked.number is None:
            return NotFound("No shipment has this id.", ("shipmentId",))
        scope.ids_by_fingerprint[event.fingerprint] = event.id if shipment else None
        self._apply_retractions(event)
        if shipment is None:
            store_unmatched_event(self._uow, event)
            return Kept()
        loaded = scope.order_by_shipment[shipment.id]
        add_event(self._uow, loaded, shipment, event, self._recorder_of(shipment))
        return Recorded(event.id)

    def _shipment_of(self, checked: CheckedEvent) -> Shipment | None:
        order_by_shipment = self._scope.order_by_shipment
        if checked.number is not None:
            shipments = self._scope.shipments_by_number[checked.number]
            return shipment_for_event(checked.event, shipments)
        if checked.shipment_id is None or checked.shipment_id not in order_by_shipment:
            return None
        return order_by_shipment[checked.shipment_id].shipment(checked.shipment_id)

    def _apply_retractions(self, event: TrackingEvent) -> None:
        """Retract the event if a retraction of it came first, and the events that it retracts."""
        scope = self._scope
        source_key = event.source_event_id and (event.source, event.source_event_id)
        if source_key in scope.retracted_keys:
            event.retracted_at = self._uow.now
        if event.retracts is not None:
            retracted_key = (event.source, event.retracts)
            scope.retracted_keys.add(retracted_key)
            for target in scope.retraction_targets[retracted_key]:
                self._retract(target)
        if source_key:
            scope.retraction_targets[source_key].append(event)

    def _retract(self, event: TrackingEvent) -> None:
        if event.retracted_at is not None:
            return
        if event.shipment_id is None:
            event.retracted_at = self._uow.now
            return
        loaded = self._scope.order_by_shipment[event.shipment_id]
        shipment = loaded.shipment(event.shipment_id)
        mark_retracted(self._uow, loaded, shipment, event, self._recorder_of(shipment))

    def _recorder_of(self, shipment: Shipment) -> ChangeRecorder:
        if shipment.order_id not in self._recorders:
            order = self._scope.orders[shipment.order_id].order
            self._recorders[order.id] = ChangeRecorder(self._uow, order)
        return self._recorders[shipment.order_id]


def _with_path(outcome: Outcome, place: int) -> Outcome:
    if isinstance(outcome, DomainError):
        return outcome.inside("input", "events", str(place))
    return outcome
