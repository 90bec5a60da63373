"""Pages as clients ask for them, and what they must hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

ARGUMENTS = "first: $first, after: $after, last: $last, before: $before"
VARIABLES = "$first: Int, $after: String, $last: Int, $before: String"


def connection(id_: str = "id") -> str:
    """All that can be asked of a page; `id_` tells its rows from each other."""
    return f"""{{
      edges {{ cursor node {{ id: {id_} }} }} nodes {{ id: {id_} }} totalCount
      pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
    }}"""


@dataclass(frozen=True)
class Item:
    """A row of a list, and its place in the order of the list."""

    id: Any
    key: Any


@dataclass(frozen=True)
class Asked:
    """Which rows of a list; cursors are named by the rows that they are those of."""

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
    """What was answered, or what should have been."""

    ids: list[Any]
    total: int
    has_next: bool
    has_previous: bool


def expected(whole: Sequence[Item], asked: Asked) -> Page:
    """`whole` is the list in its order."""
    within = [
        one
        for one in whole
        if (asked.after is None or one.key > asked.after.key)
        and (asked.before is None or one.key < asked.before.key)
    ]
    if asked.last is None:
        size = 20 if asked.first is None else asked.first
        shown = within[:size]
        has_next, has_previous = len(within) > size, asked.after is not None
    else:
        shown = within[max(len(within) - asked.last, 0) :]
        has_next, has_previous = asked.before is not None, len(within) > asked.last
    return Page([one.id for one in shown], len(whole), has_next, has_previous)


def page_of(answered: dict[str, Any]) -> Page:
    """Of a connection; what it says twice it says alike."""
    edges, info = answered["edges"], answered["pageInfo"]
    ids = [edge["node"]["id"] for edge in edges]
    assert [node["id"] for node in answered["nodes"]] == ids
    assert info["startCursor"] == (edges[0]["cursor"] if edges else None)
    assert info["endCursor"] == (edges[-1]["cursor"] if edges else None)
    return Page(ids, answered["totalCount"], info["hasNextPage"], info["hasPreviousPage"])


def cursors_of(answered: dict[str, Any]) -> dict[Any, str]:
    return {edge["node"]["id"]: edge["cursor"] for edge in answered["edges"]}
