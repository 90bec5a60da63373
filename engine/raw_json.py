"""Raw JSON: ready JSON that becomes part of a response without visiting its fields."""

from dataclasses import dataclass

from graphql import GraphQLError


@dataclass(frozen=True, slots=True)
class RawJson:
    """A resolver's result that is an object or a list with everything that is selected of it.

    If it is null and has errors, the last error is the cause: it propagates as usual.
    """

    text: str | bytes | None
    """The JSON; None for null."""
    errors: tuple[GraphQLError, ...] = ()
    """The errors in the order of occurrence, with paths that begin at this value."""
