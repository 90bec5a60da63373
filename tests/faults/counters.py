"""Counters of what happened in a run."""

from collections import Counter
from dataclasses import dataclass, field

FATAL_CLOSE_CODES = frozenset(
    {1002, 1003, 1007, 1008, 1009, 1010, 1011, 4400, 4401, 4403, 4406, 4409, 4429, 4500}
)
"""After these codes a client does not reconnect, or the server has accused it of an error."""
RETRYABLE_ERROR_CODES = frozenset({"UNAVAILABLE"})
"""After these error codes a client may send the same request again."""


@dataclass
class Counters:
    """The sums over all writers and all clients."""

    connections: int = 0
    """Websockets and event streams that were opened."""
    subscriptions: int = 0
    deliveries: int = 0
    acknowledged: int = 0
    retries: int = 0
    """Writes that were sent again because their outcome was unknown."""
    disconnects: int = 0
    """Connections and subscriptions that the clients themselves ended."""
    abandoned: int = 0
    """Subscriptions that clients replaced with new ones."""
    closes: Counter[int] = field(default_factory=Counter)
    """The codes with which servers closed websockets; 1006 means that no close frame came."""
    failures: Counter[str] = field(default_factory=Counter)
    """Failed attempts to connect, by the kind of failure."""
    errors: Counter[str] = field(default_factory=Counter)
    """The codes of GraphQL errors."""
    broken_results: int = 0
    """Results that came without their change because the server could not read it."""

    @property
    def unexpected_errors(self) -> dict[str, int]:
        """Errors that no fault excuses: a real client would give up, or its author report a bug."""
        closes = {
            f"closed with {code}": count
            for code, count in self.closes.items()
            if code in FATAL_CLOSE_CODES
        }
        errors = {
            f"error {code}": count
            for code, count in self.errors.items()
            if code not in RETRYABLE_ERROR_CODES
        }
        return closes | errors

    def __str__(self) -> str:
        return "; ".join(
            f"{name.replace('_', ' ')} {dict(value) if isinstance(value, Counter) else value}"
            for name, value in vars(self).items()
        )
