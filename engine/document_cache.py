"""The document cache: the documents used last, with their plans, within a bound of memory."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from cachetools import LRUCache
from graphql import DocumentNode, GraphQLError

from engine.document_limits import MeasuredDocument

CACHED_BYTES = 35_000_000
"""Estimated bytes of all cached documents together with their plans: more than the frontends of a
shop need. Documents up to this bound were measured to take 14 to 26 MB before their first requests,
and one statement for each plan adds at most 20 MB: together they stay within 50 MiB."""
DOCUMENT_PLAN_BYTES = CACHED_BYTES // 3
"""Estimated bytes of one document's plans: the largest plan fits, and no document takes the place
of all others."""
OPERATION_BYTES = 4_000
CHARACTER_BYTES = 100
PLAN_BYTES = 4_000
FIELD_BYTES = 600
"""Estimates of a prepared operation without its text, of a character of a document's text, and of a
root field's plan and of each of its fields, with one SQL statement."""


class DocumentPlans(OrderedDict[Hashable, Any]):
    """The plans of all operations of one document; the ones used last are kept.

    Reading a plan does not count as its use: that is told with `move_to_end`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.bytes = 0
        self.when_added: Callable[[], None] | None = None
        """Called after each added plan."""
        self._sizes: dict[Hashable, int] = {}

    def add(self, key: Hashable, plan: Any, *, roots: int, fields: int) -> None:
        """Keep a plan of so many root fields and fields, and forget those used longest ago."""
        size = roots * PLAN_BYTES + fields * FIELD_BYTES
        while self and self.bytes + size > DOCUMENT_PLAN_BYTES:
            oldest, _ = self.popitem(last=False)
            self.bytes -= self._sizes.pop(oldest)
        self[key], self._sizes[key] = plan, size
        self.bytes += size
        if self.when_added is not None:
            self.when_added()


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Document:
    """A parsed document. Documents are compared by identity."""

    node: DocumentNode
    errors: tuple[GraphQLError, ...]
    """The errors of its validation; empty if it can be executed."""
    characters: int
    """The length of its text."""
    operations: int = 1
    """The number of its operations."""
    oversize: MeasuredDocument | None = None
    """Its measured size, if callers without a key may not send it."""
    plans: DocumentPlans = field(default_factory=DocumentPlans, repr=False)

    @property
    def bytes(self) -> int:
        """The estimated memory that it takes, with its plans."""
        own = self.operations * OPERATION_BYTES + self.characters * CHARACTER_BYTES
        return own + self.plans.bytes


class RecentDocuments(LRUCache[str, Document]):
    """A least-recently-used cache of documents by their text, which counts its evictions."""

    def __init__(self, maximum_bytes: int) -> None:
        super().__init__(maximum_bytes, getsizeof=lambda document: document.bytes)
        self.evictions = 0

    def popitem(self) -> tuple[str, Document]:
        self.evictions += 1
        return super().popitem()

    def add(self, text: str, document: Document) -> None:
        """Keep a document as long as it is among those used last, and weigh its plans with it."""
        if document.bytes <= self.maxsize:
            self[text] = document
            document.plans.when_added = lambda: self._weigh_again(text)

    def _weigh_again(self, text: str) -> None:
        # The document is added anew, because a cache that sees it grow may evict the document
        # itself. It was used last, so that it belongs to the end.
        document = self.pop(text, None)
        if document is not None:
            self.add(text, document)
