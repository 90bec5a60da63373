"""The log's head, read before all else in a request that asks for it."""

from contextvars import ContextVar

from graphql import DocumentNode, FieldNode, FragmentDefinitionNode, OperationDefinitionNode
from graphql.language import SelectionSetNode

from resolvers.changes import log_head

_head: ContextVar[int] = ContextVar("head")


def head_of_this_operation() -> int:
    """What was read first for the operation that is running."""
    return _head.get()


async def read_head_first(document: DocumentNode) -> None:
    """Root fields of a query run side by side; `position` must be older than all of them."""
    if asks_for_position(document):
        _head.set(await log_head())


def asks_for_position(document: DocumentNode) -> bool:
    """Whether a root field, of any operation or fragment on Query, is `position`."""
    roots = [
        definition.selection_set
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode)
        or (
            isinstance(definition, FragmentDefinitionNode)
            and definition.type_condition.name.value == "Query"
        )
    ]
    return any(_selects_position(root) for root in roots)


def _selects_position(selections: SelectionSetNode) -> bool:
    return any(
        node.name.value == "position"
        if isinstance(node, FieldNode)
        else _selects_position(inner)
        if (inner := getattr(node, "selection_set", None)) is not None
        else False
        for node in selections.selections
    )
