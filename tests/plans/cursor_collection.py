"""The collection of all cursors. They are opaque, so the service is queried for every list."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from tests.plans.reference.context import Cursors
from tests.plans.reference.pagination import SORTED_LISTS
from tests.plans.reference.tables import Tables
from tests.plans.reference.values import NODE_NAMES
from tests.plans.service import ADMIN, Service

PAGE = "first: 100, after: $after"
EDGES = "{ edges { cursor node { id } } pageInfo { hasNextPage endCursor } }"
PARENTS = (("Order", "order"), ("Shipment", "shipment"))
ListQuery = tuple[str, tuple[str, ...], str]
"""The name of an ordering, the path of the list in the answer, and the selection of the list."""


async def collect_cursors(service: Service, tables: Tables) -> Cursors:
    """The cursor of every row in every ordering that a list can have."""
    cursors = Cursors()
    nodes = {
        f"{name}_{row['id']}": row
        for table, name in NODE_NAMES.items()
        for row in tables.all(table)
    }
    for ordering, path, selection in [*_sorted_lists(), *_event_lists(tables)]:
        async for edge in _edges(service, f"query ($after: String) {{ {selection} }}", path):
            cursors.add(ordering, nodes[edge["node"]["id"]], edge["cursor"])
    for row in tables.all("Change"):
        cursors.add("changes", row, str(row["position"]))
    return cursors


def _sorted_lists() -> Iterator[ListQuery]:
    for list_name, (_, columns, _) in SORTED_LISTS.items():
        for column in columns:
            for direction in ("ASC", "DESC"):
                order_by = f"orderBy: {{field: {column}, direction: {direction}}}"
                selection = f"{list_name}({PAGE}, {order_by}) {EDGES}"
                yield f"{list_name} {column} {direction}", (list_name,), selection


def _event_lists(tables: Tables) -> Iterator[ListQuery]:
    for table, name in PARENTS:
        for row in tables.all(table):
            inner = f"... on {table} {{ events({PAGE}) {EDGES} }}"
            selection = f'node(id: "{name}_{row["id"]}") {{ {inner} }}'
            yield f"{name} events", ("node", "events"), selection


async def _edges(
    service: Service, query: str, path: tuple[str, ...]
) -> AsyncIterator[dict[str, Any]]:
    """All edges of the list, read page by page."""
    after: str | None = None
    while True:
        connection = (await service.execute(query, ADMIN, {"after": after}))["data"]
        for step in path:
            connection = connection[step]
        for edge in connection["edges"]:
            yield edge
        after = connection["pageInfo"]["endCursor"]
        if not connection["pageInfo"]["hasNextPage"]:
            return
