"""Carrier news: what a call of up to 500 events does, one outcome for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from access.viewer import Viewer
from errors import DomainError, Invalid, LimitExceeded, NotFound
from models import values
from models.events import SOURCE_LENGTH, TrackingEvent
from models.shipments import Shipment
from tracking.change_recorder import ChangeRecorder
from tracking.events.attachment import attach, keep, retract
from tracking.events.checked_events import CheckedEvent, checked_event
from tracking.events.locked_scope import LockedScope, lock_scope
from tracking.inputs import EventDraft
from tracking.settlement import reconcile
from tracking.shipments.tracking_number_locks import addressee
from unit_of_work.unit_of_work import Tracker, UnitOfWork, command

MAXIMUM_EVENTS = 500
"""Events of a call: a second's news of a large carrier, in a transaction that stays short."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The event is a shipment's."""

    event_id: UUID


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The same news came before; without an id, it is being kept."""

    event_id: UUID | None


@dataclass(frozen=True, slots=True)
class Kept:
    """No shipment has this number yet; it is applied when one takes it."""


Outcome = Recorded | Duplicate | Kept | DomainError


@dataclass(frozen=True, slots=True)
class Call:
    """What a source tells at once."""

    source: str
    drafts: Sequence[EventDraft]


async def record_events(
    tracker: Tracker, viewer: Viewer, source: str, drafts: Sequence[EventDraft]
) -> list[Outcome]:
    """One outcome per event, in their order; a bad one does not stop the others.

    Calls that come while others are being recorded share a transaction, one after the other.
    """
    values.text(source, SOURCE_LENGTH, "input", "source")
    if not drafts:
        raise Invalid("Give at least one event.", ("input", "events"))
    if len(drafts) > MAXIMUM_EVENTS:
        raise LimitExceeded(
            f"A call takes at most {MAXIMUM_EVENTS} events; send the rest in another.",
            ("input", "events"),
        )
    outcomes: list[Outcome] = await tracker.event_batcher.submit(
        Call(source, drafts), len(drafts), partial(_record_calls, tracker, viewer)
    )
    return outcomes


@command
async def _record_calls(this: UnitOfWork, calls: Sequence[Call]) -> list[list[Outcome]]:
    """What is recorded names its source; whose call began the transaction does not matter."""
    checked = [[_checked(this, call.source, one) for one in call.drafts] for call in calls]
    news = [one for told in checked for one in told if isinstance(one, CheckedEvent)]
    affected = await lock_scope(this, news)
    outcomes = []
    for call, told in zip(calls, checked, strict=True):
        this.actor = call.source
        outcomes.append(_Telling(this, affected).tell(told))
    return outcomes


def _checked(this: UnitOfWork, source: str, draft: EventDraft) -> CheckedEvent | DomainError:
    try:
        return checked_event(source, draft, this.now)
    except DomainError as refusal:
        return refusal


class _Telling:
    """The events of one call, under the locks of all that they affect."""

    def __init__(self, this: UnitOfWork, affected: LockedScope) -> None:
        self._this, self._affected = this, affected
        self._records: dict[UUID, ChangeRecorder] = {}

    def tell(self, told: Sequence[CheckedEvent | DomainError]) -> list[Outcome]:
        outcomes = [one if isinstance(one, DomainError) else self._take(one) for one in told]
        for order_id, record in self._records.items():
            reconcile(self._this, self._affected.orders[order_id], record, self._this.now)
        return [_placed(one, place) for place, one in enumerate(outcomes)]

    def _take(self, one: CheckedEvent) -> Outcome:
        event, affected = one.event, self._affected
        if event.fingerprint in affected.known:
            return Duplicate(affected.known[event.fingerprint])
        shipment = self._addressee(one)
        if shipment is None and one.number is None:
            return NotFound("No shipment has this id.", ("shipmentId",))
        affected.known[event.fingerprint] = event.id if shipment else None
        self._meet_retractions(event)
        if shipment is None:
            keep(self._this, event)
            return Kept()
        loaded = affected.owner[shipment.id]
        attach(self._this, loaded, shipment, event, self._record(shipment))
        return Recorded(event.id)

    def _addressee(self, one: CheckedEvent) -> Shipment | None:
        if one.number is not None:
            return addressee(one.event, self._affected.by_number[one.number])
        if one.shipment_id is None or one.shipment_id not in self._affected.owner:
            return None
        return self._affected.owner[one.shipment_id].shipment(one.shipment_id)

    def _meet_retractions(self, event: TrackingEvent) -> None:
        """Whatever retracts an event stands, also if it came first."""
        affected = self._affected
        name = event.source_event_id and (event.source, event.source_event_id)
        if name in affected.taken_back:
            event.retracted_at = self._this.now
        if event.retracts is not None:
            affected.taken_back.add((event.source, event.retracts))
            for doomed in affected.named[event.source, event.retracts]:
                self._take_back(doomed)
        if name:
            affected.named[name].append(event)

    def _take_back(self, event: TrackingEvent) -> None:
        if event.retracted_at is not None:
            return
        if event.shipment_id is None:
            event.retracted_at = self._this.now
            return
        loaded = self._affected.owner[event.shipment_id]
        shipment = loaded.shipment(event.shipment_id)
        retract(self._this, loaded, shipment, event, self._record(shipment))

    def _record(self, shipment: Shipment) -> ChangeRecorder:
        if shipment.order_id not in self._records:
            order = self._affected.orders[shipment.order_id].order
            self._records[order.id] = ChangeRecorder(self._this, order)
        return self._records[shipment.order_id]


def _placed(outcome: Outcome, place: int) -> Outcome:
    if isinstance(outcome, DomainError):
        return outcome.inside("input", "events", str(place))
    return outcome
