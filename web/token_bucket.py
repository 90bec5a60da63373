"""A token bucket: limits how often something may be done."""

BURST_SECONDS = 10
"""The seconds whose tokens may all be taken at once: a page opens its subscriptions together."""


class TokenBucket:
    """Allows `per_second` takes per second in the long run, and bursts in between."""

    __slots__ = ("_per_second", "_taken_at", "_tokens")

    def __init__(self, per_second: int, now: float) -> None:
        self._per_second = per_second
        self._tokens = float(per_second * BURST_SECONDS)
        self._taken_at = now

    def take(self, now: float) -> bool:
        """Take a token; False if there was none left. `now` is in seconds of any steady clock."""
        refilled = self._tokens + (now - self._taken_at) * self._per_second
        self._tokens = min(refilled, self._per_second * BURST_SECONDS) - 1
        self._taken_at = now
        return self._tokens >= 0
