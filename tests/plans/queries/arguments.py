"""The generator of arguments: pages, filters, orderings, ids and names."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
)

from tests.plans.queries.query_writer import QueryWriter
from tests.plans.queries.vocabulary import (
    CARRIERS,
    FILTER_TEXTS,
    NODE_IDS,
    NUMBERS,
    TIMES,
    TRACKING_IDS,
)
from tests.plans.reference.pagination import (
    DEFAULT_PAGE,
    LARGEST_PAGE,
    SORTED_LISTS,
    ordering_name,
)

Values = dict[str, Any]
MOST_FILTER_FIELDS = 3
PREFERRED_FIELDS = (
    *("search", "search", "or", "not", "isLate", "exceptionType", "hasOpenException"),
    *(
        "customerEmail",
        "exceptionStatus",
        "assignee",
        "isAssigned",
        "hasShipment",
        "hasPiecesToShip",
    ),
)
"""Filter fields that are chosen more often, as they are more than a comparison of a column."""
FILTER_DEPTH = 2
MOST_NODES = 6
LIST_LENGTHS = (1, 2, 4, 8, 0)
PAGE_SIZES = (1, 2, 3, 0, 5, 10, DEFAULT_PAGE, LARGEST_PAGE)
INVALID_PAGES: tuple[Values, ...] = (
    {"first": 101},
    {"first": -1},
    {"last": 101},
    {"first": 1, "last": 1},
    {"last": -1, "first": None},
)
INVALID_CURSORS = ("nonsense", "", "12~", "MTI=", "@orders TOTAL ASC:1", "@order events:1")
"""The last two are cursors of lists in another ordering."""


@dataclass
class ArgumentGenerator:
    """Generates the values of arguments.

    A query gets at most one invalid argument, because the service may choose which of several
    errors it reports.
    """

    writer: QueryWriter
    filtered_in_ten: int
    """In how many of ten lists a filter is used."""
    has_invalid: bool = False

    def generate(self, parent: str, name: str, field: GraphQLField, row_budget: int) -> Values:
        """The values for the field's arguments, by name."""
        if parent == "Query" and name in ("node", "nodes", "order", "shipment"):
            return self._keys(name, row_budget)
        if "first" in field.args:
            return self._list_arguments(parent, name, field, row_budget)
        if "status" in field.args and self.writer.chance(4):
            return {"status": self._value("status", field.args["status"].type, 0)}
        return {}

    def _keys(self, name: str, row_budget: int) -> Values:
        writer = self.writer
        if name == "node":
            return {"id": writer.text(NODE_IDS)}
        if name == "nodes":
            count = writer.integer(0, min(MOST_NODES, row_budget))
            return {"ids": [writer.text(NODE_IDS) for _ in range(count)]}
        if name == "order":
            return {"trackingId": writer.text(TRACKING_IDS)}
        if writer.chance(2):
            return {"carrier": writer.text(CARRIERS), "trackingNumber": writer.text(NUMBERS)}
        number = writer.placeholder("@number")
        return {"carrier": number.replace("@number", "@number's carrier"), "trackingNumber": number}

    def _list_arguments(
        self, parent: str, name: str, field: GraphQLField, row_budget: int
    ) -> Values:
        values: Values = {}
        if "filter" in field.args and self.writer.chance(self.filtered_in_ten):
            values["filter"] = self._value("filter", field.args["filter"].type, FILTER_DEPTH)
        if "orderBy" in field.args and self.writer.chance(4):
            values["orderBy"] = self._value("orderBy", field.args["orderBy"].type, 0)
        ordering = cursor_ordering(parent, name, values.get("orderBy"))
        return values | self._page(field, ordering, row_budget)

    def _page(self, field: GraphQLField, ordering: str, row_budget: int) -> Values:
        values: Values = {}
        is_backwards = "last" in field.args and self.writer.chance(3)
        if is_backwards or row_budget < DEFAULT_PAGE or self.writer.chance(6):
            sizes = [size for size in PAGE_SIZES if size <= row_budget]
            values["last" if is_backwards else "first"] = self.writer.choice(sizes)
        elif self.writer.chance(1):
            values["first"] = None
        for cursor, times in (("after", 3), ("before", 1)):
            if cursor in field.args and self.writer.chance(times):
                values[cursor] = self._cursor(field, ordering)
        if "last" in field.args and self._makes_invalid():
            values |= self.writer.choice(INVALID_PAGES)
        return values

    def _cursor(self, field: GraphQLField, ordering: str) -> Any:
        if "before" not in field.args:
            return self.writer.integer(0, 50)
        if self._makes_invalid():
            return self.writer.choice([text for text in INVALID_CURSORS if ordering not in text])
        return None if self.writer.chance(1) else self.writer.placeholder(f"@{ordering}")

    def _makes_invalid(self) -> bool:
        """Whether the next value is the query's one invalid value, which is seldom."""
        if not self.has_invalid and self.writer.chance(1, of=60):
            self.has_invalid = True
            return True
        return False

    def _value(self, name: str, type_: Any, depth: int) -> Any:
        if isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
        elif self.writer.chance(1):
            return None
        if isinstance(type_, GraphQLList):
            is_flat = depth == FILTER_DEPTH - 1
            count = self.writer.choice(LIST_LENGTHS if is_flat else LIST_LENGTHS[:2])
            return [self._value(name, type_.of_type, depth) for _ in range(count)]
        if isinstance(type_, GraphQLEnumType):
            return self.writer.choice(list(type_.values))
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(type_, depth)
        if name == "search" and self._makes_invalid():
            return self.writer.choice(["", "  ", "x" * 101])
        if name in FILTER_TEXTS:
            return self.writer.text(FILTER_TEXTS[name])
        return self.writer.chance(5)

    def _object(self, type_: GraphQLInputObjectType, depth: int) -> Values:
        if type_.name == "DateTimeRange":
            return self._range()
        if type_.name.endswith("Order"):
            types = {name: field.type for name, field in type_.fields.items()}
            return {name: self._value(name, field_type, 0) for name, field_type in types.items()}
        excluded = ([] if depth else ["and", "or", "not"]) + ["customerEmail"] * self.has_invalid
        names = [name for name in (*type_.fields, *PREFERRED_FIELDS) if name in type_.fields]
        allowed = [name for name in names if name not in excluded]
        chosen = list(dict.fromkeys(self.writer.sample(allowed, MOST_FILTER_FIELDS)))
        self.has_invalid = self.has_invalid or "customerEmail" in chosen
        return {name: self._value(name, type_.fields[name].type, depth - 1) for name in chosen}

    def _range(self) -> Values:
        ends = self.writer.choice([("from",), ("until",), ("from", "until"), ()])
        if len(ends) == 2:
            since, until = self._ordered_times()
            return {"from": since, "until": until}
        return {end: self.writer.text(TIMES) for end in ends}

    def _ordered_times(self) -> list[str]:
        """Two times, the earlier one first: placeholders lie between the first and the last."""
        known = sorted({text for text in TIMES if not text.startswith("@")}, key=_moment)
        first, second = self.writer.choice(TIMES), self.writer.choice(TIMES)
        if "@moment" in (first, second):
            since_first = [known[0], self.writer.placeholder("@moment")]
            return since_first if first == "@moment" else [since_first[1], known[-1]]
        return sorted((first, second), key=_moment)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def cursor_ordering(parent: str, name: str, order_by: dict[str, str] | None) -> str:
    """The name of the ordering that the list's cursors belong to."""
    if name == "events":
        return f"{parent.lower()} events"
    return ordering_name(name, order_by) if name in SORTED_LISTS else "changes"
