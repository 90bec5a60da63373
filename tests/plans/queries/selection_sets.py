"""Selections, and selection sets that hold no conflicting fields.

GraphQL lets several selections share a response name if they are the same field with the same
arguments, or belong to types of which no object can have both; their selection sets are merged.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from graphql import GraphQLObjectType

from tests.plans.reference import SCHEMA


@dataclass
class FieldSelection:
    """A field that is selected on a type."""

    parent: str
    alias: str | None
    name: str
    arguments: str
    type: str
    rows: int
    """The estimated number of objects in the field's value."""
    directives: str = ""
    inner: "list[Selection] | None" = None

    @property
    def response_name(self) -> str:
        return self.alias or self.name

    def __str__(self) -> str:
        alias = f"{self.alias}: " if self.alias else ""
        return f"{alias}{self.name}{self.arguments}{self.directives}{_block(self.inner)}"


@dataclass
class FragmentDefinition:
    name: str
    condition: str
    inner: "list[Selection]" = field(default_factory=list)

    def __str__(self) -> str:
        return f"fragment {self.name} on {self.condition}{_block(self.inner)}"


@dataclass
class InlineFragment:
    condition: str | None
    directives: str
    inner: "list[Selection]"

    def __str__(self) -> str:
        condition = f" on {self.condition}" if self.condition else ""
        return f"...{condition}{self.directives}{_block(self.inner)}"


@dataclass
class FragmentSpread:
    fragment: FragmentDefinition
    directives: str

    @property
    def inner(self) -> "list[Selection]":
        return self.fragment.inner

    def __str__(self) -> str:
        return f"...{self.fragment.name}{self.directives}"


Selection = FieldSelection | InlineFragment | FragmentSpread


def _block(inner: "Iterable[Selection] | None") -> str:
    return "" if inner is None else f" {{ {' '.join(map(str, inner))} }}"


@dataclass
class ResponseField:
    """The selections that share a response name, and their merged selection sets."""

    fields: list[FieldSelection] = field(default_factory=list)
    inner: "MergedSelectionSet" = field(default_factory=lambda: MergedSelectionSet())


class MergedSelectionSet:
    """The selections of one level of the answer, by response name."""

    def __init__(self) -> None:
        self.response_fields: dict[str, ResponseField] = {}

    def can_add(self, selection: Selection) -> bool:
        """Whether the selection conflicts with nothing in this selection set."""
        if not isinstance(selection, FieldSelection):
            return all(map(self.can_add, selection.inner))
        known = self.response_fields.get(selection.response_name)
        return known is None or (
            all(_can_merge(selection, other) for other in known.fields)
            and all(map(known.inner.can_add, selection.inner or ()))
        )

    def add(self, selection: Selection) -> None:
        """Add the selection and everything within it."""
        if isinstance(selection, FieldSelection):
            response_field = self.response_field(selection.response_name)
            response_field.fields.append(selection)
            for inner in selection.inner or ():
                response_field.inner.add(inner)
        else:
            for inner in selection.inner:
                self.add(inner)

    def fields_of(self, parent: str) -> list[FieldSelection]:
        """The fields in this selection set that are selected on that type."""
        fields = [field for known in self.response_fields.values() for field in known.fields]
        return [field for field in fields if field.parent == parent]

    def response_field(self, name: str) -> ResponseField:
        return self.response_fields.setdefault(name, ResponseField())


def _can_merge(first: FieldSelection, second: FieldSelection) -> bool:
    are_exclusive = (
        first.parent != second.parent and _is_object(first.parent) and _is_object(second.parent)
    )
    if are_exclusive:
        return first.type == second.type
    return first.name == second.name and first.arguments == second.arguments


def _is_object(name: str) -> bool:
    return isinstance(SCHEMA.type_map[name], GraphQLObjectType)
