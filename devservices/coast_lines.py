"""Writes the coast lines of the route picture: `make coast` runs it on the file that npm brings.

    python -m devservices.coast_lines land-110m.json portal/coast_lines.txt

The source is the land of Natural Earth, which is in the public domain, as TopoJSON in the npm
package world-atlas. The file that is written has nothing of that format: each line is an outline,
whose first point is followed by steps to the next ones, in tenths of a degree.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

TENTHS = 10
"""Units of a degree: a tenth is less than a dot of a picture that is ten degrees wide."""
SOUTHERNMOST = -60 * TENTHS
"""Nothing is sent to where only Antarctica lies."""
FEWEST_POINTS = 4
"""An outline of fewer points has become a line by rounding."""

Point = tuple[int, int]


def main(source: Path, target: Path) -> None:
    outlines = [_rounded(outline) for outline in _outlines(json.loads(source.read_text()))]
    shown = [one for one in outlines if len(one) >= FEWEST_POINTS and _is_north(one)]
    target.write_text("".join(f"{' '.join(_steps(one))}\n" for one in shown))


def _outlines(topology: Any) -> Iterator[list[tuple[float, float]]]:
    """Yield each outline of the land, and of the lakes in it, in degrees."""
    arcs = [_degrees(arc, topology["transform"]) for arc in topology["arcs"]]
    for geometry in topology["objects"]["land"]["geometries"]:
        for polygon in geometry["arcs"]:
            for ring in polygon:
                # A negative number is an arc, counted from -1, in the other direction.
                parts = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in ring]
                yield _unrolled([point for part in parts for point in part])


def _degrees(arc: Sequence[Sequence[int]], transform: Any) -> list[tuple[float, float]]:
    scale, shift = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for step in arc:
        x, y = x + step[0], y + step[1]
        points.append((x * scale[0] + shift[0], y * scale[1] + shift[1]))
    return points


def _unrolled(outline: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the points of a land across the date line with longitudes beyond 180 degrees."""
    turned: list[tuple[float, float]] = []
    for longitude, latitude in outline:
        before = turned[-1][0] if turned else longitude
        turned.append((longitude + 360 * round((before - longitude) / 360), latitude))
    return turned


def _rounded(outline: Sequence[tuple[float, float]]) -> list[Point]:
    """Return the points in tenths of a degree, without those that have become equal."""
    points: list[Point] = []
    for longitude, latitude in outline:
        point = (round(longitude * TENTHS), round(latitude * TENTHS))
        if not points or points[-1] != point:
            points.append(point)
    return points


def _is_north(outline: Sequence[Point]) -> bool:
    return max(latitude for _, latitude in outline) > SOUTHERNMOST


def _steps(outline: Sequence[Point]) -> Iterator[str]:
    previous = (0, 0)
    for x, y in outline:
        yield f"{x - previous[0]},{y - previous[1]}"
        previous = (x, y)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
