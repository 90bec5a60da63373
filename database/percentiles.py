"""Percentiles as PostgreSQL's percentile_cont has them, for SQLite, which has none."""

import math
from array import array


class Percentile:
    """An aggregate: the value below which a share of the values lies, between two of them where it
    falls between."""

    def __init__(self) -> None:
        self._values = array("d")
        self._share = 0.0

    def step(self, value: float | None, share: float) -> None:
        if value is not None:
            self._values.append(value)
            self._share = share

    def finalize(self) -> float | None:
        if not self._values:
            return None
        values = sorted(self._values)
        place = self._share * (len(values) - 1)
        below, above = values[math.floor(place)], values[math.ceil(place)]
        # To the bit as PostgreSQL computes it.
        return float(below + (place - math.floor(place)) * (above - below))
