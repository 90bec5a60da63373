"""What is given to fields: pages, filters, orders and names, as values."""

from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
)

from tests.plans.oracle.pages import DEFAULT, MOST, SORTED, order_name
from tests.plans.questions.pen import Pen
from tests.plans.questions.words import CARRIERS, NODE_IDS, NUMBERS, TIMES, TRACKING_IDS, WORDS

Given = dict[str, Any]
LONGEST_FILTER = 3
FAVOURITES = (
    *("search", "search", "or", "not", "isLate", "exceptionType", "hasOpenException"),
    *("customerEmail", "exceptionStatus", "assignee"),
)
"""Fields of filters that say more than that a column is one of these."""
DEEPEST_FILTER = 2
MOST_NODES = 6
COUNTS = (1, 2, 4, 8, 0)
"""Of values in a list."""
SIZES = (1, 2, 3, 0, 5, 10, DEFAULT, MOST)
MISTAKES: tuple[Given, ...] = (
    {"first": 101},
    {"first": -1},
    {"last": 101},
    {"first": 1, "last": 1},
    {"last": -1, "first": None},
)
"""What no page is."""
NO_CURSORS = ("nonsense", "", "12~", "MTI=", "@orders TOTAL ASC:1", "@order events:1")
"""Some are cursors, of other lists."""


@dataclass
class Arguments:
    """Draws what is given. Of what is refused, at most one thing is asked for: what else would be
    said of it is left to the service."""

    pen: Pen
    times_filtered: int
    """Of ten, that a list is."""
    has_mistake: bool = False

    def of(self, parent: str, name: str, field: GraphQLField, room: int) -> Given:
        if parent == "Query" and name in ("node", "nodes", "order", "shipment"):
            return self._named(name, room)
        if "first" in field.args:
            return self._list(parent, name, field, room)
        if "status" in field.args and self.pen.is_so(4):
            return {"status": self._value("status", field.args["status"].type, 0)}
        return {}

    def _named(self, name: str, room: int) -> Given:
        pen = self.pen
        if name == "node":
            return {"id": pen.word(NODE_IDS)}
        if name == "nodes":
            count = pen.count(0, min(MOST_NODES, room))
            return {"ids": [pen.word(NODE_IDS) for _ in range(count)]}
        if name == "order":
            return {"trackingId": pen.word(TRACKING_IDS)}
        if pen.is_so(2):
            return {"carrier": pen.word(CARRIERS), "trackingNumber": pen.word(NUMBERS)}
        number = pen.stand_in("@number")
        return {"carrier": number.replace("@number", "@number's carrier"), "trackingNumber": number}

    def _list(self, parent: str, name: str, field: GraphQLField, room: int) -> Given:
        given: Given = {}
        if "filter" in field.args and self.pen.is_so(self.times_filtered):
            given["filter"] = self._value("filter", field.args["filter"].type, DEEPEST_FILTER)
        if "orderBy" in field.args and self.pen.is_so(4):
            given["orderBy"] = self._value("orderBy", field.args["orderBy"].type, 0)
        order = cursor_order(parent, name, given.get("orderBy"))
        return given | self._page(field, order, room)

    def _page(self, field: GraphQLField, order: str, room: int) -> Given:
        given: Given = {}
        is_backwards = "last" in field.args and self.pen.is_so(3)
        if is_backwards or room < DEFAULT or self.pen.is_so(6):
            sizes = [size for size in SIZES if size <= room]
            given["last" if is_backwards else "first"] = self.pen.one_of(sizes)
        elif self.pen.is_so(1):
            given["first"] = None
        for cursor, times in (("after", 3), ("before", 1)):
            if cursor in field.args and self.pen.is_so(times):
                given[cursor] = self._cursor(field, order)
        if "last" in field.args and self._errs():
            given |= self.pen.one_of(MISTAKES)
        return given

    def _cursor(self, field: GraphQLField, order: str) -> Any:
        if "before" not in field.args:
            return self.pen.count(0, 50)
        if self._errs():
            return self.pen.one_of([one for one in NO_CURSORS if order not in one])
        return None if self.pen.is_so(1) else self.pen.stand_in(f"@{order}")

    def _errs(self) -> bool:
        if not self.has_mistake and self.pen.is_so(1, of=60):
            self.has_mistake = True
            return True
        return False

    def _value(self, name: str, type_: Any, depth: int) -> Any:
        if isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
        elif self.pen.is_so(1):
            return None
        if isinstance(type_, GraphQLList):
            count = self.pen.one_of(COUNTS if depth == DEEPEST_FILTER - 1 else COUNTS[:2])
            return [self._value(name, type_.of_type, depth) for _ in range(count)]
        if isinstance(type_, GraphQLEnumType):
            return self.pen.one_of(list(type_.values))
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(type_, depth)
        if name == "search" and self._errs():
            return self.pen.one_of(["", "  ", "x" * 101])
        return self.pen.word(WORDS[name]) if name in WORDS else self.pen.is_so(5)

    def _object(self, type_: GraphQLInputObjectType, depth: int) -> Given:
        if type_.name == "DateTimeRange":
            return self._range()
        if type_.name.endswith("Order"):
            types = {name: one.type for name, one in type_.fields.items()}
            return {name: self._value(name, one, 0) for name, one in types.items()}
        left_out = ([] if depth else ["and", "or", "not"]) + ["customerEmail"] * self.has_mistake
        names = [name for name in (*type_.fields, *FAVOURITES) if name in type_.fields]
        some = self.pen.some_of([one for one in names if one not in left_out], LONGEST_FILTER)
        chosen = list(dict.fromkeys(some))
        self.has_mistake = self.has_mistake or "customerEmail" in chosen
        return {name: self._value(name, type_.fields[name].type, depth - 1) for name in chosen}

    def _range(self) -> Given:
        ends = self.pen.one_of([("from",), ("until",), ("from", "until"), ()])
        return {end: self.pen.word(TIMES) for end in ends}


def cursor_order(parent: str, name: str, order_by: dict[str, str] | None) -> str:
    """The order of rows that a list's cursors name a place in."""
    if name == "events":
        return f"{parent.lower()} events"
    return order_name(name, order_by) if name in SORTED else "changes"
