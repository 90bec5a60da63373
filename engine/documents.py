"""Documents: parses, limits and validates each once, and caches the valid ones."""

from dataclasses import dataclass

from cachetools import LRUCache
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    specified_rules,
    validate,
)

from engine.document_limits import DocumentLimits
from engine.parsing import parse_document
from engine.variables import Variables

CACHED_CHARACTERS = 150_000
"""Characters of all cached documents together: a shop's frontends have fewer. A parsed document
takes some 90 bytes per character, so all of them take at most 15 MB."""


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Document:
    """A parsed document. Documents are compared by identity."""

    node: DocumentNode
    errors: tuple[GraphQLError, ...]
    """The errors of its validation; empty if it can be executed."""
    characters: int
    """The length of its text."""


@dataclass(frozen=True, slots=True)
class DocumentStatistics:
    """The document cache's figures since the process began."""

    hits: int
    misses: int
    evictions: int
    """Documents that were evicted to make room. If these are many compared to the hits, clients use
    more documents than the cache holds."""
    documents: int
    """Documents in the cache now, without the trusted ones."""
    characters: int
    """The length of those documents' texts together."""
    trusted: int
    """Trusted documents, which are never evicted."""


class RecentDocuments(LRUCache[str, Document]):
    """A least-recently-used cache of documents by their text, which counts its evictions."""

    def __init__(self, characters: int) -> None:
        super().__init__(characters, getsizeof=lambda document: document.characters)
        self.evictions = 0

    def popitem(self) -> tuple[str, Document]:
        self.evictions += 1
        return super().popitem()


class Documents:
    """Parses documents and caches them by their text."""

    def __init__(self, schema: GraphQLSchema, *, has_introspection: bool) -> None:
        self._schema = schema
        self._has_introspection = has_introspection
        hidden = () if has_introspection else (NoSchemaIntrospectionCustomRule,)
        self._rules = (*specified_rules, *hidden)
        self._recent = RecentDocuments(CACHED_CHARACTERS)
        self._pinned: dict[str, Document] = {}
        self._hits = self._misses = 0

    @property
    def statistics(self) -> DocumentStatistics:
        """The current figures."""
        recent = self._recent
        return DocumentStatistics(
            hits=self._hits,
            misses=self._misses,
            evictions=recent.evictions,
            documents=len(recent),
            characters=int(recent.currsize),
            trusted=len(self._pinned),
        )

    def find(self, query: str) -> Document | None:
        """Return the query's document if it is cached."""
        try:
            # A cache's get() takes twice as long as this, and this is done for every request.
            document = self._pinned.get(query) or self._recent[query]
        except KeyError:
            return None
        self._hits += 1
        return document

    def read(self, query: str) -> Document:
        """Return the query's document. Raises GraphQLError if it cannot be parsed."""
        found = self.find(query)
        if found is not None:
            return found
        self._misses += 1
        document = self._parse(query)
        if not document.errors and document.characters <= self._recent.maxsize:
            self._recent[query] = document
        return document

    def variables(self, definition: OperationDefinitionNode) -> Variables:
        """Return the coercion of an operation's variables."""
        hides = not self._has_introspection
        return Variables(self._schema, definition, hides_suggestions=hides)

    def pin(self, query: str) -> Document:
        """Parse a document and keep it for good. Raises GraphQLError if it cannot be parsed."""
        self._pinned[query] = self._parse(query)
        return self._pinned[query]

    def _parse(self, query: str) -> Document:
        node = parse_document(query)
        return Document(node, tuple(self._validate(node)), len(query))

    def _validate(self, node: DocumentNode) -> list[GraphQLError]:
        # The limits come first: other rules take time that is quadratic in what they limit.
        return validate(self._schema, node, [DocumentLimits]) or validate(
            self._schema, node, self._rules, hide_suggestions=not self._has_introspection
        )
