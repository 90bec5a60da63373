"""A small schema of stub objects, whose attributes are whatever a test sets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, NewType, cast

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.types.scalar import ScalarDefinition
from strawberry.utils.await_maybe import await_maybe

ValueFactory = Callable[[], Any]
"""Returns a new value of an attribute each time, since an awaitable can be awaited only once."""


class Colour(StrEnum):
    RED = "rot"
    GREEN = "green"


strawberry.enum(Colour)

Lowercase = NewType("Lowercase", str)


def serialize_lowercase(value: str) -> str | None:
    """A value that is not in lower case has no serialized form."""
    return value if isinstance(value, str) and value.islower() else None


@dataclass
class StubObject:
    """The source of a Node or a Leaf; it records which attributes are read."""

    attributes: Mapping[str, ValueFactory]
    kind: str = "Node"
    reads: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name not in self.attributes:
            raise AttributeError(name)
        self.reads.append(name)
        return self.attributes[name]()


class Exclaim(FieldExtension):
    """Adds an exclamation mark to what the field answers."""

    def resolve(self, next_: Callable[..., Any], source: Any, info: Any, **arguments: Any) -> Any:
        return f"{next_(source, info, **arguments)}!"


@strawberry.interface
class Named:
    name: str | None


@strawberry.type
class Leaf(Named):
    weight: Decimal

    @classmethod
    def is_type_of(cls, source: Any, _info: Any) -> bool:
        return bool(source.kind == "Leaf")


@strawberry.type
class Node(Named):
    text: str | None
    required: str
    key: strawberry.ID | None
    flag: bool | None
    number: int
    ratio: float | None
    amount: Decimal | None
    at: datetime | None
    colour: Colour | None
    required_colour: Colour
    lowercase: Lowercase | None
    words: list[str] | None
    node: "Node | None"
    required_node: "Node"
    nodes: list["Node"] | None
    optional_nodes: list["Node | None"]
    named: Named | None
    either: Annotated["Leaf | Node", strawberry.union("Either")] | None
    exclaimed: str | None = strawberry.field(extensions=[Exclaim()])

    @classmethod
    def is_type_of(cls, source: Any, _info: Any) -> bool:
        return bool(source.kind == "Node")

    @strawberry.field
    def resolved(self: Any, times: int = 2) -> str | None:
        text = self.text
        return text * times if isinstance(text, str) else None

    @strawberry.field
    async def awaited(self: Any) -> str:
        value: Any = await await_maybe(self.required)
        return cast(str, value)

    @strawberry.field
    def spliced(self: Any) -> "Node | None":
        return cast(Node, self.splice)


@strawberry.type
class Query:
    @strawberry.field
    def node(self: Any) -> Node | None:
        return cast(Node, self)

    @strawberry.field
    async def required_node(self: Any) -> Node:
        return cast(Node, self)


SCALARS: dict[object, ScalarDefinition] = {
    Lowercase: strawberry.scalar(name="Lowercase", serialize=serialize_lowercase)
}
SCHEMA = strawberry.Schema(
    Query,
    types=[Leaf, Node],
    config=StrawberryConfig(scalar_map=SCALARS),
)._schema
