"""Placeholders in generated queries, and the values of the dataset that replace them.

A placeholder is a text `@kind:number`. The number selects one of the values of its kind.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from graphql import StringValueNode, Visitor, visit

from tests.plans.queries import GeneratedQuery
from tests.plans.reference.context import Cursors
from tests.plans.reference.scalars import serialize_time
from tests.plans.reference.tables import Tables
from tests.plans.reference.values import NODE_NAMES

_PLACEHOLDER = re.compile(r"@([^:\"]+):(\d+)")


@dataclass
class PlaceholderValues:
    tables: Tables
    cursors: Cursors
    _values: dict[str, list[str]] = field(default_factory=dict)

    def replace_in(self, query: GeneratedQuery) -> GeneratedQuery:
        """Return a copy of the query with a value in the place of each placeholder."""
        document = visit(query.document, _StringReplacer(self._replace_text))
        variables = self._replace_value(dict(query.variables))
        return GeneratedQuery(document, variables, query.name)

    def _replace_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._replace_value(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._replace_value(inner) for inner in value]
        return self._replace_text(value) if isinstance(value, str) else value

    def _replace_text(self, text: str) -> str:
        match = _PLACEHOLDER.fullmatch(text)
        if match is None:
            return text
        kind, number = match[1], int(match[2])
        if kind not in self._values:
            self._values[kind] = self._read_values(kind)
        values = self._values[kind]
        return values[number % len(values)] if values else "nothing"

    def _read_values(self, kind: str) -> list[str]:
        readers: dict[str, Callable[[], list[str]]] = {
            "tracking id": lambda: self._column("Order", "tracking_id"),
            "typed tracking id": lambda: [
                _as_typed(tracking_id) for tracking_id in self._column("Order", "tracking_id")
            ],
            "moment": self._moments,
            "reference": lambda: self._column("Order", "reference"),
            "number": lambda: [number for _, number in self._tracking_numbers()],
            "number's carrier": lambda: [carrier for carrier, _ in self._tracking_numbers()],
        }
        if kind in readers:
            return readers[kind]()
        if kind.startswith("node "):
            return self._node_ids(kind.removeprefix("node "))
        return [text for (ordering, _), text in self.cursors.texts.items() if ordering == kind]

    def _column(self, table: str, name: str) -> list[str]:
        return [row[name] for row in self.tables.all(table) if row[name] is not None]

    def _moments(self) -> list[str]:
        """All times in the tables that filters by time can be applied to."""
        rows = [
            row
            for table in ("Order", "Shipment", "OrderException")
            for row in self.tables.all(table)
        ]
        values = [value for row in rows for value in row.columns.values()]
        return [serialize_time(value) for value in values if isinstance(value, datetime)]

    def _tracking_numbers(self) -> list[tuple[str, str]]:
        rows = [(row["carrier"], row["tracking_number"]) for row in self.tables.all("Shipment")]
        return [(carrier, number) for carrier, number in rows if carrier and number]

    def _node_ids(self, table: str) -> list[str]:
        if table == "UnassignedEvent":
            events = self.tables.where("TrackingEvent", "order_id", None)
            return [f"event_{row['id']}" for row in events]
        return [f"{NODE_NAMES[table]}_{row['id']}" for row in self.tables.all(table)]


class _StringReplacer(Visitor):
    """Replaces each string literal of a document."""

    def __init__(self, replacement: Callable[[str], str]) -> None:
        super().__init__()
        self._replacement = replacement

    def enter_string_value(self, node: StringValueNode, *_: Any) -> StringValueNode:
        return StringValueNode(value=self._replacement(node.value), block=False)


def _as_typed(tracking_id: str) -> str:
    """The id as a person types it who reads it from paper."""
    return tracking_id.removeprefix("WA-").lower().replace("0", "o").replace("-", " ")
