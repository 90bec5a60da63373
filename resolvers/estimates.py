"""Delivery estimates: the current estimate of a row, and every revision."""

from engine.sql.bounded_list import BoundedList
from engine.sql.field_sources import Column, EmbeddedObject, plain_columns
from engine.sql.json_dialects import literal
from engine.sql.rows import Row
from engine.sql.statement_builder import ObjectSource
from models.estimates import PREFERENCE, Estimate

CURRENT = EmbeddedObject(
    {
        "earliest": Column("estimate_earliest", is_never_null=True),
        "latest": Column("estimate_latest", is_never_null=True),
        "source": Column("estimate_source", is_never_null=True),
        "reason": Column("estimate_reason"),
        "revisedAt": Column("estimate_revised_at", is_never_null=True),
    },
    null_with="estimate_latest",
)
DELIVERY_ESTIMATE = ObjectSource(
    Estimate,
    {
        **plain_columns(Estimate),
        "earliest": Column("earliest_at"),
        "latest": Column("latest_at"),
    },
)
"""The source of a revision. The current estimate is part of the row that it belongs to."""


def _newest_first(row: Row) -> str:
    cases = " ".join(
        f"WHEN {literal(source)} THEN {place}" for place, source in enumerate(PREFERENCE)
    )
    preference = f"CASE {row['source']} {cases} END"
    return f"{row['moment']} DESC, {preference} DESC, {row['tie_break']} DESC"


def _stands(row: Row) -> str:
    return f"NOT {row['is_retracted']}"


REVISIONS = BoundedList(Estimate, "shipment_id", _newest_first, where=_stands, is_oldest_first=True)
