"""Levels of an answer: what stands under which name there, so that nothing conflicts.

GraphQL lets one name of an answer be asked for several times if it is the same field with the same
arguments, or of types that no thing has both of; what is asked within is merged.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from graphql import GraphQLObjectType

from tests.plans.oracle import SCHEMA


@dataclass
class Field:
    """A field as it is selected on a type."""

    parent: str
    alias: str | None
    name: str
    arguments: str
    type: str
    rows: int
    """How many things it is taken to hold."""
    directives: str = ""
    inner: "list[Selection] | None" = None

    @property
    def shown_as(self) -> str:
        return self.alias or self.name

    def __str__(self) -> str:
        alias = f"{self.alias}: " if self.alias else ""
        return f"{alias}{self.name}{self.arguments}{self.directives}{_block(self.inner)}"


@dataclass
class Fragment:
    name: str
    condition: str
    inner: "list[Selection]" = field(default_factory=list)

    def __str__(self) -> str:
        return f"fragment {self.name} on {self.condition}{_block(self.inner)}"


@dataclass
class Inline:
    condition: str | None
    directives: str
    inner: "list[Selection]"

    def __str__(self) -> str:
        condition = f" on {self.condition}" if self.condition else ""
        return f"...{condition}{self.directives}{_block(self.inner)}"


@dataclass
class Spread:
    fragment: Fragment
    directives: str

    @property
    def inner(self) -> "list[Selection]":
        return self.fragment.inner

    def __str__(self) -> str:
        return f"...{self.fragment.name}{self.directives}"


Selection = Field | Inline | Spread


def _block(inner: "Iterable[Selection] | None") -> str:
    return "" if inner is None else f" {{ {' '.join(map(str, inner))} }}"


@dataclass
class Place:
    """What stands under one name: the fields asked for, and the level within."""

    fields: list[Field] = field(default_factory=list)
    within: "Level" = field(default_factory=lambda: Level())


class Level:
    def __init__(self) -> None:
        self.places: dict[str, Place] = {}

    def admits(self, selection: Selection) -> bool:
        """Whether it conflicts with nothing that was put here."""
        if not isinstance(selection, Field):
            return all(map(self.admits, selection.inner))
        place = self.places.get(selection.shown_as)
        return place is None or (
            all(_agree(selection, other) for other in place.fields)
            and all(map(place.within.admits, selection.inner or ()))
        )

    def put(self, selection: Selection) -> None:
        """With all that is asked for in it."""
        if isinstance(selection, Field):
            place = self.place(selection.shown_as)
            place.fields.append(selection)
            for inner in selection.inner or ():
                place.within.put(inner)
        else:
            for inner in selection.inner:
                self.put(inner)

    def fields_on(self, parent: str) -> list[Field]:
        """Those that were put here on that type."""
        fields = [one for place in self.places.values() for one in place.fields]
        return [one for one in fields if one.parent == parent]

    def place(self, name: str) -> Place:
        return self.places.setdefault(name, Place())


def _agree(one: Field, other: Field) -> bool:
    is_either = one.parent != other.parent and _is_object(one.parent) and _is_object(other.parent)
    if is_either:
        return one.type == other.type
    return one.name == other.name and one.arguments == other.arguments


def _is_object(name: str) -> bool:
    return isinstance(SCHEMA.type_map[name], GraphQLObjectType)
