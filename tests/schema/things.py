"""A small schema of things, whose attributes are whatever a test makes them."""

from collections.abc import AsyncGenerator, Callable, Mapping
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

Recipe = Callable[[], Any]
"""Makes the value of an attribute: anew at each reading, for an awaitable is awaited once."""


class Colour(StrEnum):
    RED = "rot"
    GREEN = "green"


strawberry.enum(Colour)

Whisper = NewType("Whisper", str)


def whispered(value: str) -> str | None:
    """What is loud is nothing that a whisper can be."""
    return value if isinstance(value, str) and value.islower() else None


@dataclass
class Source:
    """Stands for a thing or a stone; it remembers what was read of it."""

    attributes: Mapping[str, Recipe]
    kind: str = "Thing"
    reads: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name not in self.attributes:
            raise AttributeError(name)
        self.reads.append(name)
        return self.attributes[name]()


class Louder(FieldExtension):
    """Stands between the attribute and the answer."""

    def resolve(self, next_: Callable[..., Any], source: Any, info: Any, **arguments: Any) -> Any:
        return f"{next_(source, info, **arguments)}!"


@strawberry.interface
class Named:
    name: str | None


@strawberry.type
class Stone(Named):
    weight: Decimal

    @classmethod
    def is_type_of(cls, source: Any, _info: Any) -> bool:
        return bool(source.kind == "Stone")


@strawberry.type
class Thing(Named):
    text: str | None
    needed: str
    key: strawberry.ID | None
    flag: bool | None
    number: int
    share: float | None
    amount: Decimal | None
    at: datetime | None
    colour: Colour | None
    needed_colour: Colour
    whisper: Whisper | None
    words: list[str] | None
    thing: "Thing | None"
    needed_thing: "Thing"
    things: list["Thing"] | None
    some_things: list["Thing | None"]
    named: Named | None
    either: Annotated["Stone | Thing", strawberry.union("Either")] | None
    louder: str | None = strawberry.field(extensions=[Louder()])

    @classmethod
    def is_type_of(cls, source: Any, _info: Any) -> bool:
        return bool(source.kind == "Thing")

    @strawberry.field
    def resolved(self: Any, times: int = 2) -> str | None:
        read = self.text
        return read * times if isinstance(read, str) else None

    @strawberry.field
    async def awaited(self: Any) -> str:
        read: Any = await await_maybe(self.needed)
        return cast(str, read)

    @strawberry.field
    def spliced(self: Any) -> "Thing | None":
        return cast(Thing, self.splice)


@strawberry.type
class Query:
    @strawberry.field
    def thing(self: Any) -> Thing | None:
        return cast(Thing, self)

    @strawberry.field
    async def needed_thing(self: Any) -> Thing:
        return cast(Thing, self)


@strawberry.type
class Mutation:
    @strawberry.field
    async def change(self: Any) -> Thing:
        return cast(Thing, self)


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def changed(self: Any) -> AsyncGenerator[Thing, None]:
        yield cast(Thing, self)


SCALARS: dict[object, ScalarDefinition] = {
    Whisper: strawberry.scalar(name="Whisper", serialize=whispered)
}
SCHEMA = strawberry.Schema(
    Query,
    Mutation,
    Subscription,
    types=[Stone, Thing],
    config=StrawberryConfig(scalar_map=SCALARS),
)._schema
