"""Connections as clients query them, and a reference implementation of their pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

ARGUMENTS = "first: $first, after: $after, last: $last, before: $before"
VARIABLES = "$first: Int, $after: String, $last: Int, $before: String"


def connection_selection(id_: str = "id") -> str:
    """The selection of all fields of a page; the field `id_` identifies its rows."""
    return f"""{{
      edges {{ cursor node {{ id: {id_} }} }} nodes {{ id: {id_} }} totalCount
      pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
    }}"""


@dataclass(frozen=True)
class Item:
    """A row of a list: its id, and the key by which the list is sorted."""

    id: Any
    key: Any


@dataclass(frozen=True)
class PageArguments:
    """The arguments of a connection; a cursor is represented by the row that it belongs to."""

    first: int | None = None
    after: Item | None = None
    last: int | None = None
    before: Item | None = None

    def variables(self, cursors: dict[Any, str]) -> dict[str, Any]:
        return {
            "first": self.first,
            "after": self.after and cursors[self.after.id],
            "last": self.last,
            "before": self.before and cursors[self.before.id],
        }


@dataclass(frozen=True)
class Page:
    """The content of a page, as it was answered or as it is expected."""

    ids: list[Any]
    total: int
    has_next: bool
    has_previous: bool


def expected_page(items: Sequence[Item], arguments: PageArguments) -> Page:
    """The page that the arguments select from the items, which are the whole list in its order."""
    within = [
        item
        for item in items
        if (arguments.after is None or item.key > arguments.after.key)
        and (arguments.before is None or item.key < arguments.before.key)
    ]
    if arguments.last is None:
        size = 20 if arguments.first is None else arguments.first
        shown = within[:size]
        has_next, has_previous = len(within) > size, arguments.after is not None
    else:
        shown = within[max(len(within) - arguments.last, 0) :]
        has_next, has_previous = arguments.before is not None, len(within) > arguments.last
    return Page([item.id for item in shown], len(items), has_next, has_previous)


def page_of(connection: dict[str, Any]) -> Page:
    """The page in an answered connection, whose repeated parts must agree."""
    edges, info = connection["edges"], connection["pageInfo"]
    ids = [edge["node"]["id"] for edge in edges]
    assert [node["id"] for node in connection["nodes"]] == ids
    assert info["startCursor"] == (edges[0]["cursor"] if edges else None)
    assert info["endCursor"] == (edges[-1]["cursor"] if edges else None)
    return Page(ids, connection["totalCount"], info["hasNextPage"], info["hasPreviousPage"])


def cursors_of(connection: dict[str, Any]) -> dict[Any, str]:
    return {edge["node"]["id"]: edge["cursor"] for edge in connection["edges"]}
