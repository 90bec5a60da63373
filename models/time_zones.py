"""Time zones: found by name, or by place if only one zone is possible there."""

import math
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

Coordinates = tuple[float, float]


def time_zone(name: str) -> ZoneInfo | None:
    """Return the zone with this IANA name, None if there is none."""
    return ZoneInfo(name) if name in _names() else None


def time_zone_of_place(
    country: str, coordinates: Coordinates | None, local: datetime
) -> ZoneInfo | None:
    """Return the zone of the country's main town nearest to the coordinates.

    Without coordinates, return the country's zone if all its zones have the same offset at that
    `local` time, else None.
    """
    zones = _zones_by_country().get(country, {})
    if zones and coordinates is not None:
        return ZoneInfo(min(zones, key=lambda name: _distance(zones[name], coordinates)))
    candidates = [ZoneInfo(name) for name in zones]
    offsets = {local.replace(tzinfo=zone).utcoffset() for zone in candidates}
    return candidates[0] if len(offsets) == 1 else None


def zone_names_of_country(country: str) -> tuple[str, ...]:
    """Return the names of the zones in which the country has towns, none if it is not known."""
    return tuple(_zones_by_country().get(country, {}))


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _zones_by_country() -> Mapping[str, Mapping[str, Coordinates]]:
    zones: dict[str, dict[str, Coordinates]] = defaultdict(dict)
    table = files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if not line.startswith("#"):
            country, place, name = line.split("\t")[:3]
            zones[country][name] = _coordinates(place)
    return zones


def _coordinates(place: str) -> Coordinates:
    """Read ISO 6709 as zone.tab writes it: +-DDMM[SS]+-DDDMM[SS]."""
    split = max(place.rfind("+"), place.rfind("-"))
    return _degrees(place[:split], 2), _degrees(place[split:], 3)


def _degrees(text: str, digits: int) -> float:
    sign = -1.0 if text[0] == "-" else 1.0
    degrees, minutes, seconds = (text[1:][:digits], text[1 + digits :][:2], text[3 + digits :])
    return sign * (int(degrees) + int(minutes) / 60 + int(seconds or 0) / 3600)


def _distance(start: Coordinates, end: Coordinates) -> float:
    """Return a flat distance in degrees: good enough to compare towns; wraps at the date line."""
    width = abs(start[1] - end[1])
    width = min(width, 360 - width) * math.cos(math.radians((start[0] + end[0]) / 2))
    return math.hypot(start[0] - end[0], width)
