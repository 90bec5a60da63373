"""Limits of a document's length, depth and size, which are measured before it is validated.

Each fragment is measured once, so that fragments which spread each other cost no more than their
length.
"""

from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSyntaxError,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)

from access.viewer import ANONYMOUS, Viewer

MAXIMUM_DEPTH = 15
"""Levels of a selection: a page with lists inside lists takes some ten."""
MAXIMUM_OPERATIONS = 50
"""Operations of a document: a tab of GraphiQL has a few. Validation looks at the fragments again
for each operation."""
MOST_FIELDS_COUNTED = 1_000_000
"""The count of fields ends here: fragments that double each other make it a number of any length.
"""
LIMIT_EXCEEDED, PARSE_FAILED = "LIMIT_EXCEEDED", "GRAPHQL_PARSE_FAILED"


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """The largest document that a caller may send."""

    characters: int
    tokens: int
    fields: int
    """Fields of an operation or of a fragment, with every fragment spread out."""
    advice: str
    """What a caller can do about a larger one."""


WITH_KEY = DocumentLimits(65_536, 4_000, 2_000, "Ask for less at once.")
"""A large screen's query has some hundreds of tokens and fields. Nobody else is answered while a
document is validated, which takes some 60 ms for one of this size."""
WITHOUT_KEY = DocumentLimits(16_384, 1_000, 300, "Ask for less at once, or send an API key.")
"""A page that shows one order needs less, and the query by which tools read the schema has 230
fields."""


def limits_of(viewer: Viewer) -> DocumentLimits:
    """Return the limits of the documents that the viewer may send."""
    return WITHOUT_KEY if viewer is ANONYMOUS else WITH_KEY


def parse_within(query: str, limits: DocumentLimits) -> DocumentNode:
    """Parse a document. Raises GraphQLError if it cannot be parsed or exceeds the limits."""
    _check_characters(query, limits)
    try:
        document = parse(query, max_tokens=limits.tokens)
    except GraphQLSyntaxError as error:
        if f"more than {limits.tokens} tokens" in error.message:
            raise _too_many_tokens(limits) from None
        raise
    _check_selections(document, limits)
    return document


def find_excess(query: str, document: DocumentNode, limits: DocumentLimits) -> GraphQLError | None:
    """Return the error if a document that is parsed already exceeds these limits, or None."""
    try:
        _check_characters(query, limits)
        if document.token_count is not None and document.token_count > limits.tokens:
            raise _too_many_tokens(limits)
        _check_selections(document, limits)
    except GraphQLError as error:
        return error
    return None


def _check_characters(query: str, limits: DocumentLimits) -> None:
    if len(query) > limits.characters:
        raise _exceeded(f"{len(query)} characters long", limits.characters, limits)


def _check_selections(document: DocumentNode, limits: DocumentLimits) -> None:
    """Check every operation, and every fragment: validation also visits those that none spreads."""
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    if len(operations) > MAXIMUM_OPERATIONS:
        raise _exceeded(f"{len(operations)} operations large", MAXIMUM_OPERATIONS, limits)
    meter = _DocumentMeter(document)
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
            try:
                size = meter.measure(definition.selection_set)
            except RecursionError:
                raise _nested_too_deep(definition) from None
            if size.depth > MAXIMUM_DEPTH:
                raise _exceeded(f"{size.depth} levels deep", MAXIMUM_DEPTH, limits, definition)
            if size.fields > limits.fields:
                raise _exceeded(f"{size.fields} fields large", limits.fields, limits, definition)


def _exceeded(
    measured: str, allowed: int, limits: DocumentLimits, node: Node | None = None
) -> GraphQLError:
    message = f"It is {measured}; at most {allowed} are allowed. {limits.advice}"
    return GraphQLError(message, node, extensions={"code": LIMIT_EXCEEDED})


def _nested_too_deep(node: Node) -> GraphQLError:
    message = "Its fragments are nested too deep. Spread fewer of them within each other."
    return GraphQLError(message, node, extensions={"code": LIMIT_EXCEEDED})


def _too_many_tokens(limits: DocumentLimits) -> GraphQLError:
    message = f"It has more than {limits.tokens} tokens. {limits.advice}"
    return GraphQLError(message, extensions={"code": PARSE_FAILED})


@dataclass(frozen=True, slots=True)
class _SelectionSize:
    """The size of a selection, with every fragment spread out."""

    depth: int = 0
    fields: int = 0


class _DocumentMeter:
    """Measures the selections of one document."""

    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            one.name.value: one
            for one in document.definitions
            if isinstance(one, FragmentDefinitionNode)
        }
        self._measured: dict[str, _SelectionSize] = {}

    def measure(self, selections: SelectionSetNode | None) -> _SelectionSize:
        depth, fields = 0, 0
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                below = self.measure(node.selection_set)
                below = _SelectionSize(below.depth + 1, below.fields + 1)
            elif isinstance(node, FragmentSpreadNode):
                below = self._measure_fragment(node.name.value)
            else:
                assert isinstance(node, InlineFragmentNode)
                below = self.measure(node.selection_set)
            depth, fields = max(depth, below.depth), fields + below.fields
        return _SelectionSize(depth, min(fields, MOST_FIELDS_COUNTED))

    def _measure_fragment(self, name: str) -> _SelectionSize:
        fragment = self._fragments.get(name)
        if fragment is None:
            return _SelectionSize()
        if name not in self._measured:
            # A fragment that spreads itself counts as empty there; validation refuses it.
            self._measured[name] = _SelectionSize()
            self._measured[name] = self.measure(fragment.selection_set)
        return self._measured[name]
