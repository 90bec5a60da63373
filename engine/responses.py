"""Responses: encodes results as JSON."""

from collections.abc import Sequence
from typing import Any

import orjson
from graphql import GraphQLError

from engine.execution import Execution


def encode_body(execution: Execution) -> bytes:
    """Return the response's JSON. If execution did not begin it has no `data`, not even null."""
    response: dict[str, Any] = {"data": execution.data} if execution.has_begun else {}
    if execution.errors:
        response["errors"] = [error.formatted for error in execution.errors]
    if execution.extensions:
        response["extensions"] = execution.extensions
    return orjson.dumps(response)


def encode_text(execution: Execution) -> str:
    """Return the response as text, which websocket clients expect and event streams consist of."""
    return encode_body(execution).decode()


def encode_message(data: Any, errors: Sequence[GraphQLError] | None) -> str:
    """Return the text of a message that is pushed to a subscription's followers."""
    return encode_text(Execution(data, list(errors or ())))
