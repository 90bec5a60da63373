"""The filter of changes and its condition."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from engine.sql.conditions import EVERYTHING, IDENTITY, Condition, among, literals
from models.enums import (
    ChangeKind,
    ExceptionStatus,
    ExceptionType,
    OrderStatus,
    ShipmentStatus,
    TrackingEventType,
)
from resolvers.changes import EVERY_KIND, ChangeSelection
from resolvers.filters.columns import Columns, capitals, carriers
from resolvers.filters.filter_limits import demand_bounds

CHANGES = Columns("change")


@dataclass(kw_only=True)
class ChangeFilter:
    """Selects changes by their own content, never by the order's later state, so that replayed and
    live changes match alike. All given fields must match; a kind of change that lacks a given
    field does not match.
    """

    kinds: Annotated[list[ChangeKind] | None, "The change is of one of these kinds."] = None
    order_status: Annotated[
        list[OrderStatus] | None,
        "The order's new status is one of these.",
    ] = None
    shipment_status: Annotated[
        list[ShipmentStatus] | None,
        "The shipment's new status is one of these.",
    ] = None
    event_type: Annotated[
        list[TrackingEventType] | None,
        "The tracking event has one of these types.",
    ] = None
    exception_type: Annotated[
        list[ExceptionType] | None,
        "The exception has one of these types.",
    ] = None
    exception_status: Annotated[
        list[ExceptionStatus] | None,
        "The exception had one of these statuses after the change.",
    ] = None
    assignee: Annotated[
        Sequence[str] | None,
        "The exception was assigned to one of these people after the change.",
    ] = None
    carrier: Annotated[
        Sequence[str] | None,
        "The shipment went with one of these carriers at the time of the change.",
    ] = None
    country: Annotated[
        Sequence[str] | None,
        "The order went to one of these countries (ISO 3166 codes) at the time of the change.",
    ] = None

    def selection(self) -> ChangeSelection:
        fields: dict[str, Any] = vars(self) | {
            "carrier": carriers(self.carrier),
            "country": capitals(self.country),
        }
        for name, values in fields.items():
            demand_bounds(name, values)
        given_fields: dict[str, Any] = {
            name: tuple(values) for name, values in fields.items() if values is not None
        }
        return ChangeSelection(**given_fields)


def change_condition(selection: ChangeSelection) -> Condition:
    """Return the SQL condition that admits the same changes as `ChangeSelection.admits`."""
    condition = EVERYTHING
    for column, kinds, values in selection.tests():
        if column == "order_id":
            condition &= among(CHANGES.column(column), values, IDENTITY)
        else:
            condition &= CHANGES.among(column, values) & _of_kinds(kinds)
    return condition


def _of_kinds(kinds: tuple[ChangeKind, ...]) -> Condition:
    if kinds is EVERY_KIND:
        return EVERYTHING
    return Condition(f"{CHANGES.column('kind')} IN {literals(kinds)}")
