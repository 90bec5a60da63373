"""Limits of a document's depth, size and repetition, measured in linear time.

Each fragment is measured once, so that fragments which spread each other cost no more than their
length.
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
"""Levels of a selection: a page with lists inside lists takes some ten."""
MAXIMUM_FIELDS = 2_000
"""Fields with every fragment spread: no screen shows more."""
MAXIMUM_TOKENS = 4_000
"""Tokens of a document: a large screen's query has some hundreds."""
MAXIMUM_REPETITIONS = 20
"""Selections with one response key on one level, as from overlapping fragments: validation compares
each of them with each other."""


@dataclass(frozen=True, slots=True)
class DocumentSize:
    """The measured size of a selection, with every fragment spread."""

    depth: int = 0
    fields: int = 0
    names: Counter[str] = field(default_factory=Counter)
    """The number of selections of each response key on the first level."""
    repeats: int = 0
    """The number of selections of the most repeated response key on one level."""


class DocumentLimits(ValidationRule):
    """Reports operations and fragments that exceed a limit, with the code LIMIT_EXCEEDED."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._fragments: dict[str, DocumentSize] = {}
        self._being_measured: set[str] = set()

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        self._check_limits(node, self._measure(node.selection_set))

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_: Any) -> None:
        """Check every fragment: validation also visits those that no operation spreads."""
        self._check_limits(node, self._measure(node.selection_set))

    def _check_limits(self, node: Node, size: DocumentSize) -> None:
        for quantity, measured, allowed in (
            ("levels deep", size.depth, MAXIMUM_DEPTH),
            ("fields large", size.fields, MAXIMUM_FIELDS),
            ("times asking for one name on one level", size.repeats, MAXIMUM_REPETITIONS),
        ):
            if measured > allowed:
                self._report(f"It is {measured} {quantity}; at most {allowed} are allowed.", node)

    def _report(self, message: str, node: Node) -> None:
        self.report_error(GraphQLError(message, node, extensions={"code": "LIMIT_EXCEEDED"}))

    def _measure(self, selections: SelectionSetNode | None) -> DocumentSize:
        depth, fields, repeats = 0, 0, 0
        names: Counter[str] = Counter()
        repeats_below: dict[str, int] = {}
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                below = self._measure(node.selection_set)
                depth, fields = max(depth, below.depth + 1), fields + below.fields + 1
                name = (node.alias or node.name).value
                names[name] += 1
                repeats_below[name] = max(repeats_below.get(name, 1), below.repeats)
            else:
                below = self._measure_spread(node)
                depth, fields = max(depth, below.depth), fields + below.fields
                names.update(below.names)
            fields = min(fields, 10 * MAXIMUM_FIELDS)
            repeats = max(repeats, below.repeats)
        # Repeated fields are merged, and their selections are compared with each other, too.
        own = [count * repeats_below.get(name, 1) for name, count in names.items()]
        return DocumentSize(depth, fields, names, max(repeats, *own, 0))

    def _measure_spread(self, node: SelectionNode) -> DocumentSize:
        if not isinstance(node, FragmentSpreadNode):
            return self._measure(getattr(node, "selection_set", None))
        name = node.name.value
        measured = self._fragments.get(name)
        fragment: FragmentDefinitionNode | None = self.context.get_fragment(name)
        if measured is not None or fragment is None or name in self._being_measured:
            return measured or DocumentSize()
        self._being_measured.add(name)
        self._fragments[name] = self._measure(fragment.selection_set)
        return self._fragments[name]
