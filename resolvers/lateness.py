"""Lateness: the same as models.health.is_late, said to the database."""

from collections.abc import Iterable

from engine.sql.json_dialects import literal
from engine.sql.rows import Row
from engine.sql.sources import truth
from engine.sql.statement_builder import Writing
from models.health import LATE_ONLY_BY_DELIVERY, NEVER_LATE


def is_late(writing: Writing, row: Row) -> str:
    status, late_after, delivered_at = row["status"], row["late_after"], row["delivered_at"]
    undelivered = (
        f"{status} NOT IN ({_listed(LATE_ONLY_BY_DELIVERY)}) AND {late_after} < {writing.now}"
    )
    return truth(
        f"{late_after} IS NOT NULL AND {status} NOT IN ({_listed(NEVER_LATE)})"
        f" AND CASE WHEN {delivered_at} IS NULL THEN {undelivered}"
        f" ELSE {late_after} < {delivered_at} END"
    )


def _listed(words: Iterable[str]) -> str:
    return ", ".join(literal(word) for word in words)
