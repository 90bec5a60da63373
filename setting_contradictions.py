"""Settings that contradict each other, though each is right by itself."""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from urls import MEMORY

if TYPE_CHECKING:
    from config import Settings


def find_contradictions(settings: "Settings") -> Iterator[str]:
    """Yield a message for each value that is right by itself but not beside the others."""
    if settings.documents_only and settings.documents is None:
        yield (
            "WHEREABOUTS_DOCUMENTS_ONLY='on': set WHEREABOUTS_DOCUMENTS to the file of the "
            "documents that clients may ask for"
        )
    yield from _due_contradictions(settings)
    if settings.workers == 1:
        return
    several = f"WHEREABOUTS_WORKERS={str(settings.workers)!r}"
    if settings.is_embedded:
        yield (
            f"{several}: a SQLite file serves only one process; set it to 1, or "
            "WHEREABOUTS_DATABASE_URL to postgres://USER:PASSWORD@HOST:PORT/DATABASE"
        )
    if settings.broadcast_url.get_secret_value() == MEMORY:
        yield (
            f"{several}: processes do not hear each other through {MEMORY}; set it to 1, or "
            "WHEREABOUTS_BROADCAST_URL to redis://:PASSWORD@HOST:PORT"
        )


def _due_contradictions(settings: "Settings") -> Iterator[str]:
    """Yield a message for each severity that would be due later than a milder one."""
    hours = [
        ("CRITICAL", settings.due_hours_critical),
        ("HIGH", settings.due_hours_high),
        ("MEDIUM", settings.due_hours_medium),
    ]
    for (severity, longer), (milder, shorter) in pairwise(hours):
        if longer > shorter:
            yield (
                f"WHEREABOUTS_DUE_HOURS_{severity}='{longer}': it is more than "
                f"WHEREABOUTS_DUE_HOURS_{milder}='{shorter}', though {milder} is less severe; "
                "lower the one or raise the other"
            )
