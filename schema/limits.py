"""Limits of a document: how deep, how wide, how repetitive; measured in one linear walk.

Each fragment is measured once and remembered, so that a document of fragments that spread each
other costs no more than its length.
"""

from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
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

Size = tuple[int, int]
"""Depth, and number of fields."""


class DocumentLimits(ValidationRule):
    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._fragments: dict[str, Size] = {}
        self._being_measured: set[str] = set()

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        depth, fields = self._measure(node.selection_set)
        if depth > MAXIMUM_DEPTH:
            self._refuse(f"It is {depth} levels deep; at most {MAXIMUM_DEPTH} are allowed.", node)
        if fields > MAXIMUM_FIELDS:
            self._refuse(
                f"It asks for {fields} fields; at most {MAXIMUM_FIELDS} are allowed.", node
            )

    def _refuse(self, message: str, node: OperationDefinitionNode) -> None:
        self.report_error(GraphQLError(message, node, extensions={"code": "LIMIT_EXCEEDED"}))

    def _measure(self, selections: SelectionSetNode | None) -> Size:
        depth, fields = 0, 0
        for node in selections.selections if selections else ():
            if isinstance(node, FragmentSpreadNode):
                below, within = self._fragment(node.name.value)
            else:
                below, within = self._measure(getattr(node, "selection_set", None))
                if isinstance(node, FieldNode):
                    below, within = below + 1, within + 1
            depth = max(depth, below)
            fields = min(fields + within, 10 * MAXIMUM_FIELDS)
        return depth, fields

    def _fragment(self, name: str) -> Size:
        known = self._fragments.get(name)
        fragment: FragmentDefinitionNode | None = self.context.get_fragment(name)
        if known is not None or fragment is None or name in self._being_measured:
            return known or (0, 0)
        self._being_measured.add(name)
        self._fragments[name] = self._measure(fragment.selection_set)
        return self._fragments[name]
