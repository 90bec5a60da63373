"""Recording carriers' events: a call takes up to 500, and each has its own outcome."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from access.viewer import Viewer
from errors import DomainError, Invalid, LimitExceeded
from models import values
from models.events import SOURCE_LENGTH
from tracking.events.admission import admit
from tracking.events.checked_events import CheckedEvent, check_event
from tracking.events.event_applier import EventApplier
from tracking.events.locked_scope import lock_scope
from tracking.events.outcomes import Outcome
from tracking.events.seen_outcomes import seen_outcomes
from tracking.inputs import EventDraft
from tracking.inputs.limits import MAXIMUM_EVENTS
from tracking.orders.order_parts import TooManyRows
from unit_of_work.unit_of_work import Tracker, UnitOfWork, command, joint_command


@dataclass(frozen=True, slots=True)
class EventCall:
    """The events that one source sends in one call of the viewer."""

    source: str
    drafts: Sequence[EventDraft]
    viewer: Viewer


async def record_events(
    tracker: Tracker, viewer: Viewer, source: str, drafts: Sequence[EventDraft]
) -> list[Outcome]:
    """Record events and return one outcome for each, in their order.

    An invalid event does not stop the others. Calls that arrive while others are being recorded
    share a transaction, in which they are applied one after the other. Raises Invalid and
    LimitExceeded if the whole call is refused.
    """
    values.text(source, SOURCE_LENGTH, "input", "source")
    if not drafts:
        raise Invalid("Send at least one event.", ("input", "events"))
    if len(drafts) > MAXIMUM_EVENTS:
        raise LimitExceeded(
            f"A call takes at most {MAXIMUM_EVENTS} events. Send the rest in another call.",
            ("input", "events"),
        )
    outcomes: list[Outcome] = await tracker.event_batcher.submit(
        EventCall(source, drafts, viewer), len(drafts), EventRecording(tracker, viewer)
    )
    return await seen_outcomes(viewer, outcomes) if viewer.is_partner else outcomes


@dataclass(frozen=True, slots=True)
class EventRecording:
    """The recording of calls, together in one transaction or each in its own."""

    tracker: Tracker
    viewer: Viewer

    async def together(self, calls: Sequence[EventCall]) -> list[list[Outcome]]:
        return await joint_command(_record_calls)(self.tracker, self.viewer, calls)

    async def alone(self, call: EventCall) -> list[Outcome]:
        (outcomes,) = await command(_record_calls)(self.tracker, self.viewer, [call])
        return outcomes

    def needs(self, call: EventCall) -> set[Hashable]:
        """Return the shipments of the events as the caller names them."""
        return {
            draft.shipment_id or (draft.carrier, draft.tracking_number) for draft in call.drafts
        }


async def _record_calls(uow: UnitOfWork, calls: Sequence[EventCall]) -> list[list[Outcome]]:
    """Record the events of several calls in one transaction.

    The actor of each change is the event's source: whose call began the transaction does not show.
    """
    checked_calls = [[_check(uow, call, draft) for draft in call.drafts] for call in calls]
    try:
        scope = await lock_scope(uow, _valid(checked_calls))
    except TooManyRows:
        if len(calls) > 1:
            raise  # and each call is recorded alone
        checked_calls = [await admit(uow.families, checked_calls[0])]
        scope = await lock_scope(uow, _valid(checked_calls))
    outcomes = []
    for call, events in zip(calls, checked_calls, strict=True):
        uow.actor = call.source
        outcomes.append(await EventApplier(uow, scope, call.viewer).apply(events))
    return outcomes


def _valid(calls: Sequence[Sequence[CheckedEvent | DomainError]]) -> list[CheckedEvent]:
    return [event for events in calls for event in events if isinstance(event, CheckedEvent)]


def _check(uow: UnitOfWork, call: EventCall, draft: EventDraft) -> CheckedEvent | DomainError:
    try:
        return check_event(uow.families, call.source, draft, uow.now, call.viewer)
    except DomainError as error:
        return error
