"""Search: a part of a reference, tracking number, name or e-mail; or a whole tracking id.

Asked of one order, its texts are looked into. Asked of all, the indexes of parts are: those of
three characters or more they find at once, for fewer all texts are read, in tables of little else.
"""

import re
from dataclasses import dataclass

from access.policy import Audience
from access.viewer import Viewer
from database.connections import is_postgres
from engine.sql.conditions import NOTHING, TEXT, Condition, compared, exists, placeholder
from errors import Invalid
from models.search import searchable
from models.shipments import Shipment, comparable_number
from models.tracking_ids import parse_tracking_id
from resolvers.filters.filter_limits import MAXIMUM_SEARCH
from resolvers.visibility import bounds

SHORTEST_INDEXED = 3
"""The length in characters of the parts that are indexed (trigrams)."""


@dataclass(frozen=True, slots=True)
class Search:
    """The text to search for, normalised for each kind of column; None where it cannot match."""

    text: str
    number: str | None
    tracking_id: str | None
    sees_people: bool
    shipments: Condition
    """The shipments whose numbers one order is searched for."""

    def of_one(self) -> Condition:
        """Return the condition that one order matches."""
        matches = _holds('"orders"."reference_key"', self.text)
        if self.tracking_id is not None:
            matches |= compared('"orders"."tracking_id"', "=", self.tracking_id)
        if self.number is not None:
            numbered = _holds('"shipment"."number_key"', self.number) & self.shipments
            matches |= exists("shipment", '"shipment"."order_id" = "orders"."id"', numbered)
        if self.sees_people:
            named = _holds('"customer"."name_key"', self.text)
            named |= _holds('"customer"."email_key"', self.text)
            matches |= exists("customer", '"customer"."id" = "orders"."customer_id"', named)
        return matches

    def of_all(self, most: int | None = None) -> Condition:
        """Return a SELECT of `placed_at` and `id` of all matching orders, some of them twice.

        If more than `most` customers match, it gives more than `most` rows of NULL instead, so
        that their orders need not be looked up.
        """
        matches = [_of_texts("search_reference", self.text)]
        if self.tracking_id is not None:
            same_id = compared('"tracking_id"', "=", self.tracking_id)
            matches.append(_selected('"placed_at", "id" FROM "orders"', same_id))
        if self.number is not None:
            matches.append(_of_texts("search_number", self.number))
        if self.sees_people:
            matches.append(_of_people(self.text, most))
        return Condition(
            " UNION ALL ".join(condition.text for condition in matches),
            tuple(value for condition in matches for value in condition.values),
        )


def searched(text: str, viewer: Viewer) -> Search:
    stripped = text.strip()
    if not stripped or len(stripped) > MAXIMUM_SEARCH:
        raise Invalid(f"Search for 1 to {MAXIMUM_SEARCH} characters.", ("filter", "search"))
    return Search(
        searchable(stripped),
        comparable_number(stripped) or None,
        parse_tracking_id(stripped),
        viewer.may_read(Audience.PERSONAL),
        bounds(Shipment, viewer),
    )


def _of_texts(table: str, part: str) -> Condition:
    return _selected(
        f'"placed_at", "order_id" AS "id" FROM "{table}"', _parts(table, ["text"], part)
    )


def _of_people(part: str, most: int | None) -> Condition:
    table, key = ("customer", "id") if is_postgres() else ("search_customer", "customer_id")
    people = _selected(
        f'"{key}" AS "id" FROM "{table}"', _parts(table, ["name_key", "email_key"], part)
    )
    orders = (
        'SELECT "orders"."placed_at", "orders"."id" FROM "people"'
        ' JOIN "orders" ON "orders"."customer_id" = "people"."id"'
    )
    if most is None:
        return Condition(
            f'SELECT * FROM (WITH "people" AS ({people.text}) {orders}) AS "theirs"', people.values
        )
    are_few = f'(SELECT count(*) FROM "people") <= {most}'
    return Condition(
        f'SELECT * FROM (WITH "people" AS MATERIALIZED ({people.text} LIMIT {most + 1})'
        f' {orders} WHERE {are_few} UNION ALL SELECT NULL, NULL FROM "people" WHERE NOT {are_few})'
        ' AS "theirs"',
        people.values,
    )


def _selected(what: str, which: Condition) -> Condition:
    return Condition(f"SELECT {what} WHERE {which.text}", which.values)


def _parts(table: str, columns: list[str], part: str) -> Condition:
    """Return the condition that one of the columns contains the part, by the table's index."""
    if is_postgres():
        like = [Condition(f'"{name}" LIKE ?::text', (f"%{_escaped(part)}%",)) for name in columns]
        return _any(like)
    if len(part) < SHORTEST_INDEXED:
        return _any([_holds(f'"{name}"', part) for name in columns])
    phrase = '"' + part.replace('"', '""') + '"'
    return Condition(
        f'"number" IN (SELECT rowid FROM "{table}_parts" WHERE "{table}_parts" MATCH ?)', (phrase,)
    )


def _any(conditions: list[Condition]) -> Condition:
    matches = NOTHING
    for condition in conditions:
        matches |= condition
    return matches


def _holds(column: str, part: str) -> Condition:
    function = "strpos" if is_postgres() else "instr"
    return Condition(f"{function}({column}, {placeholder(TEXT)}) > 0", (part,))


def _escaped(text: str) -> str:
    """Escape the characters that have a meaning to LIKE."""
    return re.sub(r"([\\%_])", r"\\\1", text)
