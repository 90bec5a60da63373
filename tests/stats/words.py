"""Words of questions about groups: what can be grouped by, in the order in which it is listed."""

import re
from collections.abc import Sequence

from graphql import GraphQLEnumType, build_schema

from schema.sdl import sdl

SCHEMA = build_schema(sdl())
KEYS = {
    "orderStats": "OrderStatsKey",
    "shipmentStats": "ShipmentStatsKey",
    "exceptionStats": "ExceptionStatsKey",
}


def snake_case(name: str) -> str:
    return re.sub("([A-Z])", lambda found: f"_{found[1].lower()}", name)


def words_of(root: str, key: str) -> Sequence[str] | None:
    """Of a closed list."""
    type_ = SCHEMA.type_map[KEYS[root]].fields[key].type  # type: ignore[attr-defined]
    return list(type_.values) if isinstance(type_, GraphQLEnumType) else None
