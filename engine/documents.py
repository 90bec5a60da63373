"""Documents: parsed, within the limits, and valid; remembered, for most are asked for again."""

from dataclasses import dataclass

from cachetools import LRUCache
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
    characters: int
    """The length of its text."""


@dataclass(frozen=True, slots=True)
class DocumentStatistics:
    """How well documents are remembered, since the process began."""

    hits: int
    misses: int
    evictions: int
    """Documents that were remembered and had to make room: many, beside the hits, say that there
    are more documents than are remembered."""
    documents: int
    """Documents that are remembered now, without the trusted ones."""
    characters: int
    """The length of those documents, together."""
    trusted: int
    """Documents that are never forgotten."""


class RecentDocuments(LRUCache[str, Document]):
    """Documents by their text; the least recently used ones make room, and are counted."""

    def __init__(self, characters: int) -> None:
        super().__init__(characters, getsizeof=lambda document: document.characters)
        self.evictions = 0

    def popitem(self) -> tuple[str, Document]:
        self.evictions += 1
        return super().popitem()


class Documents:
    """Reads each document once, as long as there is room to remember it."""

    def __init__(self, schema: GraphQLSchema, *, has_introspection: bool) -> None:
        self._schema = schema
        self._has_introspection = has_introspection
        hidden = () if has_introspection else (NoSchemaIntrospectionCustomRule,)
        self._rules = (*specified_rules, *hidden)
        self._remembered = RecentDocuments(REMEMBERED_CHARACTERS)
        self._kept: dict[str, Document] = {}
        self._hits = self._misses = 0

    @property
    def tally(self) -> DocumentStatistics:
        """The figures of this moment."""
        recent = self._remembered
        return DocumentStatistics(
            hits=self._hits,
            misses=self._misses,
            evictions=recent.evictions,
            documents=len(recent),
            characters=int(recent.currsize),
            trusted=len(self._kept),
        )

    def read(self, query: str) -> Document:
        """Raises GraphQLError if it cannot be parsed."""
        document = self._kept.get(query) or self._remembered.get(query)
        if document is not None:
            self._hits += 1
            return document
        self._misses += 1
        document = self._parse(query)
        if not document.errors and document.characters <= self._remembered.maxsize:
            self._remembered[query] = document
        return document

    def variables(self, definition: OperationDefinitionNode) -> Variables:
        """Of one operation of a document."""
        hides = not self._has_introspection
        return Variables(self._schema, definition, hides_suggestions=hides)

    def keep(self, query: str) -> Document:
        """For good. Raises GraphQLError if it cannot be parsed."""
        self._kept[query] = self._parse(query)
        return self._kept[query]

    def _parse(self, query: str) -> Document:
        node = parse(query, max_tokens=MAXIMUM_TOKENS)
        return Document(node, tuple(self._validate(node)), len(query))

    def _validate(self, node: DocumentNode) -> list[GraphQLError]:
        # By itself: some of the others take as long as the square of what it limits.
        return validate(self._schema, node, [DocumentLimits]) or validate(
            self._schema, node, self._rules, hide_suggestions=not self._has_introspection
        )
