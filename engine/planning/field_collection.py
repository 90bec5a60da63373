"""Field collection: the selected fields of a type, with fragments and directives resolved."""

from collections.abc import Iterator, Mapping, Sequence

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    is_abstract_type,
    visit,
)

from engine.parsing import fragments_of

Collected = dict[str, list[FieldNode]]
"""Field nodes by response key; nodes with the same key are merged."""
DirectiveValues = Mapping[str, bool]
"""The values of the variables that @skip and @include use."""


class FieldCollector:
    """Collects the fields of one document for one set of directive values."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, values: DirectiveValues
    ) -> None:
        self._schema, self._directive_values = schema, values
        self._fragments = fragments_of(document)

    def collect(self, type_: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> Collected:
        """Return the fields that the selection sets together select of an object type."""
        collected: Collected = {}
        spread: set[str] = set()
        for selection_set in sets:
            for node in self._nodes(type_, selection_set.selections, spread):
                collected.setdefault((node.alias or node.name).value, []).append(node)
        return collected

    def _nodes(
        self, type_: GraphQLObjectType, selections: Sequence[SelectionNode], spread: set[str]
    ) -> Iterator[FieldNode]:
        for node in selections:
            if not is_included(node, self._directive_values):
                continue
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                if self._applies(node, type_):
                    yield from self._nodes(type_, node.selection_set.selections, spread)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                fragment = self._fragments[node.name.value]
                if self._applies(fragment, type_):
                    yield from self._nodes(type_, fragment.selection_set.selections, spread)

    def _applies(
        self, node: InlineFragmentNode | FragmentDefinitionNode, type_: GraphQLObjectType
    ) -> bool:
        if node.type_condition is None:
            return True
        condition = self._schema.type_map[node.type_condition.name.value]
        if is_abstract_type(condition):
            return self._schema.is_sub_type(condition, type_)
        return condition is type_


def is_included(node: SelectionNode, values: Mapping[str, bool | None]) -> bool:
    """Return whether a field or fragment is selected, for the values of variables in directives.

    A directive without a value, None, leaves nothing out.
    """
    return not any(
        _condition(directive, values) is (directive.name.value == "skip")
        for directive in node.directives or ()
        if directive.name.value in ("skip", "include")
    )


def _condition(directive: DirectiveNode, values: Mapping[str, bool | None]) -> bool | None:
    (argument,) = directive.arguments or ()
    if isinstance(argument.value, VariableNode):
        return values[argument.value.name.value]
    return argument.value.value if isinstance(argument.value, BooleanValueNode) else None


class _DirectiveVariables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.names.add(argument.value.name.value)


def directive_variables(
    document: DocumentNode, operation: OperationDefinitionNode
) -> tuple[str, ...]:
    """Return the names of the operation's variables that directives use, sorted."""
    visitor = _DirectiveVariables()
    visit(document, visitor)
    own = {definition.variable.name.value for definition in operation.variable_definitions or ()}
    return tuple(sorted(visitor.names & own))
