"""Positions: places in the change log, as clients send them."""

from typing import Any, NewType

Position = NewType("Position", int)

MAXIMUM_POSITION = 2**53
"""Up to here every client reads a JSON number exactly."""


def parse_position(value: Any) -> Position:
    """Return the position that a whole number, or its decimal text, names. Raises ValueError."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 16:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAXIMUM_POSITION:
        raise ValueError("must be a position that this service gave: a whole number, 0 or more")
    return Position(value)
