"""The types of group keys in the schema, and the values of those that are enums."""

import re
from collections.abc import Sequence

from graphql import GraphQLEnumType, build_schema

from schema.sdl import sdl

SCHEMA = build_schema(sdl())
KEY_TYPES = {
    "orderStats": "OrderStatsKey",
    "shipmentStats": "ShipmentStatsKey",
    "exceptionStats": "ExceptionStatsKey",
}


def snake_case(name: str) -> str:
    return re.sub("([A-Z])", lambda match: f"_{match[1].lower()}", name)


def enum_values(root: str, key: str) -> Sequence[str] | None:
    """The values of a key that is an enum, in the order of the schema; None for other keys."""
    type_ = SCHEMA.type_map[KEY_TYPES[root]].fields[key].type  # type: ignore[attr-defined]
    return list(type_.values) if isinstance(type_, GraphQLEnumType) else None
