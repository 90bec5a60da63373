"""Scalars, as the contract words them."""

from datetime import UTC, datetime
from typing import Any

from graphql import GraphQLSchema


def time_out(value: datetime) -> str:
    """In UTC, with Z, and a fraction without zeros at its end."""
    whole = value.astimezone(UTC).replace(tzinfo=None)
    text = whole.isoformat(timespec="seconds")
    fraction = f"{whole.microsecond:06}".rstrip("0")
    return f"{text}.{fraction}Z" if fraction else f"{text}Z"


def time_in(value: Any) -> datetime:
    parsed = datetime.fromisoformat(value)
    if parsed.tzinfo is None:
        raise ValueError("It has no zone.")
    return parsed


def position_in(value: Any) -> int:
    position = int(value)
    if not 0 <= position <= 2**53:
        raise ValueError("That is no position.")
    return position


def put_scalars(schema: GraphQLSchema) -> None:
    ways: dict[str, tuple[Any, Any]] = {
        "DateTime": (time_out, time_in),
        "Decimal": (str, str),
        "Position": (int, position_in),
    }
    for name, (out, in_) in ways.items():
        scalar: Any = schema.type_map[name]
        scalar.serialize = scalar.coerce_output_value = out
        scalar.parse_value = scalar.coerce_input_value = in_
