"""Seen outcomes: what a partner is told of the events that it has sent."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from access.viewer import Viewer
from models.events import TrackingEvent
from tracking.events.outcomes import Duplicate, Kept, Outcome, Recorded


async def seen_outcomes(viewer: Viewer, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return the outcomes as a partner may know them, with the events only that it sees.

    News under its carrier's name may belong to a shipment of another carrier of the family, or to
    one to which a person has assigned the number. Such news is KEPT, as if there were none.
    """
    ids = {id_ for outcome in outcomes for id_ in _event_ids(outcome)}
    events = TrackingEvent.filter(id__in=ids, shipment__carrier__in=viewer.bound)
    rows: Any = await events.values_list("id", flat=True) if ids else ()
    seen = frozenset[UUID](rows)
    return [_as_seen(outcome, seen) for outcome in outcomes]


def _event_ids(outcome: Outcome) -> list[UUID]:
    if isinstance(outcome, Recorded | Duplicate) and outcome.event_id is not None:
        return [outcome.event_id, *outcome.others]
    return []


def _as_seen(outcome: Outcome, seen: frozenset[UUID]) -> Outcome:
    ids = [id_ for id_ in _event_ids(outcome) if id_ in seen]
    match outcome:
        case Recorded():
            return Recorded(ids[0], tuple(ids[1:])) if ids else Kept()
        case Duplicate():
            return Duplicate(ids[0], tuple(ids[1:])) if ids else Duplicate(None)
    return outcome
