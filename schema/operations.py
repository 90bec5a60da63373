"""Operations, prepared: parsed, checked against the limits, and valid."""

from collections import OrderedDict
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    Visitor,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
    visit,
)

from schema.limits import MAXIMUM_TOKENS, DocumentLimits

REMEMBERED_OPERATIONS = 500
"""More than a shop's frontends have."""
REMEMBERED_LENGTH = 20_000
"""Characters of a document that is remembered: all of them together stay within 10 MB."""


class Refused(Exception):
    """An operation that cannot be: the errors say why."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True, eq=False, slots=True)
class Operation:
    """One operation of a valid document; two that are the same object are the same."""

    document: DocumentNode
    definition: OperationDefinitionNode
    after_variable: str | None
    """The variable that gives a subscription's `after`, and nothing else."""

    @property
    def name(self) -> str | None:
        return self.definition.name.value if self.definition.name else None

    @property
    def is_subscription(self) -> bool:
        return self.definition.operation is OperationType.SUBSCRIPTION

    @property
    def is_mutation(self) -> bool:
        return self.definition.operation is OperationType.MUTATION


class Operations:
    """Prepares operations, and remembers those that were asked for last."""

    def __init__(self, schema: GraphQLSchema, *, has_introspection: bool) -> None:
        self._schema = schema
        self._has_no_suggestions = not has_introspection
        self._rules = (*specified_rules, DocumentLimits)
        if not has_introspection:
            self._rules += (NoSchemaIntrospectionCustomRule,)
        self._remembered: OrderedDict[tuple[str, str | None], Operation] = OrderedDict()

    def prepare(self, query: str, name: str | None) -> Operation:
        """The operation of that name, or the only one. Raises Refused."""
        key = (query, name)
        operation = self._remembered.get(key) or self._prepare(query, name)
        if len(query) <= REMEMBERED_LENGTH:
            self._remembered[key] = operation
            self._remembered.move_to_end(key)
            if len(self._remembered) > REMEMBERED_OPERATIONS:
                self._remembered.popitem(last=False)
        return operation

    def _prepare(self, query: str, name: str | None) -> Operation:
        document = _parse(query)
        definition = get_operation_ast(document, name)
        if definition is None:
            raise Refused([_no_operation(document, name)])
        errors = validate(
            self._schema, document, self._rules, hide_suggestions=self._has_no_suggestions
        )
        if errors:
            raise Refused(errors)
        return Operation(document, definition, _after_variable(document, definition))


def _parse(query: str) -> DocumentNode:
    if not query:
        raise Refused([GraphQLError("There is no query.", extensions={"code": "INVALID"})])
    try:
        return parse(query, max_tokens=MAXIMUM_TOKENS)
    except GraphQLError as error:
        raise Refused([error]) from None


def _no_operation(document: DocumentNode, name: str | None) -> GraphQLError:
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
