"""Splicing: what comes as finished JSON goes into an answer as it is, no field of it visited."""

from dataclasses import dataclass

from graphql import GraphQLError


@dataclass(frozen=True, slots=True)
class RawJson:
    """A resolver's result that stands for an object or a list, with all that was selected of it.

    As null it is what the last of its errors left of it, if it has any: that error then bubbles
    on as any other does.
    """

    text: str | bytes | None
    """JSON; None is null."""
    errors: tuple[GraphQLError, ...] = ()
    """In the order in which they were met, their paths counted from this place."""
