"""Errors for clients: what they can act on is said; what is a bug of ours is logged and masked."""

import logging
from collections.abc import Iterator
from typing import Any

from graphql import GraphQLError
from strawberry.extensions import SchemaExtension

from errors import ErrorCode, Refusal, Unauthenticated, Unavailable

logger = logging.getLogger("whereabouts.schema")

MASKED = "Something went wrong here. It has been logged; please tell whoever runs this service."
UNAVAILABLE = "The service is busy or its database is away. Try again in a moment."
MAXIMUM_ERRORS = 20
"""Errors of one answer: enough to mend a query by, too few to be an attack on the reader."""


def code_of(error: GraphQLError) -> str:
    """The code that clients decide by."""
    original = error.original_error
    if isinstance(original, Refusal):
        return _TOP_LEVEL.get(original.code, original.code)
    if isinstance(original, Unauthenticated):
        return "UNAUTHENTICATED"
    if isinstance(original, Unavailable | TimeoutError):
        return "UNAVAILABLE"
    if original is None or isinstance(original, GraphQLError):
        return str((error.extensions or {}).get("code", "GRAPHQL_VALIDATION_FAILED"))
    return "INTERNAL"


_TOP_LEVEL = {
    ErrorCode.NOT_FOUND: "INVALID",
    ErrorCode.CONFLICT: "INVALID",
    ErrorCode.ILLEGAL_TRANSITION: "INVALID",
}
"""The top level knows fewer codes than userErrors do."""


def shown(error: GraphQLError) -> GraphQLError:
    code = code_of(error)
    message = {"INTERNAL": MASKED, "UNAVAILABLE": UNAVAILABLE}.get(code, error.message)
    extensions: dict[str, Any] = {"code": code}
    if isinstance(error.original_error, Refusal) and error.original_error.field:
        extensions["field"] = list(error.original_error.field)
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )


def log(error: GraphQLError) -> None:
    """Once, with its trace, and only if it is a bug of ours."""
    if code_of(error) == "INTERNAL":
        logger.error(
            "A bug at %s: %s",
            ".".join(str(step) for step in error.path or ()),
            type(error.original_error).__name__,
            exc_info=error.original_error,
        )


class ShownErrors(SchemaExtension):
    """Replaces the errors of every result, single or streamed, by what clients may see."""

    def on_operation(self) -> Iterator[None]:
        yield
        self._replace(self.execution_context.result)

    def on_stream_result(self, result: Any) -> Iterator[None]:
        self._replace(result)
        yield

    def _replace(self, result: Any) -> None:
        errors = getattr(result, "errors", None)
        if errors:
            result.errors = [
                one if _is_shown(one) else shown(one) for one in errors[:MAXIMUM_ERRORS]
            ]


def _is_shown(error: GraphQLError) -> bool:
    """A streamed result passes here twice."""
    return error.original_error is None and "code" in (error.extensions or {})
