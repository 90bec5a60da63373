"""The records of the intake as owners see them: counts, failures, and replays."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from tortoise.functions import Count, Max

from database.clock import database_now, measure_clock
from database.connections import transaction
from database.retries import with_retries
from models.enums.intakes import IntakeState
from models.intakes import WAITS_ANEW, Intake

MAXIMUM_REPLAYED = 10_000
"""Bodies that one command replays: a day of a large shop. Another command goes on after them."""
MAXIMUM_LISTED = 200
"""Failures that are listed, the newest first: more have few reasons among them."""


async def count_states(receiver_id: UUID) -> dict[IntakeState, int]:
    """Return how many bodies of the receiver are in each state that any is in."""
    rows = (
        await Intake.filter(receiver_id=receiver_id)
        .annotate(count=Count("id"))
        .group_by("state")
        .values("state", "count")
    )
    return {IntakeState(row["state"]): row["count"] for row in rows}


async def count_waiting() -> int:
    """Return how many bodies of all receivers wait to be read."""
    return await Intake.filter(state=IntakeState.RECEIVED).count()


async def last_received_at(receiver_id: UUID) -> datetime | None:
    """Return when the last kept body came, None if none is kept."""
    (row,) = (
        await Intake.filter(receiver_id=receiver_id).annotate(at=Max("received_at")).values("at")
    )
    last: datetime | None = row["at"]
    return last


async def list_failures(receiver_id: UUID) -> Sequence[Intake]:
    """Return the bodies that have failed, the newest first, at most MAXIMUM_LISTED."""
    failed = Intake.filter(receiver_id=receiver_id, state=IntakeState.FAILED)
    return await failed.order_by("-received_at", "-id").limit(MAXIMUM_LISTED)


async def replay(receiver_id: UUID, since: datetime | None = None) -> int:
    """Let bodies be read again, the oldest first; return how many, at most MAXIMUM_REPLAYED.

    They are those that have failed, or with `since` all that came at that time or later. Raises
    Unavailable.
    """
    chosen = Intake.filter(receiver_id=receiver_id).exclude(state=IntakeState.RECEIVED)
    if since is None:
        chosen = chosen.filter(state=IntakeState.FAILED)
    else:
        chosen = chosen.filter(received_at__gte=since)

    async def attempt() -> int:
        await measure_clock()
        now = database_now()
        async with transaction():
            oldest = chosen.order_by("received_at", "id").limit(MAXIMUM_REPLAYED)
            ids = list(await oldest.values_list("id", flat=True))
            if not ids:
                return 0
            return await Intake.filter(id__in=ids).update(**WAITS_ANEW, due_at=now)

    return await with_retries(attempt)
