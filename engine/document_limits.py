"""Limits of a document's length, depth and size, which are measured before it is validated.

Each fragment is measured once, so that fragments which spread each other cost no more than their
length.
"""

from collections.abc import Sequence
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
)

from access.viewer import Viewer
from engine.parsing import fragments_of, parse_document
from errors import TopLevelCode

MAXIMUM_DEPTH = 15
"""Levels of a selection: a page with lists inside lists takes some ten."""
MAXIMUM_OPERATIONS = 50
"""Operations of a document: a tab of GraphiQL has a few. Validation looks at the fragments again
for each operation."""
MOST_FIELDS_COUNTED = 1_000_000
"""The count of fields ends here: fragments that double each other make it a number of any length.
"""


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """The largest document that a caller may send."""

    characters: int
    tokens: int
    fields: int
    """Fields of an operation or of a fragment, with every fragment spread out."""
    advice: str
    """The sentence that tells a caller how to get by with less."""


WITH_KEY = DocumentLimits(65_536, 4_000, 2_000, "Ask for less at once.")
"""A large screen's query has some hundreds of tokens and fields. Nobody else is answered while a
document is validated, which takes some 60 ms for one of this size."""
WITHOUT_KEY = DocumentLimits(16_384, 1_000, 300, "Ask for less at once, or send an API key.")
"""A page that shows one order needs less, and the query by which tools read the schema has 230
fields."""


def limits_of(viewer: Viewer) -> DocumentLimits:
    """Return the limits of the documents that the viewer may send."""
    return WITHOUT_KEY if viewer.is_public else WITH_KEY


@dataclass(frozen=True, slots=True)
class SelectionSize:
    """The size of a selection, with every fragment spread out."""

    depth: int = 0
    fields: int = 0


@dataclass(frozen=True, slots=True)
class MeasuredDocument:
    """A parsed document and its size."""

    node: DocumentNode
    characters: int
    operations: int
    sizes: Sequence[tuple[Node, SelectionSize]]
    """The size of each operation, and of each fragment: validation also visits fragments that no
    operation spreads."""

    def demand(self, limits: DocumentLimits) -> None:
        """Raise GraphQLError if the document exceeds the limits."""
        _demand_characters(self.characters, limits)
        tokens = self.node.token_count
        if tokens is not None and tokens > limits.tokens:
            raise _too_many_tokens(limits)
        if self.operations > MAXIMUM_OPERATIONS:
            raise _exceeded(f"{self.operations} operations large", MAXIMUM_OPERATIONS, limits)
        for node, size in self.sizes:
            if size.depth > MAXIMUM_DEPTH:
                raise _exceeded(f"{size.depth} levels deep", MAXIMUM_DEPTH, limits, node)
            if size.fields > limits.fields:
                raise _exceeded(f"{size.fields} fields large", limits.fields, limits, node)

    def excess(self, limits: DocumentLimits) -> GraphQLError | None:
        """Return the error if the document exceeds the limits, or None."""
        try:
            self.demand(limits)
        except GraphQLError as error:
            return error
        return None


def parse_within(query: str, limits: DocumentLimits) -> MeasuredDocument:
    """Parse a document. Raises GraphQLError if it cannot be parsed or exceeds the limits."""
    _demand_characters(len(query), limits)
    try:
        document = parse_document(query, limits.tokens)
    except GraphQLSyntaxError as error:
        if f"more than {limits.tokens} tokens" in error.message:
            raise _too_many_tokens(limits) from None
        raise
    measured = measure(document, len(query))
    measured.demand(limits)
    return measured


def measure(document: DocumentNode, characters: int) -> MeasuredDocument:
    """Measure a document whose text has so many characters. Raises GraphQLError if its fragments
    are nested too deep to be measured."""
    meter = _DocumentMeter(document)
    operations, sizes = 0, []
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
            operations += isinstance(definition, OperationDefinitionNode)
            try:
                sizes.append((definition, meter.measure(definition.selection_set)))
            except RecursionError:
                raise _nested_too_deep(definition) from None
    return MeasuredDocument(document, characters, operations, sizes)


def _demand_characters(characters: int, limits: DocumentLimits) -> None:
    if characters > limits.characters:
        raise _exceeded(f"{characters} characters long", limits.characters, limits)


def _exceeded(
    measured: str, allowed: int, limits: DocumentLimits, node: Node | None = None
) -> GraphQLError:
    message = f"It is {measured}; at most {allowed} are allowed. {limits.advice}"
    return GraphQLError(message, node, extensions={"code": TopLevelCode.LIMIT_EXCEEDED})


def _nested_too_deep(node: Node) -> GraphQLError:
    message = "Its fragments are nested too deep. Spread fewer of them within each other."
    return GraphQLError(message, node, extensions={"code": TopLevelCode.LIMIT_EXCEEDED})


def _too_many_tokens(limits: DocumentLimits) -> GraphQLError:
    message = f"It has more than {limits.tokens} tokens. {limits.advice}"
    return GraphQLError(message, extensions={"code": TopLevelCode.GRAPHQL_PARSE_FAILED})


class _DocumentMeter:
    """Measures the selections of one document."""

    def __init__(self, document: DocumentNode) -> None:
        self._fragments = fragments_of(document)
        self._measured: dict[str, SelectionSize] = {}

    def measure(self, selections: SelectionSetNode | None) -> SelectionSize:
        depth, fields = 0, 0
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                below = self.measure(node.selection_set)
                below = SelectionSize(below.depth + 1, below.fields + 1)
            elif isinstance(node, FragmentSpreadNode):
                below = self._measure_fragment(node.name.value)
            else:
                assert isinstance(node, InlineFragmentNode)
                below = self.measure(node.selection_set)
            depth, fields = max(depth, below.depth), fields + below.fields
        return SelectionSize(depth, min(fields, MOST_FIELDS_COUNTED))

    def _measure_fragment(self, name: str) -> SelectionSize:
        fragment = self._fragments.get(name)
        if fragment is None:
            return SelectionSize()
        if name not in self._measured:
            # A fragment that spreads itself counts as empty there; validation refuses it.
            self._measured[name] = SelectionSize()
            self._measured[name] = self.measure(fragment.selection_set)
        return self._measured[name]
