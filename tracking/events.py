"""Carrier news: what a call of up to 500 events does, one outcome for each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from errors import Invalid, LimitExceeded, NotFound, Refusal
from models.events import SOURCE_LENGTH, TrackingEvent
from models.shipments import Shipment
from tracking import checks
from tracking.acts import Act, act
from tracking.attaching import attach, keep, retract
from tracking.drafts import EventDraft
from tracking.event_drafts import CheckedEvent, checked_event
from tracking.loading import LoadedOrder, lock_orders
from tracking.numbers import Number, addressee, lock_numbers, shipments_of
from tracking.recording import Recorder
from tracking.settling import settle
from tracking.sources import lock_source

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


Outcome = Recorded | Duplicate | Kept | Refusal


@act
async def record_events(this: Act, source: str, drafts: Sequence[EventDraft]) -> list[Outcome]:
    """One outcome per event, in their order; a bad one does not stop the others."""
    this.actor = checks.text(source, SOURCE_LENGTH, "input", "source")
    if not drafts:
        raise Invalid("Give at least one event.", ("input", "events"))
    if len(drafts) > MAXIMUM_EVENTS:
        raise LimitExceeded(
            f"A call takes at most {MAXIMUM_EVENTS} events; send the rest in another.",
            ("input", "events"),
        )
    outcomes: dict[int, Outcome] = {}
    news = _check_all(this, source, drafts, outcomes)
    if news:
        await _Batch(this, source, news, outcomes).run()
    return [_placed(outcomes[place], place) for place in range(len(drafts))]


def _placed(outcome: Outcome, place: int) -> Outcome:
    if isinstance(outcome, Refusal):
        return outcome.inside("input", "events", str(place))
    return outcome


def _check_all(
    this: Act, source: str, drafts: Sequence[EventDraft], outcomes: dict[int, Outcome]
) -> dict[int, CheckedEvent]:
    news = {}
    for place, draft in enumerate(drafts):
        try:
            news[place] = checked_event(source, draft, this.now)
        except Refusal as refusal:
            outcomes[place] = refusal
    return news


class _Batch:
    """The good events of one call, under the locks of all that they touch."""

    def __init__(
        self, this: Act, source: str, news: dict[int, CheckedEvent], outcomes: dict[int, Outcome]
    ) -> None:
        self._this, self._source, self._news, self._outcomes = this, source, news, outcomes
        self._loaded: dict[UUID, LoadedOrder] = {}
        self._owner: dict[UUID, LoadedOrder] = {}
        self._by_number: dict[Number, list[Shipment]] = {}
        self._recorders: dict[UUID, Recorder] = {}

    async def run(self) -> None:
        events = [one.event for one in self._news.values()]
        taken_back = {event.retracts for event in events if event.retracts is not None}
        await lock_source(self._source, takes_back=bool(taken_back))
        earlier = await self._lock(taken_back)
        known = await self._known(events)
        announced = await self._announced_retractions(events)
        for place, one in self._news.items():
            self._outcomes[place] = self._take(one, known, announced, earlier)
        for order_id in self._recorders:
            settle(self._this, self._loaded[order_id], self._recorders[order_id], self._this.now)

    async def _lock(self, taken_back: Iterable[str]) -> dict[str, list[TrackingEvent]]:
        """Lock numbers, then orders; the events that this call takes back, as they are then."""
        by_id = {one.shipment_id for one in self._news.values() if one.shipment_id is not None}
        numbers = {one.number for one in self._news.values() if one.number is not None}
        doomed = await self._events_named(taken_back)
        of_doomed = {(str(one.carrier), one.number_key) for one in doomed if one.number_key}
        await lock_numbers(numbers | {(carrier, str(key)) for carrier, key in of_doomed})
        self._by_number = await shipments_of(numbers)
        doomed = await self._events_named(taken_back)
        await self._load(by_id, doomed)
        earlier: dict[str, list[TrackingEvent]] = {}
        for one in self._as_loaded(doomed):
            earlier.setdefault(str(one.source_event_id), []).append(one)
        return earlier

    async def _load(self, shipment_ids: set[UUID], doomed: Sequence[TrackingEvent]) -> None:
        by_id = await Shipment.filter(id__in=list(shipment_ids)) if shipment_ids else []
        candidates = [one for found in self._by_number.values() for one in found]
        order_ids = {one.order_id for one in (*by_id, *candidates)}
        order_ids |= {one.order_id for one in doomed if one.order_id is not None}
        self._loaded = await lock_orders(self._this, order_ids)
        self._owner = {
            shipment.id: loaded for loaded in self._loaded.values() for shipment in loaded.shipments
        }

    async def _events_named(self, ids: Iterable[str]) -> list[TrackingEvent]:
        wanted = list(ids)
        if not wanted:
            return []
        return await TrackingEvent.filter(source=self._source, source_event_id__in=wanted)

    def _as_loaded(self, events: Sequence[TrackingEvent]) -> Sequence[TrackingEvent]:
        """The same events, as the rows that their loaded orders hold; kept ones are watched."""
        rows = {
            event.id: event
            for loaded in self._loaded.values()
            for held in loaded.events.values()
            for event in held
        }
        self._this.rows.watch([one for one in events if one.id not in rows])
        return [rows.get(one.id, one) for one in events]

    async def _known(self, events: Sequence[TrackingEvent]) -> dict[str, UUID | None]:
        """Fingerprints seen before, and the events that stand for them."""
        rows = await TrackingEvent.filter(
            fingerprint__in=[one.fingerprint for one in events]
        ).values_list("fingerprint", "id", "shipment_id")
        return {fingerprint: id_ if owner else None for fingerprint, id_, owner in rows}

    async def _announced_retractions(self, events: Sequence[TrackingEvent]) -> set[str]:
        """The source's ids among these that it has taken back before they came."""
        ids = [one.source_event_id for one in events if one.source_event_id is not None]
        if not ids:
            return set()
        rows = TrackingEvent.filter(source=self._source, retracts__in=ids)
        return {str(row.retracts) for row in await rows.only("retracts")}

    def _take(
        self,
        one: CheckedEvent,
        known: dict[str, UUID | None],
        announced: set[str],
        earlier: dict[str, list[TrackingEvent]],
    ) -> Outcome:
        event = one.event
        if event.fingerprint in known:
            return Duplicate(known[event.fingerprint])
        shipment = self._addressee(one)
        if shipment is None and one.number is None:
            return NotFound("No shipment has this id.", ("shipmentId",))
        if event.source_event_id in announced:
            event.retracted_at = self._this.now
        if event.retracts is not None:
            announced.add(event.retracts)
            self._take_back(earlier.get(event.retracts, []))
        known[event.fingerprint] = event.id if shipment else None
        if event.source_event_id is not None:
            earlier.setdefault(event.source_event_id, []).append(event)
        if shipment is None:
            keep(self._this, event)
            return Kept()
        attach(self._this, self._owner[shipment.id], shipment, event, self._recorder(shipment))
        return Recorded(event.id)

    def _addressee(self, one: CheckedEvent) -> Shipment | None:
        if one.number is None:
            owner = self._owner.get(one.shipment_id) if one.shipment_id else None
            return owner.shipment(one.shipment_id) if owner and one.shipment_id else None
        locked = [self._owner[found.id].shipment(found.id) for found in self._by_number[one.number]]
        return addressee(one.event, locked)

    def _take_back(self, events: Sequence[TrackingEvent]) -> None:
        for event in events:
            if event.retracted_at is not None:
                continue
            if event.shipment_id is None:
                event.retracted_at = self._this.now
            else:
                loaded = self._owner[event.shipment_id]
                shipment = loaded.shipment(event.shipment_id)
                retract(self._this, loaded, shipment, event, self._recorder(shipment))

    def _recorder(self, shipment: Shipment) -> Recorder:
        order = self._loaded[shipment.order_id].order
        return self._recorders.setdefault(order.id, Recorder(self._this, order))
