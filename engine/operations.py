"""Operations, prepared: parsed, checked against the limits, and valid."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from cachetools import LRUCache
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    Visitor,
    get_operation_ast,
    visit,
)

from engine.documents import Document, Documents
from engine.planning.field_collection import directive_variables
from engine.variables import Variables

REMEMBERED_PLANS = 8
"""Of one operation: those of a few kinds of viewers, each with what a screen shows and hides."""


class InvalidOperation(Exception):
    """An operation that cannot be: the errors say why."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True, eq=False, slots=True)
class Operation:
    """One operation of a valid document; two that are the same object are the same."""

    document: DocumentNode
    definition: OperationDefinitionNode
    variables: Variables
    after_variable: str | None
    """The variable that gives a subscription's `after`, and nothing else."""
    choosing: tuple[str, ...] = ()
    """The variables by which `@skip` and `@include` choose."""
    plans: LRUCache[Hashable, Any] = field(
        default_factory=lambda: LRUCache(REMEMBERED_PLANS), repr=False
    )
    """How it is read, by rights and choices."""

    @property
    def name(self) -> str | None:
        return self.definition.name.value if self.definition.name else None

    def declared(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Those that it knows; whatever else was sent is not kept."""
        names = {one.variable.name.value for one in self.definition.variable_definitions or ()}
        return {name: value for name, value in variables.items() if name in names}

    @property
    def is_query(self) -> bool:
        return self.definition.operation is OperationType.QUERY

    @property
    def is_subscription(self) -> bool:
        return self.definition.operation is OperationType.SUBSCRIPTION

    @property
    def is_mutation(self) -> bool:
        return self.definition.operation is OperationType.MUTATION


class Operations:
    """Prepares operations, and remembers each as long as anybody uses it or its document."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._prepared: WeakKeyDictionary[Document, dict[str | None, Operation]] = (
            WeakKeyDictionary()
        )

    def prepare(self, query: str, name: str | None) -> Operation:
        """The operation of that name, or the only one. Raises InvalidOperation."""
        document = self._read(query)
        prepared = self._prepared.setdefault(document, {})
        if name not in prepared:
            prepared[name] = self._prepared_one(document, name)
        return prepared[name]

    def _prepared_one(self, document: Document, name: str | None) -> Operation:
        definition = get_operation_ast(document.node, name)
        if definition is None:
            raise InvalidOperation([_no_operation(name)])
        if document.errors:
            raise InvalidOperation([*document.errors])
        return Operation(
            document.node,
            definition,
            self._documents.variables(definition),
            _after_variable(document.node, definition),
            directive_variables(document.node, definition),
        )

    def _read(self, query: str) -> Document:
        if not query:
            raise InvalidOperation(
                [GraphQLError("There is no query.", extensions={"code": "INVALID"})]
            )
        try:
            return self._documents.read(query)
        except GraphQLError as error:
            raise InvalidOperation([error]) from None


def _no_operation(name: str | None) -> GraphQLError:
    message = (
        "Give an operationName: the document has none, or several, operations."
        if name is None
        else f"The document has no operation named {name}."
    )
    return GraphQLError(message, extensions={"code": "INVALID"})


def _after_variable(document: DocumentNode, operation: OperationDefinitionNode) -> str | None:
    """Of a subscription, whose one root field the document may also hide in a fragment."""
    given = {
        argument.value.name.value
        for field in operation.selection_set.selections
        if isinstance(field, FieldNode)
        for argument in field.arguments or ()
        if argument.name.value == "after" and isinstance(argument.value, VariableNode)
    }
    uses = _VariableUses()
    visit(document, uses)
    # It is written twice: where it is defined, and where it is used.
    return next((name for name in given if uses.names.count(name) == 2), None)


class _VariableUses(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        self.names.append(node.name.value)
