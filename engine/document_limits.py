"""Limits of a document: how deep, how wide, how repetitive; measured in one linear walk.

Each fragment is measured once and remembered, so that a document of fragments that spread each
other costs no more than its length.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    Node,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
)

MAXIMUM_DEPTH = 15
"""A page of orders with shipments, their events and places, and room to spare."""
MAXIMUM_FIELDS = 2_000
"""Fields with every fragment spread out: no screen shows more."""
MAXIMUM_TOKENS = 4_000
"""Tokens of a document: a large screen's query has some hundreds."""

MAXIMUM_REPEATS = 20
"""Times that one name is asked for on one level, as by fragments that overlap: each of them has to
be compared with each other."""


@dataclass(frozen=True, slots=True)
class DocumentSize:
    """Of a selection, with every fragment spread out."""

    depth: int = 0
    fields: int = 0
    names: Counter[str] = field(default_factory=Counter)
    """How often each name of the answer is asked for on its first level."""
    repeats: int = 0
    """The most that a name is asked for on any level."""


class DocumentLimits(ValidationRule):
    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._fragments: dict[str, DocumentSize] = {}
        self._being_measured: set[str] = set()

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        self._demand_limits(node, self._measure(node.selection_set))

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_: Any) -> None:
        """Also of one that nobody spreads: it is validated all the same."""
        self._demand_limits(node, self._measure(node.selection_set))

    def _demand_limits(self, node: Node, size: DocumentSize) -> None:
        for what, measured, allowed in (
            ("levels deep", size.depth, MAXIMUM_DEPTH),
            ("fields large", size.fields, MAXIMUM_FIELDS),
            ("times asking for one name on one level", size.repeats, MAXIMUM_REPEATS),
        ):
            if measured > allowed:
                self._refuse(f"It is {measured} {what}; at most {allowed} are allowed.", node)

    def _refuse(self, message: str, node: Node) -> None:
        self.report_error(GraphQLError(message, node, extensions={"code": "LIMIT_EXCEEDED"}))

    def _measure(self, selections: SelectionSetNode | None) -> DocumentSize:
        depth, fields, repeats = 0, 0, 0
        names: Counter[str] = Counter()
        deeper: dict[str, int] = {}
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                below = self._measure(node.selection_set)
                depth, fields = max(depth, below.depth + 1), fields + below.fields + 1
                name = (node.alias or node.name).value
                names[name] += 1
                deeper[name] = max(deeper.get(name, 1), below.repeats)
            else:
                below = self._spread(node)
                depth, fields = max(depth, below.depth), fields + below.fields
                names.update(below.names)
            fields = min(fields, 10 * MAXIMUM_FIELDS)
            repeats = max(repeats, below.repeats)
        # What is asked for twice is merged, and all within it with each other.
        own = [count * deeper.get(name, 1) for name, count in names.items()]
        return DocumentSize(depth, fields, names, max(repeats, *own, 0))

    def _spread(self, node: SelectionNode) -> DocumentSize:
        if not isinstance(node, FragmentSpreadNode):
            return self._measure(getattr(node, "selection_set", None))
        name = node.name.value
        known = self._fragments.get(name)
        fragment: FragmentDefinitionNode | None = self.context.get_fragment(name)
        if known is not None or fragment is None or name in self._being_measured:
            return known or DocumentSize()
        self._being_measured.add(name)
        self._fragments[name] = self._measure(fragment.selection_set)
        return self._fragments[name]
