"""Filling in: what stands for a thing of the shop becomes that thing."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from graphql import StringValueNode, Visitor, visit

from tests.plans.oracle.asking import Cursors
from tests.plans.oracle.scalars import time_out
from tests.plans.oracle.tables import Tables
from tests.plans.oracle.values import NODE_NAMES
from tests.plans.questions import Question

_STAND_IN = re.compile(r"@([^:\"]+):(\d+)")


@dataclass
class Filling:
    tables: Tables
    cursors: Cursors
    _known: dict[str, list[str]] = field(default_factory=dict)

    def filled(self, question: Question) -> Question:
        document = visit(question.document, _Texts(self._text))
        return Question(document, self._value(dict(question.variables)), question.name)

    def _value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._value(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self._value(one) for one in value]
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> str:
        found = _STAND_IN.fullmatch(text)
        if found is None:
            return text
        kind, number = found[1], int(found[2])
        if kind not in self._known:
            self._known[kind] = self._of(kind)
        known = self._known[kind]
        return known[number % len(known)] if known else "nothing"

    def _of(self, kind: str) -> list[str]:
        """All that it can stand for."""
        ways: dict[str, Callable[[], list[str]]] = {
            "tracking id": lambda: self._column("Order", "tracking_id"),
            "typed tracking id": lambda: [
                _typed(one) for one in self._column("Order", "tracking_id")
            ],
            "moment": self._moments,
            "reference": lambda: self._column("Order", "reference"),
            "number": lambda: [number for _, number in self._numbers()],
            "number's carrier": lambda: [carrier for carrier, _ in self._numbers()],
        }
        if kind in ways:
            return ways[kind]()
        if kind.startswith("node "):
            return self._nodes(kind.removeprefix("node "))
        return [text for (order, _), text in self.cursors.texts.items() if order == kind]

    def _tracking_ids(self) -> list[str]:
        return self._column("Order", "tracking_id")

    def _column(self, table: str, name: str) -> list[str]:
        return [row[name] for row in self.tables.all(table) if row[name] is not None]

    def _moments(self) -> list[str]:
        """When something happened that a filter can ask for."""
        rows = [
            row
            for table in ("Order", "Shipment", "OrderException")
            for row in self.tables.all(table)
        ]
        values = [value for row in rows for value in row.columns.values()]
        return [time_out(one) for one in values if isinstance(one, datetime)]

    def _numbers(self) -> list[tuple[str, str]]:
        rows = [(row["carrier"], row["tracking_number"]) for row in self.tables.all("Shipment")]
        return [(carrier, number) for carrier, number in rows if carrier and number]

    def _nodes(self, table: str) -> list[str]:
        if table == "Kept":
            kept = self.tables.where("TrackingEvent", "order_id", None)
            return [f"event_{row['id']}" for row in kept]
        return [f"{NODE_NAMES[table]}_{row['id']}" for row in self.tables.all(table)]


class _Texts(Visitor):
    """Puts another text for each that is written in an operation."""

    def __init__(self, text: Callable[[str], str]) -> None:
        super().__init__()
        self._text = text

    def enter_string_value(self, node: StringValueNode, *_: Any) -> StringValueNode:
        return StringValueNode(value=self._text(node.value), block=False)


def _typed(tracking_id: str) -> str:
    """As somebody types it who reads it from paper."""
    return tracking_id.removeprefix("WA-").lower().replace("0", "o").replace("-", " ")
