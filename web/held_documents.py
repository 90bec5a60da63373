"""Held documents: the text that the subscriptions of a connection, a client and the process hold.

A document counts once for each client who follows by it, its variables for each subscription. What
an idle subscription takes besides does not depend on its document.
"""

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from uuid import UUID

from errors import LimitExceeded

PER_CONNECTION = 200_000
"""Characters: fifty subscriptions to a hundred orders each take 140,000."""
PER_ADDRESS = 500_000
"""Characters for a client address without a key: fifty pages with ten thousand each."""
PER_KEY = 5_000_000
"""Characters for a key: fifty thousand subscriptions with a hundred each."""
PER_PROCESS = 10_000_000
"""Characters of all clients' subscriptions: they take forty megabytes at most."""


class Holder:
    """A connection, a client or the process: it holds documents and the variables beside them."""

    __slots__ = ("_documents", "characters", "limit", "name")

    def __init__(self, name: str, limit: int) -> None:
        self.name, self.limit = name, limit
        self.characters = 0
        self._documents: Counter[Hashable] = Counter()

    def missing(self, document: Hashable, length: int, variables: int) -> bool:
        """Return whether there is no room for another subscription."""
        added = variables + (0 if document in self._documents else length)
        return self.characters + added > self.limit

    def add(self, document: Hashable, length: int, variables: int) -> None:
        self.characters += variables + (0 if document in self._documents else length)
        self._documents[document] += 1

    def remove(self, document: Hashable, length: int, variables: int) -> None:
        self._documents[document] -= 1
        if not self._documents[document]:
            del self._documents[document]
            self.characters -= length
        self.characters -= variables

    @property
    def is_empty(self) -> bool:
        return not self._documents


class HeldDocuments:
    """The documents that are followed by in this process."""

    def __init__(self) -> None:
        self._process = Holder("This server", PER_PROCESS)
        self._clients: dict[Hashable, Holder] = {}

    @staticmethod
    def connection() -> Holder:
        """Return the holder of a new connection."""
        return Holder("A connection", PER_CONNECTION)

    @contextmanager
    def holding(
        self, connection: Holder, client: Hashable, document: str, variables: int
    ) -> Iterator[None]:
        """Count a subscription's document and the length of its variables during the block.

        Raises LimitExceeded.
        """
        owner = self._clients.get(client) or _holder_of(client)
        # Several clients hold copies of the same text.
        counted = ((connection, document), (owner, document), (self._process, (client, document)))
        length = len(document)
        for holder, key in counted:
            if holder.missing(key, length, variables):
                raise LimitExceeded(
                    f"{holder.name} holds at most {holder.limit} characters of subscriptions, with"
                    " their variables. End some of them, follow several orders by one"
                    " subscription, or select less."
                )
        self._clients[client] = owner
        for holder, key in counted:
            holder.add(key, length, variables)
        try:
            yield
        finally:
            for holder, key in counted:
                holder.remove(key, length, variables)
            if owner.is_empty:
                self._clients.pop(client, None)


def _holder_of(client: Hashable) -> Holder:
    if isinstance(client, UUID):
        return Holder("An API key", PER_KEY)
    return Holder("A client address without an API key", PER_ADDRESS)
