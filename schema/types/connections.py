"""Connections: pages of lists, by keyset cursors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import strawberry

from resolvers.pages import Listed, Page, Slice
from schema.context import Info

NodeType = TypeVar("NodeType")

First = Annotated[
    int | None,
    strawberry.argument(description="How many from the start: at most 100, 20 if left out."),
]
After = Annotated[
    str | None, strawberry.argument(description="The cursor after which the page begins.")
]
Last = Annotated[int | None, strawberry.argument(description="How many from the end: at most 100.")]
Before = Annotated[
    str | None, strawberry.argument(description="The cursor before which the page ends.")
]


def page_of(first: int | None, after: str | None, last: int | None, before: str | None) -> Page:
    return Page(first, after, last, before)


@strawberry.type(description="What lies on either side of a page.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether rows follow.")
    has_previous_page: bool = strawberry.field(description="Whether rows come before.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first row.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last row.")


@dataclass(frozen=True, slots=True)
class Placed:
    """A row and its cursor."""

    node: Any
    cursor: str


@strawberry.type(description="A row of a list, and where it stands.")
class Edge(Generic[NodeType]):
    node: NodeType = strawberry.field(description="The row.")
    cursor: str = strawberry.field(description="Where it stands: give it as after or before.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[NodeType]):
    @strawberry.field(description="The rows of the page, with their cursors.")
    def edges(self, page: strawberry.Parent[Slice[Any]]) -> list[Edge[NodeType]]:
        return _placed(page)  # type: ignore[return-value]

    @strawberry.field(description="The rows of the page.")
    def nodes(self, page: strawberry.Parent[Slice[Any]]) -> list[NodeType]:
        return list(page.rows)

    @strawberry.field(description="What lies on either side of the page.")
    def page_info(self, page: strawberry.Parent[Slice[Any]]) -> PageInfo:
        rows = page.rows
        return PageInfo(
            has_next_page=page.has_next_page,
            has_previous_page=page.has_previous_page,
            start_cursor=page.cursor(rows[0]) if rows else None,
            end_cursor=page.cursor(rows[-1]) if rows else None,
        )

    @strawberry.field(description="How many rows the whole list has; counted only when asked for.")
    async def total_count(self, page: strawberry.Parent[Slice[Any]], info: Info) -> int:
        if isinstance(page.whole, Listed):
            return await info.context.loaders.counts.load(page.whole)
        return await page.whole.count()


def _placed(page: Slice[Any]) -> Sequence[Placed]:
    return [Placed(row, page.cursor(row)) for row in page.rows]
