"""Making a question smaller, as long as its answer is wrong: so that the reader sees why."""

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

from tests.plans.oracle import SCHEMA
from tests.plans.questions import Question

PATIENCE = 30.0
"""Seconds: long enough to come to a few lines, short of what a test may take."""
REMOVABLE = (
    FieldNode,
    InlineFragmentNode,
    FragmentSpreadNode,
    ArgumentNode,
    DirectiveNode,
    ObjectFieldNode,
    OperationDefinitionNode,
)


async def smallest(question: Question, is_wrong: Callable[[Question], Awaitable[bool]]) -> Question:
    """One of which nothing can be left out without its answer being right; or nearly that."""
    place, has_shrunk = 0, True
    until = monotonic() + PATIENCE
    while monotonic() < until:
        changer = _Changer(place)
        document = visit(question.document, changer)
        if changer.has_changed:
            tried = _tidied(document, question)
            if tried is not None and await is_wrong(tried):
                question, has_shrunk = tried, True
            else:
                place += 1
        elif has_shrunk:
            place, has_shrunk = 0, False
        else:
            break
    return question


class _Changer(Visitor):
    """Makes one thing smaller: of all that can be made so, the one at that place."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self._left = place
        self.has_changed = False

    def enter(self, node: Node, *_: Any) -> Any:
        for smaller in () if self.has_changed else _smaller(node):
            self._left -= 1
            if self._left < 0:
                self.has_changed = True
                return smaller
        return None


def _smaller(node: Node) -> Iterator[Any]:
    """The smallest first, but for what goes piece by piece."""
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


def _tidied(document: DocumentNode, question: Question) -> Question | None:
    """Without what nobody uses any more; None if it is no valid question then."""
    before = None
    while before != (before := len(print_ast(document))):
        used = _Used()
        visit(document, used)
        document = visit(document, _Unused(used.names))
    if used.has_nothing or get_operation_ast(document, question.name) is None:
        return None
    if validate(SCHEMA, document):
        return None
    given = {name: one for name, one in question.variables.items() if f"${name}" in used.names}
    return Question(document, given, question.name)


class _Used(Visitor):
    """Names of the fragments and, with their sign, of the variables that are used."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.has_nothing = False
        """A pair of braces has: the parser lets it pass."""

    def enter_selection_set(self, node: SelectionSetNode, *_: Any) -> None:
        self.has_nothing = self.has_nothing or not node.selections

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
        self.names.add(node.name.value)

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> Any:
        return SKIP

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.names.add(f"${node.name.value}")


class _Unused(Visitor):
    """Takes out the definitions that nobody uses."""

    def __init__(self, used: set[str]) -> None:
        super().__init__()
        self._used = used

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_: Any) -> Any:
        return None if node.name.value in self._used else REMOVE

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> Any:
        return None if f"${node.variable.name.value}" in self._used else REMOVE
