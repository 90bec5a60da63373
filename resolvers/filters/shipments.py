"""The filter of shipments and its condition."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from engine.sql.conditions import Condition
from models.enums import Health, ShipmentStatus
from models.shipments import comparable_number
from resolvers.filters.boolean_filters import demand_all_bounds, joined
from resolvers.filters.columns import Columns, TimeRange, capitals, carriers

SHIPMENTS = Columns("shipment")


@dataclass(kw_only=True)
class ShipmentFilter:
    """Selects shipments. All given fields must match; an empty list matches nothing."""

    status: Annotated[list[ShipmentStatus] | None, "The shipment has one of these statuses."] = None
    health: Annotated[list[Health] | None, "The shipment has one of these health values."] = None
    carrier: Annotated[Sequence[str] | None, "The shipment goes with one of these carriers."] = None
    service: Annotated[
        Sequence[str] | None,
        "The shipment was sent by one of these services of a carrier.",
    ] = None
    country: Annotated[
        Sequence[str] | None,
        "The shipment goes to one of these countries (ISO 3166 codes).",
    ] = None
    tracking_number: Annotated[
        Sequence[str] | None,
        "The shipment has one of these tracking numbers. Spaces, punctuation and case are ignored.",
    ] = None
    shipped_at: Annotated[TimeRange | None, "The shipment first moved in this range."] = None
    delivered_at: Annotated[TimeRange | None, "The shipment was delivered in this range."] = None
    is_late: Annotated[bool | None, "Whether the shipment is late."] = None
    all_of: Annotated["Sequence[ShipmentFilter] | None", "All of these filters match too."] = None
    any_of: Annotated[
        "Sequence[ShipmentFilter] | None",
        "At least one of these filters matches too.",
    ] = None
    none_of: Annotated["ShipmentFilter | None", "This filter does not match."] = None


def shipment_condition(filter_: ShipmentFilter, now: datetime) -> Condition:
    demand_all_bounds(filter_)

    def own_condition(branch: ShipmentFilter) -> Condition:
        return _own(branch) & SHIPMENTS.lateness(now, branch.is_late)

    return joined(filter_, own_condition)


def _own(filter_: ShipmentFilter) -> Condition:
    condition = (
        SHIPMENTS.among("status", filter_.status)
        & SHIPMENTS.among("health", filter_.health)
        & SHIPMENTS.among("carrier", carriers(filter_.carrier))
        & SHIPMENTS.among("service", filter_.service)
        & SHIPMENTS.among("country", capitals(filter_.country))
        & SHIPMENTS.within("shipped_at", filter_.shipped_at)
        & SHIPMENTS.within("delivered_at", filter_.delivered_at)
    )
    if filter_.tracking_number is not None:
        keys = [comparable_number(number) for number in filter_.tracking_number]
        condition &= SHIPMENTS.among("number_key", keys)
    return condition
