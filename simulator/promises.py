"""Promises: the time by which the shop promises to deliver an order."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from simulator.atlas import home_warehouse
from simulator.places import Place, crosses_border, distance_km

# Days at home and across a border, and the hour of the last day there.
TERMS = {
    "STANDARD": (6, 10, time(20)),
    "EXPRESS": (3, 5, time(18)),
    "SAME_DAY": (0, 0, time(22)),
    "PICKUP": (5, 7, time(18)),
    "FREIGHT": (12, 22, time(17)),
}
# An order of the same day has to come in before this hour at its destination.
LAST_HOUR_SAME_DAY = 12
FAR_KM = 2000.0


def promise(placed_at: datetime, destination: Place, method: str) -> datetime:
    """Return the promised moment in UTC: a whole hour in the evening at the destination."""
    home, abroad, hour = TERMS[method]
    warehouse = home_warehouse(destination)
    local = placed_at.astimezone(ZoneInfo(destination.zone))
    days = abroad if crosses_border(warehouse, destination) else home
    if method == "STANDARD" and distance_km(warehouse, destination) > FAR_KM:
        days += 1
    if method == "SAME_DAY" and local.hour >= LAST_HOUR_SAME_DAY:
        days += 1
    day = local.date() + timedelta(days=days)
    return datetime.combine(day, hour, ZoneInfo(destination.zone)).astimezone(UTC)
