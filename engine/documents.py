"""Documents: parses, limits and validates each once, and caches the valid ones."""

from dataclasses import dataclass

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OverlappingFieldsCanBeMergedRule,
    specified_rules,
    validate,
)

from engine import document_cache
from engine.document_cache import Document, RecentDocuments
from engine.document_limits import WITH_KEY, WITHOUT_KEY, DocumentLimits, parse_within
from engine.error_formatting import MAXIMUM_ERRORS
from engine.field_merging import BoundedFieldMerging
from engine.variables import Variables

RULES = (
    *(rule for rule in specified_rules if rule is not OverlappingFieldsCanBeMergedRule),
    BoundedFieldMerging,
)


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


class Documents:
    """Parses documents and caches them by their text."""

    def __init__(self, schema: GraphQLSchema, *, has_introspection: bool) -> None:
        self._schema = schema
        self._has_introspection = has_introspection
        hidden = () if has_introspection else (NoSchemaIntrospectionCustomRule,)
        self._rules = (*RULES, *hidden)
        self._recent = RecentDocuments(document_cache.CACHED_BYTES)
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
            characters=sum(document.characters for document in recent.values()),
            trusted=len(self._pinned),
        )

    def find(self, query: str, limits: DocumentLimits = WITH_KEY) -> Document | None:
        """Return the query's document if it is cached. Raises GraphQLError if it exceeds the
        limits: trusted documents may be larger than those of callers without a key."""
        try:
            # A cache's get() takes twice as long as this, and this is done for every request.
            document = self._pinned.get(query) or self._recent[query]
        except KeyError:
            return None
        self._hits += 1
        if document.oversize is not None and limits is WITHOUT_KEY:
            document.oversize.demand(limits)
        return document

    def read(self, query: str, limits: DocumentLimits = WITH_KEY) -> Document:
        """Return the query's document. Raises GraphQLError if it cannot be parsed, or exceeds the
        limits."""
        found = self.find(query, limits)
        if found is not None:
            return found
        self._misses += 1
        document = self._parse(query, limits)
        if not document.errors:
            self._recent.add(query, document)
        return document

    def variables(self, definition: OperationDefinitionNode) -> Variables:
        """Return the coercion of an operation's variables."""
        hides = not self._has_introspection
        return Variables(self._schema, definition, hides_suggestions=hides)

    def pin(self, query: str) -> Document:
        """Parse a document and keep it for good. Raises GraphQLError if it cannot be parsed."""
        node = parse_within(query, WITH_KEY).node
        self._pinned[query] = Document(node, self._validate(node), len(query))
        return self._pinned[query]

    def _parse(self, query: str, limits: DocumentLimits) -> Document:
        # What is too large is not validated: that takes longer than to measure it.
        measured = parse_within(query, limits)
        errors = self._validate(measured.node)
        is_small = measured.excess(WITHOUT_KEY) is None
        oversize = None if is_small else measured
        return Document(measured.node, errors, len(query), measured.operations, oversize)

    def _validate(self, node: DocumentNode) -> tuple[GraphQLError, ...]:
        hides = not self._has_introspection
        return tuple(
            validate(self._schema, node, self._rules, MAXIMUM_ERRORS, hide_suggestions=hides)
        )
