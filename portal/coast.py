"""The coast: the outlines of the land, from Natural Earth, as the picture of a route shows them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import accumulate, pairwise

from portal.map_view import MapView, Point

UNITS = 10
"""Units of a degree in the file."""
SMALLEST_STEP = 2.0
"""Two points of a coast that are closer, in the picture's units, look like one."""
SMALLEST_ISLAND = 2.0
"""An outline that is smaller than this, in the picture's units, is left out."""
OVERHANG = 4
"""Outlines are cut so far outside of the picture: the cuts are not seen."""
CACHED_VIEWS = 256
"""Views whose land is kept, of at most 10 KB each: the orders of a shop go along few of them."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A closed line of points in degrees, with its bounds."""

    points: tuple[Point, ...]
    west: float
    east: float
    south: float
    north: float


def _read_outlines() -> tuple[Outline, ...]:
    text = (files("portal") / "coast_lines.txt").read_text()
    return tuple(_outline(line) for line in text.splitlines())


def _outline(line: str) -> Outline:
    steps = [step.split(",") for step in line.split()]
    xs = [x / UNITS for x in accumulate(int(x) for x, _ in steps)]
    ys = [y / UNITS for y in accumulate(int(y) for _, y in steps)]
    return Outline(tuple(zip(xs, ys, strict=True)), min(xs), max(xs), min(ys), max(ys))


OUTLINES = _read_outlines()


@lru_cache(CACHED_VIEWS)
def land_path(view: MapView) -> str:
    """Return the land in a view, as the data of an SVG path with the fill rule evenodd."""
    return "".join(
        _path(points)
        for turn in (-360, 0, 360)
        for outline in OUTLINES
        if view.shows(outline.west + turn, outline.east + turn, outline.south, outline.north)
        for points in [_thinned(_cut(_placed(outline, view, turn), view))]
        if _is_seen(points)
    )


def _placed(outline: Outline, view: MapView, turn: int) -> list[Point]:
    return [view.place(longitude + turn, latitude) for longitude, latitude in outline.points]


def _cut(points: list[Point], view: MapView) -> list[Point]:
    """Cut an outline at the four edges of the picture, one after the other."""
    edges = (
        (0, -OVERHANG, 1),
        (0, view.picture_width + OVERHANG, -1),
        (1, -OVERHANG, 1),
        (1, view.picture_height + OVERHANG, -1),
    )
    for axis, limit, sign in edges:
        if any((point[axis] - limit) * sign < 0 for point in points):
            points = list(_cut_at(points, axis, limit, sign))
    return points


def _cut_at(points: Sequence[Point], axis: int, limit: float, sign: int) -> Iterator[Point]:
    """Yield the part of an outline on one side of an edge, closed along it."""
    for before, after in pairwise((points[-1], *points) if points else ()):
        was_inside = (before[axis] - limit) * sign >= 0
        is_inside = (after[axis] - limit) * sign >= 0
        if was_inside != is_inside:
            yield _crossing(before, after, axis, limit)
        if is_inside:
            yield after


def _crossing(before: Point, after: Point, axis: int, limit: float) -> Point:
    share = (limit - before[axis]) / (after[axis] - before[axis])
    return (
        before[0] + share * (after[0] - before[0]),
        before[1] + share * (after[1] - before[1]),
    )


def _thinned(points: Iterable[Point]) -> list[Point]:
    kept: list[Point] = []
    for x, y in points:
        if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= SMALLEST_STEP:
            kept.append((x, y))
    return kept


def _is_seen(points: Sequence[Point]) -> bool:
    if len(points) < 3:
        return False
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return max(max(xs) - min(xs), max(ys) - min(ys)) >= SMALLEST_ISLAND


def _path(points: Sequence[Point]) -> str:
    """Return the path of an outline in whole units, with relative steps, which are short."""
    whole = [(round(x), round(y)) for x, y in points]
    steps = [f"{x - x0} {y - y0}" for (x0, y0), (x, y) in pairwise(whole)]
    return f"M{whole[0][0]} {whole[0][1]}l{' '.join(steps)}z".replace(" -", "-")
