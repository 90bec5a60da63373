"""Search: a part of a reference, tracking number, name or e-mail; or a whole tracking id."""

import re

from auth import Scope, Viewer
from errors import Invalid
from models.database import is_postgres
from models.shipments import comparable_number
from models.tracking_ids import parse_tracking_id
from resolvers.conditions import Condition, compared, exists
from resolvers.filters.bounds import MAXIMUM_SEARCH


def found_by(text: str, viewer: Viewer) -> Condition:
    wanted = text.strip()
    if not wanted or len(wanted) > MAXIMUM_SEARCH:
        raise Invalid(f"Search for 1 to {MAXIMUM_SEARCH} characters.", ("filter", "search"))
    found = _holds('"orders"."reference"', wanted)
    if (tracking_id := parse_tracking_id(wanted)) is not None:
        found |= compared('"orders"."tracking_id"', "=", tracking_id)
    if number := comparable_number(wanted):
        numbered = _holds('"shipment"."number_key"', number)
        found |= exists("shipment", '"shipment"."order_id" = "orders"."id"', numbered)
    if viewer.has(Scope.PERSONAL_READ):
        named = _holds('"customer"."name"', wanted) | _holds('"customer"."email"', wanted)
        found |= has_customer(named)
    return found


def has_customer(asked: Condition) -> Condition:
    return exists("customer", '"customer"."id" = "orders"."customer_id"', asked)


def _holds(column: str, part: str) -> Condition:
    """Its case apart."""
    pattern = f"%{_escaped(part)}%"
    if is_postgres():
        return Condition(f"{column} ILIKE ?::text", (pattern,))
    return Condition(f"{column} LIKE ? ESCAPE '\\'", (pattern,))


def _escaped(text: str) -> str:
    """So that signs with a meaning to LIKE mean themselves."""
    return re.sub(r"([\\%_])", r"\\\1", text)
