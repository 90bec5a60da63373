"""Connections: pages of lists, by keyset cursors."""

from typing import Annotated, Any, Generic, TypeVar

import strawberry

from engine.sql.bounded_list import MAXIMUM_NEWEST
from engine.sql.page_arguments import DEFAULT_FIRST, MAXIMUM_FIRST

NodeType = TypeVar("NodeType")

First = Annotated[
    int | None,
    strawberry.argument(
        description=(
            f"The number of items from the start of the list, at most {MAXIMUM_FIRST};"
            f" {DEFAULT_FIRST} if left out."
        )
    ),
]
After = Annotated[
    str | None, strawberry.argument(description="The cursor after which the page begins.")
]
Last = Annotated[
    int | None,
    strawberry.argument(
        description=f"The number of items from the end of the list, at most {MAXIMUM_FIRST}."
    ),
]
Before = Annotated[
    str | None, strawberry.argument(description="The cursor before which the page ends.")
]

FIRST_AND_NEWEST = (
    f"Of more than {MAXIMUM_NEWEST + 1}, only the first one and the newest {MAXIMUM_NEWEST} are"
    " listed."
)
"""How many rows a list without pages has."""


@strawberry.type(description="The position of a page within its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether items follow after the page.")
    has_previous_page: bool = strawberry.field(description="Whether items come before the page.")
    start_cursor: str | None = strawberry.field(
        description="The cursor of the page's first item; null if the page is empty."
    )
    end_cursor: str | None = strawberry.field(
        description="The cursor of the page's last item; null if the page is empty."
    )


@strawberry.type(description="An item of a list with its cursor.")
class Edge(Generic[NodeType]):
    node: NodeType = strawberry.field(description="The item.")
    cursor: str = strawberry.field(
        description="The item's place in the list, to be given as after or before."
    )


@strawberry.type(description="A page of a list.")
class Connection(Generic[NodeType]):
    edges: list[Edge[NodeType]] = strawberry.field(
        description="The items of the page with their cursors."
    )
    nodes: list[NodeType] = strawberry.field(description="The items of the page.")
    page_info: PageInfo = strawberry.field(description="The position of the page within the list.")
    total_count: int = strawberry.field(
        description=(
            "The number of items in the whole list. It is counted only if it is requested."
        )
    )


def paged(connection: Any, description: str) -> Any:
    """Declare a list that is read in pages."""
    return strawberry.field(resolver=_page, description=description, graphql_type=connection)


def _page(
    first: First = None, after: After = None, last: Last = None, before: Before = None
) -> Any:
    """Declare the arguments. A plan reads the field, so that this function is never called."""
