"""Errors for clients: what they can act on is said; what is a bug of ours is logged and masked."""

import logging
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError

from database.outages import is_outage
from errors import DomainError, ErrorCode, Unauthenticated

logger = logging.getLogger("whereabouts.schema")

MASKED = "Something went wrong here. It has been logged; please tell whoever runs this service."
UNAVAILABLE = "The service is busy or its database is away. Try again in a moment."
MAXIMUM_ERRORS = 20
"""Errors of one answer: enough to mend a query by, too few to be an attack on the reader."""


def code_of(error: GraphQLError) -> str:
    """The code that clients decide by."""
    original = error.original_error
    if original is None or isinstance(original, GraphQLError) or _is_in_document(error):
        return str((error.extensions or {}).get("code", _graphql_code(error)))
    return code_of_exception(original)


def _is_in_document(error: GraphQLError) -> bool:
    """Found before anything ran: the original then is a scalar's complaint about a literal."""
    return error.path is None and bool(error.nodes)


def code_of_exception(error: Exception) -> str:
    if isinstance(error, DomainError):
        return _TOP_LEVEL.get(error.code, error.code)
    if isinstance(error, Unauthenticated):
        return "UNAUTHENTICATED"
    return "UNAVAILABLE" if is_outage(error) else "INTERNAL"


def _graphql_code(error: GraphQLError) -> str:
    is_syntax = isinstance(error, GraphQLSyntaxError)
    return "GRAPHQL_PARSE_FAILED" if is_syntax else "GRAPHQL_VALIDATION_FAILED"


_TOP_LEVEL = {
    ErrorCode.NOT_FOUND: "INVALID",
    ErrorCode.CONFLICT: "INVALID",
    ErrorCode.ILLEGAL_TRANSITION: "INVALID",
}
"""The top level knows fewer codes than userErrors do."""


def format_and_log(errors: list[GraphQLError]) -> list[GraphQLError]:
    """The errors of one answer, as its reader sees them."""
    for error in errors:
        log_error(error)
    return [format_error(error) for error in errors[:MAXIMUM_ERRORS]]


def error_from_refusal(refusal: DomainError) -> GraphQLError:
    return GraphQLError(refusal.message, original_error=refusal)


def format_error(error: GraphQLError) -> GraphQLError:
    code = code_of(error)
    message = {"INTERNAL": MASKED, "UNAVAILABLE": UNAVAILABLE}.get(code, error.message)
    extensions: dict[str, Any] = {"code": code}
    if isinstance(error.original_error, DomainError) and error.original_error.field:
        extensions["field"] = list(error.original_error.field)
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )


def log_error(error: GraphQLError) -> None:
    code, original = code_of(error), error.original_error
    if original is not None and code in ("INTERNAL", "UNAVAILABLE"):
        log_exception(original, ".".join(str(step) for step in error.path or ()))


def log_exception(error: Exception, place: str) -> None:
    """Once: a bug of ours with its trace, an outage in a line."""
    if is_outage(error):
        logger.warning("Unavailable at %s: %s: %s", place, type(error).__name__, error)
    else:
        logger.error("A bug at %s: %s", place, type(error).__name__, exc_info=error)
