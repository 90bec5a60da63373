"""The picture of a route: land, the way from stop to stop, and the names of those that matter.

It shows what the list of stops says, for whoever may read coordinates.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from language.facts import PlaceFacts
from portal.coast import land_path
from portal.map_view import MapView, Point, unrolled

WIDTH, HEIGHT = 360, 190
"""The size of the picture in its own units, which are pixels on a narrow phone."""
BEND = 0.14
"""How far the way between two stops is bent, as a part of its length."""
STRAIGHT = 8
"""A way that is shorter than this, in the picture's units, is not bent."""
LABEL_ABOVE, LABEL_BELOW = -10, 19
"""The base line of a name, from its mark."""
LABEL_HEIGHT = 16
LETTER_WIDTH = 6.6
"""The width of a letter, on average, by which names that would cover each other are found."""
LONGEST_LABEL = 24


@dataclass(frozen=True, slots=True)
class Mark:
    """A stop in the picture; its passage is the name of its class."""

    x: int
    y: int
    passage: str


@dataclass(frozen=True, slots=True)
class MarkLabel:
    """The name of a stop, around `x`, on the base line `y`."""

    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True)
class RoutePicture:
    """The parts of an SVG: the data of paths, marks and names. Nothing of it has a style."""

    width: int
    height: int
    land: str
    travelled: str
    ahead: str
    marks: tuple[Mark, ...]
    labels: tuple[MarkLabel, ...]


def draw_route(stops: Sequence[tuple[PlaceFacts, str, str]]) -> RoutePicture | None:
    """Return the picture of stops, each with its label and passage.

    Stops whose coordinates are not known are left out. Returns None if fewer than two are known.
    """
    known = [
        (longitude, latitude, label, passage)
        for place, label, passage in stops
        for longitude, latitude in [(place.longitude, place.latitude)]
        if longitude is not None and latitude is not None
    ]
    if len(known) < 2:
        return None
    places = unrolled([(longitude, latitude) for longitude, latitude, _, _ in known])
    view = MapView.around(places, WIDTH, HEIGHT)
    points = [view.place(*place) for place in places]
    passages = [passage for _, _, _, passage in known]
    legs = list(zip(pairwise(points), passages[1:], strict=True))
    return RoutePicture(
        WIDTH,
        HEIGHT,
        land_path(view),
        "".join(_leg(*leg) for leg, passage in legs if passage != "ahead"),
        "".join(_leg(*leg) for leg, passage in legs if passage == "ahead"),
        tuple(
            Mark(round(x), round(y), passage)
            for (x, y), passage in zip(points, passages, strict=True)
        ),
        tuple(_labels(points, [label for _, _, label, _ in known], passages)),
    )


def _leg(start: Point, end: Point) -> str:
    """Return the path of a way, bent upwards like the way of a plane on a map."""
    (x0, y0), (x1, y1) = start, end
    way = f"M{round(x0)} {round(y0)}"
    if math.hypot(x1 - x0, y1 - y0) < STRAIGHT:
        return f"{way}L{round(x1)} {round(y1)}"
    side = 1 if x1 >= x0 else -1
    x = (x0 + x1) / 2 + side * BEND * (y1 - y0)
    y = (y0 + y1) / 2 - side * BEND * (x1 - x0)
    return f"{way}Q{round(x)} {round(y)} {round(x1)} {round(y1)}"


def _labels(
    points: Sequence[Point], names: Sequence[str], passages: Sequence[str]
) -> Iterator[MarkLabel]:
    """Yield the names of the ends and of the current stop that find room."""
    placed: list[MarkLabel] = []
    for wanted in ("current", "ahead", "origin"):
        for number, (x, y) in enumerate(points):
            if passages[number] != wanted:
                continue
            for shift in _shifts(points, number):
                label = _label(x, y + shift, names[number])
                if LABEL_HEIGHT <= label.y <= HEIGHT - 4 and not _is_covered(label, placed):
                    placed.append(label)
                    yield label
                    break


def _shifts(points: Sequence[Point], number: int) -> tuple[int, int]:
    """Return where to put the name of a stop: first on the side from which no way leads to it."""
    beside = [points[other][1] for other in (number - 1, number + 1) if 0 <= other < len(points)]
    is_below = sum(beside) / len(beside) < points[number][1]
    return (LABEL_BELOW, LABEL_ABOVE) if is_below else (LABEL_ABOVE, LABEL_BELOW)


def _label(x: float, y: float, name: str) -> MarkLabel:
    text = name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1]}…"
    room = _half_width(text)
    return MarkLabel(round(min(max(x, room), WIDTH - room)), round(y), text)


def _is_covered(label: MarkLabel, placed: Sequence[MarkLabel]) -> bool:
    return any(
        abs(label.x - other.x) < _half_width(label.text) + _half_width(other.text)
        and abs(label.y - other.y) < LABEL_HEIGHT
        for other in placed
    )


def _half_width(text: str) -> float:
    return len(text) * LETTER_WIDTH / 2 + 4
