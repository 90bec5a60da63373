"""Documents: parsed, within the limits, and valid; remembered, for most are asked for again."""

from collections import OrderedDict
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)

from engine.document_limits import MAXIMUM_TOKENS, DocumentLimits
from engine.variables import Variables

REMEMBERED_CHARACTERS = 150_000
"""Of all remembered documents together: a shop's frontends have fewer. Parsed, a character takes
some ninety bytes: all stay within 15 MB."""


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Document:
    """Two that are the same object are the same."""

    node: DocumentNode
    errors: tuple[GraphQLError, ...]
    """Why it cannot be executed, if it cannot."""


@dataclass(slots=True)
class DocumentStatistics:
    """How well documents are remembered, since the process began."""

    hits: int = 0
    misses: int = 0
    evictions: int = 0
    """Of what was remembered and had to make room: many, beside the hits, say that there are more
    documents than are remembered."""
    documents: int = 0
    """Remembered now."""
    characters: int = 0
    trusted: int = 0
    """Documents that are never forgotten; the others count only what may be."""


class Documents:
    """Reads each document once, as long as there is room to remember it."""

    def __init__(self, schema: GraphQLSchema, *, has_introspection: bool) -> None:
        self._schema = schema
        self._has_introspection = has_introspection
        hidden = () if has_introspection else (NoSchemaIntrospectionCustomRule,)
        self._rules = (*specified_rules, *hidden)
        self._remembered: OrderedDict[str, Document] = OrderedDict()
        self._kept: dict[str, Document] = {}
        self.tally = DocumentStatistics()

    def read(self, query: str) -> Document:
        """Raises GraphQLError if it cannot be parsed."""
        document = self._kept.get(query) or self._remembered.get(query)
        if document is None:
            self.tally.misses += 1
            document = self._parse(query)
            if not document.errors:
                self._remember(query, document)
            return document
        self.tally.hits += 1
        if query in self._remembered:
            self._remembered.move_to_end(query)
        return document

    def variables(self, definition: OperationDefinitionNode) -> Variables:
        """Of one operation of a document."""
        hides = not self._has_introspection
        return Variables(self._schema, definition, hides_suggestions=hides)

    def keep(self, query: str) -> Document:
        """For good. Raises GraphQLError if it cannot be parsed."""
        self._kept[query] = self._parse(query)
        self.tally.trusted = len(self._kept)
        return self._kept[query]

    def _parse(self, query: str) -> Document:
        node = parse(query, max_tokens=MAXIMUM_TOKENS)
        return Document(node, tuple(self._validate(node)))

    def _validate(self, node: DocumentNode) -> list[GraphQLError]:
        # By itself: some of the others take as long as the square of what it limits.
        return validate(self._schema, node, [DocumentLimits]) or validate(
            self._schema, node, self._rules, hide_suggestions=not self._has_introspection
        )

    def _remember(self, query: str, document: Document) -> None:
        self._remembered[query] = document
        self.tally.characters += len(query)
        while self.tally.characters > REMEMBERED_CHARACTERS:
            forgotten, _ = self._remembered.popitem(last=False)
            self.tally.characters -= len(forgotten)
            self.tally.evictions += 1
        self.tally.documents = len(self._remembered)
