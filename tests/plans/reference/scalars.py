"""The scalars of the contract: how their values are serialized and parsed."""

from datetime import UTC, datetime
from typing import Any

from graphql import GraphQLSchema


def serialize_time(value: datetime) -> str:
    """RFC 3339 in UTC with Z, and without zeros at the end of the fraction."""
    whole = value.astimezone(UTC).replace(tzinfo=None)
    text = whole.isoformat(timespec="seconds")
    fraction = f"{whole.microsecond:06}".rstrip("0")
    return f"{text}.{fraction}Z" if fraction else f"{text}Z"


def parse_time(value: Any) -> datetime:
    parsed = datetime.fromisoformat(value)
    if parsed.tzinfo is None:
        raise ValueError("The time has no zone.")
    return parsed


def parse_position(value: Any) -> int:
    position = int(value)
    if not 0 <= position <= 2**53:
        raise ValueError("This is not a position.")
    return position


def install_scalars(schema: GraphQLSchema) -> None:
    functions: dict[str, tuple[Any, Any]] = {
        "DateTime": (serialize_time, parse_time),
        "Decimal": (str, str),
        "Position": (int, parse_position),
    }
    for name, (serialize, parse) in functions.items():
        scalar: Any = schema.type_map[name]
        scalar.serialize = scalar.coerce_output_value = serialize
        scalar.parse_value = scalar.coerce_input_value = parse
