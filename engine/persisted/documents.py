"""Trusted documents: prepared at startup, kept for good, and found by name."""

from collections.abc import Collection, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Self

from graphql import GraphQLError, OperationDefinitionNode

from engine.operations import InvalidOperation, Operation
from engine.persisted.manifest import BrokenManifest, read_manifest
from engine.schema import Schema
from errors import LimitExceeded, TopLevelCode

SHA256 = "sha256:"
"""The prefix of a name that is the text's hash, as the GraphQL over HTTP appendix defines it."""
NOT_FOUND = ("PersistedQueryNotFound", TopLevelCode.PERSISTED_QUERY_NOT_FOUND)
NOT_SUPPORTED = ("PersistedQueryNotSupported", TopLevelCode.PERSISTED_QUERY_NOT_SUPPORTED)
"""Apollo's messages and codes: its clients then send the text."""
NOT_TRUSTED = (
    "Only the documents that this service was given are answered. Name one of them, or send its"
    " exact text.",
    TopLevelCode.FORBIDDEN,
)


class TrustedDocuments:
    """The trusted documents by all names that a client may use.

    With `is_only`, no other document is executed. `own` are the texts of the service's own pages,
    which are always trusted, and are named by their hashes alone.
    """

    def __init__(
        self, documents: Mapping[str, str], *, is_only: bool, own: Collection[str] = ()
    ) -> None:
        self._has_manifest = bool(documents)
        self._texts = frozenset([*documents.values(), *own])
        self._by_name = _named_by_hash(self._texts) | dict(documents)
        self._is_only = is_only

    @classmethod
    def read(
        cls,
        manifest: Path | None,
        schema: Schema,
        *,
        is_only: bool,
        own: Collection[str] = (),
    ) -> Self:
        """Read the documents of a manifest, if there is one, and prepare these and our own.

        Raises BrokenManifest.
        """
        texts = {} if manifest is None else read_manifest(manifest)
        documents = cls(texts, is_only=is_only, own=own)
        documents.prepare_all(schema)
        return documents

    def text(self, query: str | None, name: str | None) -> str:
        """Return the text of the document that is sent or named. Raises InvalidOperation."""
        if name is None:
            text = query or ""
            if self._is_only and text not in self._texts:
                raise _refused(NOT_TRUSTED)
            return text
        document = self._by_name.get(name)
        if document is None:
            raise _refused(NOT_FOUND if self._has_manifest else NOT_SUPPORTED)
        return document

    def has(self, operation: Operation) -> bool:
        """Return whether the operation is one of a trusted document."""
        return operation.text in self._texts

    def prepare_all(self, schema: Schema) -> None:
        """Parse, validate and plan all documents. Raises BrokenManifest for an invalid one."""
        for text in self._texts:
            try:
                for name in _operations(schema, text):
                    schema.plans.prepare(schema.operations.prepare(text, name))
            except InvalidOperation as error:
                raise self._broken(text, error.errors[0]) from error
            except (GraphQLError, LimitExceeded) as error:
                raise self._broken(text, error) from error

    def _broken(self, text: str, error: GraphQLError | LimitExceeded) -> BrokenManifest:
        names = [name for name, document in self._by_name.items() if document == text]
        return BrokenManifest(
            f"Document {names[-1]} cannot be trusted: {error.message}"
            " Build the manifest anew, against the schema that `whereabouts schema` prints."
        )


def document_id(text: str) -> str:
    """Return the name that every trusted document has: the hash of its text."""
    return SHA256 + sha256(text.encode()).hexdigest()


def _named_by_hash(texts: frozenset[str]) -> dict[str, str]:
    names = {document_id(text): text for text in texts}
    return names | {name.removeprefix(SHA256): text for name, text in names.items()}


def _operations(schema: Schema, text: str) -> list[str | None]:
    """Return the names of a document's operations. Raises GraphQLError if it is invalid."""
    document = schema.documents.pin(text)
    if document.errors:
        raise document.errors[0]
    return [
        definition.name.value if definition.name else None
        for definition in document.node.definitions
        if isinstance(definition, OperationDefinitionNode)
    ]


def _refused(refusal: tuple[str, str]) -> InvalidOperation:
    message, code = refusal
    return InvalidOperation([GraphQLError(message, extensions={"code": code})])
