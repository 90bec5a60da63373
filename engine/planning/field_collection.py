"""What a selection asks of a type, with fragments spread and directives obeyed."""

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

Collected = dict[str, list[FieldNode]]
"""Fields by their names in the answer; those of one name are merged."""
Choices = Mapping[str, bool]
"""Values of the variables by which directives choose."""


class FieldCollector:
    """Of one document, for one set of choices."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, choices: Choices) -> None:
        self._schema, self._choices = schema, choices
        self._fragments = {
            one.name.value: one
            for one in document.definitions
            if isinstance(one, FragmentDefinitionNode)
        }

    def fields(self, type_: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> Collected:
        collected: Collected = {}
        spread: set[str] = set()
        for one in sets:
            for node in self._nodes(type_, one.selections, spread):
                collected.setdefault((node.alias or node.name).value, []).append(node)
        return collected

    def _nodes(
        self, type_: GraphQLObjectType, selections: Sequence[SelectionNode], spread: set[str]
    ) -> Iterator[FieldNode]:
        for node in selections:
            if not self._is_included(node):
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

    def _is_included(self, node: SelectionNode) -> bool:
        return all(
            self._said(directive) is (directive.name.value == "include")
            for directive in node.directives or ()
            if directive.name.value in ("skip", "include")
        )

    def _said(self, directive: DirectiveNode) -> bool:
        (argument,) = directive.arguments or ()
        if isinstance(argument.value, VariableNode):
            return self._choices[argument.value.name.value]
        assert isinstance(argument.value, BooleanValueNode)
        return argument.value.value


class _Choosing(Visitor):
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
    """The variables of one of its operations by which directives choose."""
    choosing = _Choosing()
    visit(document, choosing)
    own = {one.variable.name.value for one in operation.variable_definitions or ()}
    return tuple(sorted(choosing.names & own))
