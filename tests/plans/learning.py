"""Learning cursors: they are opaque, so the service is asked for those of every list."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from tests.plans.oracle.asking import Cursors
from tests.plans.oracle.pages import SORTED
from tests.plans.oracle.tables import Tables
from tests.plans.oracle.values import NODE_NAMES
from tests.plans.service import ADMIN, Service

PAGE = "first: 100, after: $after"
EDGES = "{ edges { cursor node { id } } pageInfo { hasNextPage endCursor } }"
PARENTS = (("Order", "order"), ("Shipment", "shipment"))


async def learn_cursors(service: Service, tables: Tables) -> Cursors:
    cursors = Cursors()
    nodes = {
        f"{name}_{row['id']}": row
        for table, name in NODE_NAMES.items()
        for row in tables.all(table)
    }
    for order, path, selection in [*_sorted_lists(), *_lists_of_events(tables)]:
        async for edge in _edges(service, f"query ($after: String) {{ {selection} }}", path):
            cursors.learn(order, nodes[edge["node"]["id"]], edge["cursor"])
    for row in tables.all("Change"):
        cursors.learn("changes", row, str(row["position"]))
    return cursors


Listed = tuple[str, tuple[str, ...], str]
"""What an order of rows is called, and where in which answer a list stands in it."""


def _sorted_lists() -> Iterator[Listed]:
    for list_, (_, columns, _) in SORTED.items():
        for column in columns:
            for direction in ("ASC", "DESC"):
                order_by = f"orderBy: {{field: {column}, direction: {direction}}}"
                selection = f"{list_}({PAGE}, {order_by}) {EDGES}"
                yield f"{list_} {column} {direction}", (list_,), selection


def _lists_of_events(tables: Tables) -> Iterator[Listed]:
    for table, name in PARENTS:
        for row in tables.all(table):
            inner = f"... on {table} {{ events({PAGE}) {EDGES} }}"
            selection = f'node(id: "{name}_{row["id"]}") {{ {inner} }}'
            yield f"{name} events", ("node", "events"), selection


async def _edges(
    service: Service, query: str, path: tuple[str, ...]
) -> AsyncIterator[dict[str, Any]]:
    """Of the whole list, page by page."""
    after: str | None = None
    while True:
        connection = (await service.ask(query, ADMIN, {"after": after}))["data"]
        for step in path:
            connection = connection[step]
        for edge in connection["edges"]:
            yield edge
        after = connection["pageInfo"]["endCursor"]
        if not connection["pageInfo"]["hasNextPage"]:
            return
