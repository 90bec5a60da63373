"""Positions in the change log, in the form in which clients send them."""

from typing import Any, NewType

Position = NewType("Position", int)

MAXIMUM_POSITION = 2**53
"""JSON numbers are exact in every client up to this one."""


def parse_position(value: Any) -> Position:
    """Return the position that a whole number, or its decimal text, names. Raises ValueError."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 16:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAXIMUM_POSITION:
        raise ValueError("must be a position that this service gave: a whole number, 0 or more")
    return Position(value)
