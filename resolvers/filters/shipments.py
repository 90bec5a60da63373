"""Which shipments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.sql.conditions import Condition
from models.enums import Health, ShipmentStatus
from models.shipments import comparable_number
from resolvers.filters.boolean_filters import demand_all_bounds, joined
from resolvers.filters.columns import Columns, TimeRange, capitals, carriers

SHIPMENTS = Columns("shipment")


@dataclass(kw_only=True)
class ShipmentFilter:
    status: list[ShipmentStatus] | None = None
    health: list[Health] | None = None
    carrier: Sequence[str] | None = None
    service: Sequence[str] | None = None
    country: Sequence[str] | None = None
    tracking_number: Sequence[str] | None = None
    shipped_at: TimeRange | None = None
    delivered_at: TimeRange | None = None
    is_late: bool | None = None
    all_of: "Sequence[ShipmentFilter] | None" = None
    any_of: "Sequence[ShipmentFilter] | None" = None
    none_of: "ShipmentFilter | None" = None


def shipment_condition(given: ShipmentFilter, now: datetime) -> Condition:
    demand_all_bounds(given)

    def one(branch: ShipmentFilter) -> Condition:
        return _own(branch) & SHIPMENTS.lateness(now, branch.is_late)

    return joined(given, one)


def _own(given: ShipmentFilter) -> Condition:
    asked = (
        SHIPMENTS.among("status", given.status)
        & SHIPMENTS.among("health", given.health)
        & SHIPMENTS.among("carrier", carriers(given.carrier))
        & SHIPMENTS.among("service", given.service)
        & SHIPMENTS.among("country", capitals(given.country))
        & SHIPMENTS.within("shipped_at", given.shipped_at)
        & SHIPMENTS.within("delivered_at", given.delivered_at)
    )
    if given.tracking_number is not None:
        keys = [comparable_number(one) for one in given.tracking_number]
        asked &= SHIPMENTS.among("number_key", keys)
    return asked
