"""Places on a map, the distances between them, and the hubs that parcels pass through."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

EARTH_RADIUS_KM = 6371.0
# A hub lies "on the way" while the way over it is at most so much longer than the direct one.
DETOUR_FACTOR = 1.3
DETOUR_SLACK_KM = 120.0
LEAST_LEG_KM = 90.0

EU = frozenset({"AT", "BE", "CZ", "DE", "DK", "ES", "FI", "FR", "IE", "IT", "NL", "PL", "PT", "SE"})


@dataclass(frozen=True, slots=True)
class Place:
    """A city with an IANA zone and coordinates in degrees. An unknown city has only names."""

    country: str
    city: str | None
    region: str | None = None
    postal_code: str | None = None
    zone: str = "UTC"
    latitude: float | None = None
    longitude: float | None = None


def distance_km(start: Place, end: Place) -> float:
    """Return the great-circle distance in kilometres; 0 if a place has no coordinates."""
    if start.latitude is None or start.longitude is None:
        return 0.0
    if end.latitude is None or end.longitude is None:
        return 0.0
    south, north = math.radians(start.latitude), math.radians(end.latitude)
    turn = math.radians(end.longitude - start.longitude)
    haversine = (
        math.sin((north - south) / 2) ** 2
        + math.cos(south) * math.cos(north) * math.sin(turn / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(haversine)))


def crosses_border(start: Place, end: Place) -> bool:
    """Return whether goods between the two places pass customs."""
    return start.country != end.country and not {start.country, end.country} <= EU


def hubs_on_the_way(start: Place, end: Place, hubs: Sequence[Place]) -> list[Place]:
    """Return up to three of `hubs` between the places, in travelling order; none for short ways."""
    whole = distance_km(start, end)
    stops = 1 if whole < 900 else 2 if whole < 3500 else 3
    way: list[Place] = []
    for stop in range(1, stops + 1):
        last = way[-1] if way else start
        left_over = whole * (1 - stop / (stops + 1))
        ahead = [hub for hub in hubs if _lies_between(last, hub, end)]
        if ahead:
            way.append(min(ahead, key=lambda hub: _misfit(last, hub, end, left_over)))
    return way


def _lies_between(start: Place, hub: Place, end: Place) -> bool:
    whole, before, after = distance_km(start, end), distance_km(start, hub), distance_km(hub, end)
    if min(before, after) < LEAST_LEG_KM or after >= whole:
        return False
    return before + after <= whole * DETOUR_FACTOR + DETOUR_SLACK_KM


def _misfit(start: Place, hub: Place, end: Place, left_over: float) -> float:
    detour = distance_km(start, hub) + distance_km(hub, end) - distance_km(start, end)
    return abs(distance_km(hub, end) - left_over) + detour
