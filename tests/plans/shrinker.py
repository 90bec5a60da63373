"""The shrinker: makes a query smaller as long as its answer stays wrong."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from time import monotonic
from typing import Any

from graphql import (
    REMOVE,
    SKIP,
    ArgumentNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListValueNode,
    Node,
    ObjectFieldNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_operation_ast,
    print_ast,
    validate,
    visit,
)

from tests.plans.queries import GeneratedQuery
from tests.plans.reference import SCHEMA

SHRINK_SECONDS = 30.0
"""This is long enough to get to a few lines, and well within a test's timeout."""
REMOVABLE = (
    FieldNode,
    InlineFragmentNode,
    FragmentSpreadNode,
    ArgumentNode,
    DirectiveNode,
    ObjectFieldNode,
    OperationDefinitionNode,
)


async def shrink(
    query: GeneratedQuery, is_wrong: Callable[[GeneratedQuery], Awaitable[bool]]
) -> GeneratedQuery:
    """The smallest query found in the time whose answer is still wrong."""
    index, has_shrunk = 0, True
    deadline = monotonic() + SHRINK_SECONDS
    while monotonic() < deadline:
        reduction = _Reduction(index)
        document = visit(query.document, reduction)
        if reduction.has_changed:
            candidate = _without_unused(document, query)
            if candidate is not None and await is_wrong(candidate):
                query, has_shrunk = candidate, True
            else:
                index += 1
        elif has_shrunk:
            index, has_shrunk = 0, False
        else:
            break
    return query


class _Reduction(Visitor):
    """Applies one of all possible reductions of a document: the one at that index."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self._left = index
        self.has_changed = False

    def enter(self, node: Node, *_: Any) -> Any:
        for smaller in () if self.has_changed else _reductions(node):
            self._left -= 1
            if self._left < 0:
                self.has_changed = True
                return smaller
        return None


def _reductions(node: Node) -> Iterator[Any]:
    """Yield the possible replacements of the node, with the most drastic reduction first."""
    if isinstance(node, REMOVABLE):
        yield REMOVE
    if isinstance(node, SelectionSetNode) and len(node.selections) > 1:
        middle = len(node.selections) // 2
        yield replace(node, selections=node.selections[:middle])
        yield replace(node, selections=node.selections[middle:])
    if isinstance(node, FieldNode) and node.alias:
        yield replace(node, alias=None)
    if isinstance(node, ListValueNode):
        for index in range(len(node.values)):
            yield replace(node, values=(*node.values[:index], *node.values[index + 1 :]))


def _without_unused(document: DocumentNode, query: GeneratedQuery) -> GeneratedQuery | None:
    """The query without unused fragments and variables; None if it is not valid then."""
    before = None
    while before != (before := len(print_ast(document))):
        used = _UsedNames()
        visit(document, used)
        document = visit(document, _UnusedRemover(used.names))
    if used.has_empty_selection or get_operation_ast(document, query.name) is None:
        return None
    if validate(SCHEMA, document):
        return None
    variables = {name: value for name, value in query.variables.items() if f"${name}" in used.names}
    return GeneratedQuery(document, variables, query.name)


class _UsedNames(Visitor):
    """Collects the names of used fragments and, with a dollar sign, of used variables."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.has_empty_selection = False
        """The parser accepts an empty pair of braces, which no query may have."""

    def enter_selection_set(self, node: SelectionSetNode, *_: Any) -> None:
        self.has_empty_selection = self.has_empty_selection or not node.selections

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
        self.names.add(node.name.value)

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> Any:
        return SKIP

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.names.add(f"${node.name.value}")


class _UnusedRemover(Visitor):
    """Removes the definitions of unused fragments and variables."""

    def __init__(self, used: set[str]) -> None:
        super().__init__()
        self._used = used

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_: Any) -> Any:
        return None if node.name.value in self._used else REMOVE

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> Any:
        return None if f"${node.variable.name.value}" in self._used else REMOVE
