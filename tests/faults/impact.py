"""The impact of a fault: a fault that disturbed nothing proves nothing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Impact:
    """The number of connections, messages or writes that a fault broke or delayed."""

    count: int
    blocked_seconds: float = 0.0
    """How long the fault kept other writers from writing."""
