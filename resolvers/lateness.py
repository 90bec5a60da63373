"""Lateness: the SQL for `models.health.is_late`."""

from collections.abc import Iterable

from engine.sql.field_sources import json_boolean
from engine.sql.json_dialects import literal
from engine.sql.rows import Row
from engine.sql.statement_builder import StatementBuilder
from models.health import LATE_ONLY_BY_DELIVERY, NEVER_LATE


def is_late(builder: StatementBuilder, row: Row) -> str:
    status, late_after, delivered_at = row["status"], row["late_after"], row["delivered_at"]
    undelivered = (
        f"{status} NOT IN ({_listed(LATE_ONLY_BY_DELIVERY)}) AND {late_after} < {builder.now}"
    )
    return json_boolean(
        f"{late_after} IS NOT NULL AND {status} NOT IN ({_listed(NEVER_LATE)})"
        f" AND CASE WHEN {delivered_at} IS NULL THEN {undelivered}"
        f" ELSE {late_after} < {delivered_at} END"
    )


def _listed(words: Iterable[str]) -> str:
    return ", ".join(literal(word) for word in words)
