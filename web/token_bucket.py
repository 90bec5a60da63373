"""An allowance: how often something may be done."""

BURST_SECONDS = 10
"""Of so many seconds all may come at once: a page opens its subscriptions together."""


class TokenBucket:
    """So many per second for long."""

    __slots__ = ("_per_second", "_rest", "_taken_at")

    def __init__(self, per_second: int, now: float) -> None:
        self._per_second = per_second
        self._rest = float(per_second * BURST_SECONDS)
        self._taken_at = now

    def take(self, now: float) -> bool:
        """One; False if there is none left. `now` in seconds of any steady clock."""
        grown = self._rest + (now - self._taken_at) * self._per_second
        self._rest = min(grown, self._per_second * BURST_SECONDS) - 1
        self._taken_at = now
        return self._rest >= 0
