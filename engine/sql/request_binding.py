"""Binds the arguments of all fields of a selection to the values of one request."""

from collections.abc import Iterator, Mapping

from engine.sql.selection import Field, Reader, Variables
from engine.sql.statement import BoundRequest
from engine.sql.statement_builder import (
    ArgumentSource,
    BoundArguments,
    Catalogue,
    ViewerSource,
)
from errors import DomainError


class RequestBinder:
    """Binds the arguments below `root`; those without variables only once."""

    def __init__(self, root: Field, catalogue: Catalogue) -> None:
        self._root, self._catalogue = root, catalogue
        fields = tuple(dict.fromkeys(_fields_below(root.selections)))
        self._with_arguments = [field for field in fields if field.arguments is not None]
        self._by_viewer = {
            field: source
            for field in fields
            if (parent := catalogue.get(field.parent)) is not None
            and isinstance(source := parent.sources.get(field.name), ViewerSource)
        }
        self._constant = {
            field: self._bind_field(field, {})
            for field in self._with_arguments
            if not field.has_variables
        }

    def bind(self, own: BoundArguments, variables: Variables, reader: Reader) -> BoundRequest:
        """Return the request's arguments; `own` are those of the root field itself."""
        arguments: dict[Field, BoundArguments | None] = {self._root: own}
        arguments |= {
            field: source.bind_viewer(reader.viewer) for field, source in self._by_viewer.items()
        }
        refusals: dict[Field, DomainError] = {}
        for field in self._with_arguments:
            bound = self._constant.get(field) or self._bind_field(field, variables)
            if isinstance(bound, DomainError):
                refusals[field] = bound
            arguments[field] = None if isinstance(bound, DomainError) else bound
        return BoundRequest(arguments, refusals, variables, reader)

    def _bind_field(self, field: Field, variables: Variables) -> BoundArguments | DomainError:
        source: ArgumentSource = self._catalogue[field.parent].sources[field.name]  # type: ignore[assignment]
        assert field.arguments is not None
        try:
            return source.bind_arguments(field.arguments(variables))
        except DomainError as refusal:
            return refusal


def _fields_below(
    selections: Mapping[str, tuple[Field, ...]], seen: set[int] | None = None
) -> Iterator[Field]:
    # Types that share fields share the selections below them: each is searched once.
    seen = set() if seen is None else seen
    if id(selections) in seen:
        return
    seen.add(id(selections))
    for fields in selections.values():
        for field in fields:
            if field.refusal is None:
                yield field
                yield from _fields_below(field.selections, seen)
