"""Limits of a request's variables, which are counted before they are coerced."""

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLError

from access.viewer import Viewer
from errors import TopLevelCode

MAXIMUM_VALUES = 20_000
"""Values in a request's variables, each list, object, text and number: 500 tracking events with
everything that an event can have are 14,500."""
MAXIMUM_OBJECTS = 3_000
"""Objects in a request's variables: those 500 events have 1,500. Each takes some 15 microseconds if
graphql-core coerces it, as it does to report a wrong one."""
MAXIMUM_WITHOUT_KEY = 1_000
"""Values in the variables of a caller without a key, who may ask for 100 orders at once."""
UNCOUNTED_CHARACTERS = 2 * MAXIMUM_WITHOUT_KEY
"""Characters of JSON that cannot hold too much: a value takes at least a digit and a comma."""


def find_excess(variables: Any, length: int, viewer: Viewer) -> GraphQLError | None:
    """Return the error if the variables hold too much, or None.

    `length` is that of the JSON in which they came: nothing is counted in what is short.
    """
    if length <= UNCOUNTED_CHARACTERS:
        return None
    maximum = MAXIMUM_WITHOUT_KEY if viewer.is_public else MAXIMUM_VALUES
    values = objects = 0
    for container in _containers(variables):
        values += len(container)
        objects += type(container) is dict
        if values > maximum:
            return _exceeded(f"more than {maximum} values", viewer)
        if objects > MAXIMUM_OBJECTS:
            return _exceeded(f"more than {MAXIMUM_OBJECTS} objects", viewer)
    return None


def _containers(value: Any) -> Iterator[Any]:
    """Yield all lists and objects within a value of JSON, without recursion."""
    remaining = [value]
    while remaining:
        container = remaining.pop()
        yield container
        members = container.values() if type(container) is dict else container
        remaining += [one for one in members if type(one) is dict or type(one) is list]


def _exceeded(what: str, viewer: Viewer) -> GraphQLError:
    advice = "Send less at once, or send an API key." if viewer.is_public else "Send less at once."
    return GraphQLError(
        f"The variables hold {what}. {advice}", extensions={"code": TopLevelCode.LIMIT_EXCEEDED}
    )
