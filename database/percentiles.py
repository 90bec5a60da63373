"""PostgreSQL's aggregate percentile_cont, for SQLite, which has no percentiles."""

import math
from array import array


class Percentile:
    """An SQLite aggregate: the value below which the given share of the values lies, interpolated
    between the two nearest values."""

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
        # PostgreSQL computes it in this order of operations, with the same bits as result.
        return float(below + (place - math.floor(place)) * (above - below))
