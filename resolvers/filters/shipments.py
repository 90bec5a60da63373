"""Which shipments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tortoise.expressions import Q, Subquery

from models.enums import Health, ShipmentStatus
from models.orders import Order
from models.shipments import Shipment, comparable_number
from resolvers.filters.branches import combined, demand_all_bounds
from resolvers.filters.columns import TimeRange, among, capitals, carriers, lateness, within


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


def shipment_conditions(given: ShipmentFilter, now: datetime) -> Q:
    demand_all_bounds(given)

    def one(branch: ShipmentFilter) -> Q:
        return _shipment_conditions(branch, now)

    return combined(Shipment, given, one)


def _shipment_conditions(given: ShipmentFilter, now: datetime) -> Q:
    conditions = (
        among("status", given.status)
        & among("health", given.health)
        & among("carrier", carriers(given.carrier))
        & among("service", given.service)
        & within("shipped_at", given.shipped_at)
        & within("delivered_at", given.delivered_at)
    )
    if given.country is not None:
        orders = Order.filter(destination_country__in=capitals(given.country))
        conditions &= Q(order_id__in=Subquery(orders.values("id")))
    if given.tracking_number is not None:
        keys = [comparable_number(one) for one in given.tracking_number]
        conditions &= Q(number_key__in=keys)
    if given.is_late is not None:
        conditions &= lateness(Shipment, ShipmentStatus, now, is_late=given.is_late)
    return conditions
