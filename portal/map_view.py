"""The view of a map: which part of the world a picture shows, and where a place lies in it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

Point = tuple[float, float]

LEAST_SPAN = 16
"""Degrees of latitude that a picture is wide, at least: a coast of few points still has a shape."""
MARGIN = 1.5
"""The picture is so much larger than what the places need, so that their names find room."""
SPAN_STEP = 4
"""Spans and middles are multiples of some degrees: many routes then share a view, and its land."""
MIDDLE_STEP = 2
STEEPEST = 70
"""Degrees of latitude beyond which a map is stretched no further."""


@dataclass(frozen=True, slots=True)
class MapView:
    """An equirectangular map, true to scale in its middle, for a picture of a size."""

    longitude: int
    """Degrees of the middle; so is the latitude."""
    latitude: int
    span: int
    """The width of the picture, in degrees of latitude."""
    picture_width: int
    picture_height: int

    @classmethod
    def around(cls, places: Sequence[Point], width: int, height: int) -> Self:
        """Return the view of all places, which are given by longitude and latitude."""
        longitudes, latitudes = zip(*places, strict=True)
        middle = (min(latitudes) + max(latitudes)) / 2
        wide = (max(longitudes) - min(longitudes)) * _shrinking(middle)
        high = (max(latitudes) - min(latitudes)) * width / height
        span = max(LEAST_SPAN, MARGIN * max(wide, high))
        return cls(
            _multiple((min(longitudes) + max(longitudes)) / 2, MIDDLE_STEP),
            _multiple(middle, MIDDLE_STEP),
            math.ceil(span / SPAN_STEP) * SPAN_STEP,
            width,
            height,
        )

    def place(self, longitude: float, latitude: float) -> Point:
        """Return where a place lies in the picture, from its left upper corner."""
        scale = self.picture_width / self.span
        x = (longitude - self.longitude) * _shrinking(self.latitude)
        y = self.latitude - latitude
        return self.picture_width / 2 + x * scale, self.picture_height / 2 + y * scale

    def shows(self, west: float, east: float, south: float, north: float) -> bool:
        """Return whether a part of the world may be in the picture."""
        left, top = self.place(west, north)
        right, bottom = self.place(east, south)
        is_beside = right < 0 or left > self.picture_width
        return not is_beside and bottom >= 0 and top <= self.picture_height


def unrolled(places: Sequence[Point]) -> list[Point]:
    """Return the places with longitudes beyond 180 degrees where a way crosses the date line."""
    turned: list[Point] = []
    for longitude, latitude in places:
        before = turned[-1][0] if turned else longitude
        turns = round((before - longitude) / 360)
        turned.append((longitude + 360 * turns, latitude))
    return turned


def _shrinking(latitude: float) -> float:
    """Return by how much degrees of longitude are shorter than those of latitude."""
    return math.cos(math.radians(min(abs(latitude), STEEPEST)))


def _multiple(number: float, step: int) -> int:
    return round(number / step) * step
