"""Errors as clients see them: those they can act on unchanged, bugs and outages masked."""

import logging
from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError

from database.outages import is_outage
from errors import DomainError, ErrorCode, RateLimited, TopLevelCode, Unauthenticated

logger = logging.getLogger("whereabouts.schema")

MASKED = "Something went wrong here. It has been logged; please tell the operator of this service."
UNAVAILABLE = "The service is busy or its database is away. Try again in a moment."
REWOUND = "The log was put back to an earlier state; connect again"
MASKS: Mapping[str, str] = {TopLevelCode.INTERNAL: MASKED, TopLevelCode.UNAVAILABLE: UNAVAILABLE}
"""The message that stands for those of errors whose cause is not the client's business."""
MAXIMUM_ERRORS = 20
"""Errors of one response: enough to correct a query, and the response stays small."""


def error_code(error: GraphQLError) -> str:
    """Return the value of `extensions.code`, by which clients tell errors apart."""
    original = error.original_error
    if original is None or isinstance(original, GraphQLError) or _is_in_document(error):
        return str((error.extensions or {}).get("code", _graphql_code(error)))
    return exception_code(original)


def _is_in_document(error: GraphQLError) -> bool:
    """Whether validation reported it: its cause is then a scalar's error about a literal."""
    return error.path is None and bool(error.nodes)


def exception_code(error: Exception) -> TopLevelCode:
    if isinstance(error, DomainError):
        return _TOP_LEVEL.get(error.code) or TopLevelCode(error.code)
    if isinstance(error, Unauthenticated):
        return TopLevelCode.UNAUTHENTICATED
    return TopLevelCode.UNAVAILABLE if is_outage(error) else TopLevelCode.INTERNAL


def _graphql_code(error: GraphQLError) -> TopLevelCode:
    if isinstance(error, GraphQLSyntaxError):
        return TopLevelCode.GRAPHQL_PARSE_FAILED
    return TopLevelCode.GRAPHQL_VALIDATION_FAILED


_TOP_LEVEL = {
    ErrorCode.CONFLICT: TopLevelCode.INVALID,
    ErrorCode.ILLEGAL_TRANSITION: TopLevelCode.INVALID,
}
"""Codes of userErrors that top-level errors do not have, and the code that stands for them."""


def format_and_log(errors: list[GraphQLError]) -> list[GraphQLError]:
    """Log a response's errors and return them as the client sees them."""
    for error in errors:
        log_error(error)
    return [format_error(error) for error in errors[:MAXIMUM_ERRORS]]


def error_from_refusal(refusal: DomainError) -> GraphQLError:
    return GraphQLError(refusal.message, original_error=refusal)


def format_error(error: GraphQLError) -> GraphQLError:
    code = error_code(error)
    message = MASKS.get(code, error.message)
    extensions: dict[str, Any] = {"code": code}
    if isinstance(error.original_error, DomainError) and error.original_error.field:
        extensions["field"] = list(error.original_error.field)
    if isinstance(error.original_error, RateLimited):
        extensions["retryAfter"] = error.original_error.retry_after
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )


def log_error(error: GraphQLError) -> None:
    code, original = error_code(error), error.original_error
    if original is not None and code in MASKS:
        log_exception(original, ".".join(str(step) for step in error.path or ()))


def log_exception(error: Exception, location: str) -> None:
    """Log a bug with its traceback, and an outage in one line."""
    if is_outage(error):
        # What we raise ourselves says nothing: the cause is the driver's.
        cause = error.__cause__ or error
        logger.warning("Unavailable at %s: %s: %s", location, type(cause).__name__, cause)
    else:
        logger.error("A bug at %s: %s", location, type(error).__name__, exc_info=error)
