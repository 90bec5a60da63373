"""Prepared operations: parsed, within the limits, valid, and with their cached plans."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    get_operation_ast,
)

from access.scopes import Scope
from access.viewer import Rights
from engine.document_cache import Document, DocumentPlans
from engine.document_limits import WITH_KEY, DocumentLimits
from engine.documents import Documents
from engine.planning.field_collection import directive_variables
from engine.variables import Variables, variable_names
from errors import TopLevelCode

NOTHING: Mapping[str | None, Any] = {}


class InvalidOperation(Exception):
    """The operation cannot be executed; `errors` say why."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True, eq=False, slots=True)
class Operation:
    """One operation of a valid document. Operations are compared by identity."""

    document: DocumentNode
    definition: OperationDefinitionNode
    name: str | None
    plans: DocumentPlans = field(repr=False)
    """The plans of the document's operations, by the operation's name, the viewer's rights and the
    directives' values."""
    variables: Variables
    after_variable: str | None
    """The variable that is a subscription's argument `after` and is not used elsewhere."""
    directive_variables: tuple[str, ...] = ()
    """The names of the variables that `@skip` and `@include` use."""
    refusals: dict[tuple[frozenset[Scope], Rights], Any] | None = field(default=None, repr=False)
    """Why viewers with these scopes may use none of its root fields (None for those who may use
    one). It is None if there are no variables to be spared, or if they decide on the fields."""

    costs: dict[Hashable, Any] = field(default_factory=dict, repr=False)
    """How its cost follows from its variables, by the values of directives."""

    @property
    def text(self) -> str:
        """The text of its document, the same object for all operations of the document."""
        assert self.document.loc is not None, "the parser was not told to leave locations out"
        return self.document.loc.source.body

    def known_variables(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Return the variables that the operation declares, and drop all others."""
        definitions = self.definition.variable_definitions or ()
        names = {definition.variable.name.value for definition in definitions}
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
    """Prepares operations, and caches each as long as it or its document is in use."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._prepared: WeakKeyDictionary[Document, dict[str | None, Operation]] = (
            WeakKeyDictionary()
        )

    def find(
        self, query: str, name: str | None, limits: DocumentLimits = WITH_KEY
    ) -> Operation | None:
        """Return the operation of that name, or the only one, if it was prepared before.

        Raises InvalidOperation if its document exceeds the limits.
        """
        try:
            document = self._documents.find(query, limits)
        except GraphQLError as error:
            raise InvalidOperation([error]) from error
        return None if document is None else self._prepared.get(document, NOTHING).get(name)

    def prepare(self, query: str, name: str | None, limits: DocumentLimits = WITH_KEY) -> Operation:
        """Return the operation of that name, or the only one. Raises InvalidOperation."""
        document = self._read(query, limits)
        prepared = self._prepared.setdefault(document, {})
        if name not in prepared:
            operation = self._prepare(document, name)
            # The only operation of a document is found with its name and without it.
            prepared[name] = prepared.setdefault(operation.name, operation)
        return prepared[name]

    def _prepare(self, document: Document, name: str | None) -> Operation:
        definition = get_operation_ast(document.node, name)
        if definition is None:
            raise InvalidOperation([_no_operation(name)])
        if document.errors:
            raise InvalidOperation([*document.errors])
        directives = directive_variables(document.node, definition)
        return Operation(
            document.node,
            definition,
            definition.name.value if definition.name else None,
            document.plans,
            self._documents.variables(definition),
            _after_variable(document.node, definition),
            directives,
            refusals={} if definition.variable_definitions and not directives else None,
        )

    def _read(self, query: str, limits: DocumentLimits) -> Document:
        if not query:
            raise InvalidOperation(
                [GraphQLError("There is no query.", extensions={"code": TopLevelCode.INVALID})]
            )
        try:
            return self._documents.read(query, limits)
        except GraphQLError as error:
            raise InvalidOperation([error]) from None


def _no_operation(name: str | None) -> GraphQLError:
    message = (
        "Give an operationName: the document has none, or several, operations."
        if name is None
        else f"The document has no operation named {name}."
    )
    return GraphQLError(message, extensions={"code": TopLevelCode.INVALID})


def _after_variable(document: DocumentNode, operation: OperationDefinitionNode) -> str | None:
    """Return the variable that is the root field's `after` and is used nowhere else, if any.

    A root field inside a fragment is not searched: its variable is then an ordinary one.
    """
    after = {
        argument.value.name.value
        for field in operation.selection_set.selections
        if isinstance(field, FieldNode)
        for argument in field.arguments or ()
        if argument.name.value == "after" and isinstance(argument.value, VariableNode)
    }
    names = variable_names(document)
    # It occurs twice: where it is defined and where it is used.
    return next((name for name in after if names.count(name) == 2), None)
