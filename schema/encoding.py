"""Answers, as they are sent."""

from collections.abc import Sequence
from typing import Any

import orjson
from graphql import GraphQLError


def encoded(data: Any, errors: Sequence[GraphQLError] | None) -> str:
    """An answer in JSON, as text: websockets' clients expect text frames."""
    answer = {"data": data}
    if errors:
        answer["errors"] = [error.formatted for error in errors]
    return orjson.dumps(answer).decode()
