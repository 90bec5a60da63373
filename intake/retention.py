"""The retention of received bodies: they hold personal data, and are needed for replays only."""

from datetime import timedelta

from database.clock import database_now, measure_clock
from database.connections import transaction
from database.retries import with_retries
from models.intakes import Intake

KEPT_DAYS = 30
"""Bodies are deleted after so many days, whatever their state: faults are noticed sooner."""
KEPT = timedelta(days=KEPT_DAYS)
PORTION = 200
"""Bodies that one transaction deletes."""


async def forget_old() -> int:
    """Delete the bodies that are kept no longer, and return their number. Raises Unavailable."""
    total = 0
    while deleted := await with_retries(_forget_portion):
        total += deleted
    return total


async def _forget_portion() -> int:
    await measure_clock()
    old = Intake.filter(received_at__lt=database_now() - KEPT).order_by("received_at")
    async with transaction():
        ids = await old.limit(PORTION).values_list("id", flat=True)
        return await Intake.filter(id__in=list(ids)).delete() if ids else 0
