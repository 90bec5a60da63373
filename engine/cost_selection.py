"""The fields of an operation as its cost counts them: merged, and apart by the type that has them.

Unlike what plans are made of, a field of an interface is listed once, and not for each type that it
may be read from. So this takes no longer than the operation is large.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
)

from engine.operations import Operation
from engine.parsing import fragments_of
from engine.planning.field_collection import is_included

Nodes = Sequence[FieldNode]


class CostSelection:
    """Lists the selected fields of one operation, for one set of directive values."""

    def __init__(
        self, schema: GraphQLSchema, operation: Operation, directive_values: Mapping[str, Any]
    ) -> None:
        self._schema, self._directive_values = schema, directive_values
        self._fragments = fragments_of(operation.document)

    def root_type(self, operation: Operation) -> Any:
        return self._schema.get_root_type(operation.definition.operation)

    def fields(self, type_: Any, sets: Sequence[SelectionSetNode]) -> Iterator[tuple[Any, Nodes]]:
        """Yield each field that is selected of a type, with the type that has it: this type, or an
        object type that the selection names because not all objects have the field."""
        merged: dict[tuple[str, str], list[FieldNode]] = {}
        spread: set[str] = set()
        for selection_set in sets:
            for owner, node in self._nodes(type_, selection_set.selections, spread):
                key = (owner.name, (node.alias or node.name).value)
                merged.setdefault(key, []).append(node)
        for (name, _), nodes in merged.items():
            yield (type_ if name == type_.name else self._schema.type_map[name]), nodes

    def _nodes(
        self, type_: Any, selections: Sequence[SelectionNode], spread: set[str]
    ) -> Iterator[tuple[Any, FieldNode]]:
        for node in selections:
            if not is_included(node, self._directive_values):
                continue
            if isinstance(node, FieldNode):
                yield type_, node
                continue
            fragment = self._fragment(node, spread)
            if fragment is not None:
                owner = self._owner(type_, fragment)
                yield from self._nodes(owner, fragment.selection_set.selections, spread)

    def _fragment(
        self, node: SelectionNode, spread: set[str]
    ) -> InlineFragmentNode | FragmentDefinitionNode | None:
        """Return the fragment, None if this selection has spread it already."""
        if isinstance(node, InlineFragmentNode):
            return node
        assert isinstance(node, FragmentSpreadNode)
        if node.name.value in spread:
            return None
        spread.add(node.name.value)
        return self._fragments[node.name.value]

    def _owner(self, type_: Any, fragment: InlineFragmentNode | FragmentDefinitionNode) -> Any:
        """Return the type whose fields a fragment selects: the narrower one."""
        if fragment.type_condition is None:
            return type_
        condition = self._schema.type_map[fragment.type_condition.name.value]
        is_wider = isinstance(type_, GraphQLObjectType)
        return type_ if is_wider else condition
