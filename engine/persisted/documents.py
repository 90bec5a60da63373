"""Trusted documents: read at the start, never forgotten, and found by their names."""

from collections.abc import Mapping
from hashlib import sha256

from graphql import GraphQLError, OperationDefinitionNode

from engine.operations import InvalidOperation
from engine.persisted.manifest import BrokenManifest
from engine.schema import Schema

SHA256 = "sha256:"
"""How the appendix of GraphQL over HTTP marks a name that is the hash of the text."""
NOT_FOUND = ("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")
NOT_SUPPORTED = ("PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED")
"""In Apollo's words, by which clients know that they have to send the text."""
NOT_TRUSTED = (
    "Only the documents that this service was given are answered. Name one of them, or send its"
    " exact text.",
    "FORBIDDEN",
)


class TrustedDocuments:
    """By whatever a client may call them."""

    def __init__(self, documents: Mapping[str, str], *, is_only: bool) -> None:
        self._texts = frozenset(documents.values())
        self._by_name = _named_by_hash(self._texts) | dict(documents)
        self._is_only = is_only

    def text(self, query: str | None, name: str | None) -> str:
        """Of the document that is sent, or named. Raises InvalidOperation."""
        if name is None:
            text = query or ""
            if self._is_only and text not in self._texts:
                raise _refused(NOT_TRUSTED)
            return text
        found = self._by_name.get(name)
        if found is None:
            raise _refused(NOT_FOUND if self._texts else NOT_SUPPORTED)
        return found

    def prepare_all(self, schema: Schema) -> None:
        """Raises BrokenManifest for the first that is not valid."""
        for text in self._texts:
            try:
                for name in _operations(schema, text):
                    schema.plans.prepare(schema.operations.prepare(text, name))
            except InvalidOperation as error:
                raise self._broken(text, error.errors[0]) from error
            except GraphQLError as error:
                raise self._broken(text, error) from error

    def _broken(self, text: str, error: GraphQLError) -> BrokenManifest:
        names = [name for name, one in self._by_name.items() if one == text]
        return BrokenManifest(
            f"Document {names[-1]} cannot be trusted: {error.message}"
            " Build the manifest anew, against the schema that `whereabouts schema` prints."
        )


def _named_by_hash(texts: frozenset[str]) -> dict[str, str]:
    hashes = {sha256(text.encode()).hexdigest(): text for text in texts}
    return hashes | {SHA256 + name: text for name, text in hashes.items()}


def _operations(schema: Schema, text: str) -> list[str | None]:
    """The names of a document's operations. Raises GraphQLError."""
    document = schema.documents.keep(text)
    if document.errors:
        raise document.errors[0]
    return [
        one.name.value if one.name else None
        for one in document.node.definitions
        if isinstance(one, OperationDefinitionNode)
    ]


def _refused(what: tuple[str, str]) -> InvalidOperation:
    message, code = what
    return InvalidOperation([GraphQLError(message, extensions={"code": code})])
