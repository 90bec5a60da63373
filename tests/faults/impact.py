"""Hits: what a fault did, for a fault that broke nothing proves nothing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Hit:
    """How many connections, messages or writes it broke or held up."""

    count: int
    held_up: float = 0.0
    """Seconds for which it kept others from writing."""
