"""The tally: what happened in a run, counted."""

from collections import Counter
from dataclasses import dataclass, field

FATAL_CLOSES = frozenset(
    {1002, 1003, 1007, 1008, 1009, 1010, 1011, 4400, 4401, 4403, 4406, 4409, 4429, 4500}
)
"""After these a client does not come back, or the server had reason to think ill of it."""
PASSING = frozenset({"UNAVAILABLE"})
"""Codes of errors after which the same may be asked again."""


@dataclass
class Tally:
    """Of all writers and followers together."""

    connections: int = 0
    """Websockets and streams that were opened."""
    subscriptions: int = 0
    deliveries: int = 0
    acknowledged: int = 0
    retries: int = 0
    """Writes sent again, for nobody knew what had become of them."""
    cut: int = 0
    """Connections and subscriptions that the clients themselves ended."""
    left: int = 0
    """Followers that made room for another one."""
    closes: Counter[int] = field(default_factory=Counter)
    """Codes with which servers closed; 1006 is a connection that just ended."""
    failures: Counter[str] = field(default_factory=Counter)
    """Attempts to connect that failed, by what was wrong."""
    errors: Counter[str] = field(default_factory=Counter)
    """Codes of errors that were answered."""
    broken_results: int = 0
    """Results that came without their change, for it could not be read."""

    @property
    def mistakes(self) -> dict[str, int]:
        """What no fault excuses: whoever is told this gives up, or reports a bug."""
        closes = {
            f"closed with {code}": n for code, n in self.closes.items() if code in FATAL_CLOSES
        }
        errors = {f"error {code}": n for code, n in self.errors.items() if code not in PASSING}
        return closes | errors

    def __str__(self) -> str:
        return "; ".join(
            f"{name.replace('_', ' ')} {dict(value) if isinstance(value, Counter) else value}"
            for name, value in vars(self).items()
        )
