"""Answers, as they are sent."""

from collections.abc import Sequence
from typing import Any

import orjson
from graphql import GraphQLError

from engine.execution import Execution


def body_of(execution: Execution) -> bytes:
    """In JSON. Where nothing was begun there is no data, not even null."""
    answer: dict[str, Any] = {"data": execution.data} if execution.has_begun else {}
    if execution.errors:
        answer["errors"] = [error.formatted for error in execution.errors]
    return orjson.dumps(answer)


def text_of(execution: Execution) -> str:
    """The same for websockets, whose clients expect text, and for event streams."""
    return body_of(execution).decode()


def encoded(data: Any, errors: Sequence[GraphQLError] | None) -> str:
    """What is pushed to a subscription's followers."""
    return text_of(Execution(data, list(errors or ())))
