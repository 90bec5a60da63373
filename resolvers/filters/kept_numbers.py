"""The filter of kept numbers and its condition."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from engine.sql.conditions import EVERYTHING, Condition, among
from models.shipments import comparable_number
from resolvers.filters.columns import Columns, TimeRange, carriers
from resolvers.filters.filter_limits import demand_bounds

EVENTS = Columns("tracking_event")


@dataclass(kw_only=True)
class KeptNumberFilter:
    """Selects kept numbers. All given fields must match; an empty list matches nothing."""

    carrier: Annotated[Sequence[str] | None, "The news names one of these carriers."] = None
    tracking_number: Annotated[
        Sequence[str] | None,
        "The number is one of these. Spaces, punctuation and case are ignored.",
    ] = None
    source: Annotated[
        Sequence[str] | None, "Some of the kept events came from one of these sources."
    ] = None
    received_at: Annotated[
        TimeRange | None, "The newest of the kept events was received in this range."
    ] = None


def kept_number_condition(filter_: KeptNumberFilter) -> Condition:
    for name, value in vars(filter_).items():
        if isinstance(value, Sequence):
            demand_bounds(name, value)
    condition = EVENTS.among("carrier", carriers(filter_.carrier)) & EVENTS.within(
        "recorded_at", filter_.received_at
    )
    if filter_.tracking_number is not None:
        keys = [comparable_number(number) for number in filter_.tracking_number]
        condition &= EVENTS.among("number_key", keys)
    return condition & _has_source(filter_.source)


def _has_source(sources: Sequence[str] | None) -> Condition:
    if sources is None:
        return EVERYTHING
    of_source = among('"other".source', sources)
    return Condition(
        f"({EVENTS.column('number_key')}, {EVENTS.column('carrier')}) IN ("
        'SELECT "other".number_key, "other".carrier FROM "tracking_event" AS "other"'
        f' WHERE "other".shipment_id IS NULL AND "other".decision_id IS NULL AND {of_source.text})',
        of_source.values,
    )
