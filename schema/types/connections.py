"""Connections: pages of lists, by keyset cursors."""

from typing import Annotated, Any, Generic, TypeVar

import strawberry

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


@strawberry.type(description="What lies on either side of a page.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether rows follow.")
    has_previous_page: bool = strawberry.field(description="Whether rows come before.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first row.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last row.")


@strawberry.type(description="A row of a list, and where it stands.")
class Edge(Generic[NodeType]):
    node: NodeType = strawberry.field(description="The row.")
    cursor: str = strawberry.field(description="Where it stands: give it as after or before.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[NodeType]):
    edges: list[Edge[NodeType]] = strawberry.field(
        description="The rows of the page, with their cursors."
    )
    nodes: list[NodeType] = strawberry.field(description="The rows of the page.")
    page_info: PageInfo = strawberry.field(description="What lies on either side of the page.")
    total_count: int = strawberry.field(
        description="How many rows the whole list has; counted only when asked for."
    )


def paged(connection: Any, description: str) -> Any:
    """A list that is given in pages."""
    return strawberry.field(resolver=_page, description=description, graphql_type=connection)


def _page(
    first: First = None, after: After = None, last: Last = None, before: Before = None
) -> Any:
    """Read by its plan."""
