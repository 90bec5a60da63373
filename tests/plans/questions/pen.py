"""The pen: draws by chance, and writes values literally, or by variables in every way there is."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
)

Thing = TypeVar("Thing")
ABSENT = object()
"""What is left out."""
BOOLEAN: Any = GraphQLNonNull(GraphQLBoolean)
STAND_INS = 400
"""Numbers of things that can stand behind a kind."""


@dataclass
class Variable:
    type: str
    default: str | None
    value: Any

    def declared(self, name: str) -> str:
        return f"${name}: {self.type}" + (f" = {self.default}" if self.default else "")


@dataclass
class Pen:
    chance: random.Random
    variables: dict[str, Variable] = field(default_factory=dict)

    def count(self, least: int, most: int) -> int:
        return self.chance.randint(least, most)

    def is_so(self, times: int, of: int = 10) -> bool:
        """So many times of so many."""
        return self.chance.randrange(of) < times

    def one_of(self, things: Sequence[Thing]) -> Thing:
        return self.chance.choice(things)

    def some_of(self, things: Sequence[Thing], most: int) -> list[Thing]:
        """Different ones."""
        return self.chance.sample(things, self.count(0, min(most, len(things))))

    def word(self, words: Sequence[str]) -> str:
        word = self.one_of(words)
        return self.stand_in(word) if word.startswith("@") else word

    def stand_in(self, kind: str) -> str:
        """For a thing of that kind; whoever knows the shop puts it there."""
        return f"{kind}:{self.count(0, STAND_INS)}"

    def arguments(self, types: dict[str, Any], given: dict[str, Any]) -> str:
        """`given` has no name for what is left out."""
        written = self._pairs(types, given)
        return f"({', '.join(written)})" if written else ""

    def directives(self) -> str:
        if not self.is_so(1):
            return ""
        name = self.one_of(["include", "skip"])
        wanted = (name == "include") is not self.is_so(5)
        return f" @{name}(if: {self.write(BOOLEAN, wanted)})"

    def _pairs(self, types: dict[str, Any], given: dict[str, Any]) -> list[str]:
        """Now and then one is left out by a variable that is."""
        written = [f"{name}: {self.write(types[name], value)}" for name, value in given.items()]
        left_out = [name for name in types if name not in given]
        if left_out and self.is_so(1, of=30):
            name = self.one_of(left_out)
            if not isinstance(types[name], GraphQLNonNull):
                written.append(f"{name}: ${self._declare(str(types[name]), None, ABSENT)}")
        return written

    def write(self, type_: Any, value: Any) -> str:
        if self.is_so(1, of=7):
            return f"${self._variable(type_, value)}"
        inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if isinstance(inner, GraphQLList) and value:
            if len(value) == 1 and value[0] is not None and self.is_so(1):
                return literal(inner.of_type, value[0])
            return f"[{', '.join(self.write(inner.of_type, one) for one in value)}]"
        if isinstance(inner, GraphQLInputObjectType) and value:
            types = {name: one.type for name, one in inner.fields.items()}
            return f"{{{', '.join(self._pairs(types, value))}}}"
        return literal(inner, value)

    def _variable(self, type_: Any, value: Any) -> str:
        for name, one in self.variables.items():
            is_same = one.type == str(type_) and one.value is not ABSENT and one.value == value
            if is_same and self.is_so(5):
                return name
        written = str(type_)
        if value is not None and not isinstance(type_, GraphQLNonNull) and self.is_so(3):
            written = f"{written}!"
        way = self.one_of(["given", "instead", "default"])
        if way == "default" and value is not None:
            return self._declare(written, literal(type_, value), ABSENT)
        return self._declare(written, _other(type_) if way == "instead" else None, value)

    def _declare(self, type_: str, default: str | None, value: Any) -> str:
        name = f"v{len(self.variables) + 1}"
        self.variables[name] = Variable(type_, default, value)
        return name


def literal(type_: Any, value: Any) -> str:
    """Without variables."""
    inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    if value is None:
        return "null"
    if isinstance(inner, GraphQLList):
        if not isinstance(value, list):
            return literal(inner.of_type, value)
        return f"[{', '.join(literal(inner.of_type, one) for one in value)}]"
    if isinstance(inner, GraphQLInputObjectType):
        fields = inner.fields
        pairs = [f"{name}: {literal(fields[name].type, one)}" for name, one in value.items()]
        return f"{{{', '.join(pairs)}}}"
    return str(value) if isinstance(inner, GraphQLEnumType) else json.dumps(value)


def _other(type_: Any) -> str | None:
    """A default that nobody will see, as the variable is given."""
    inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    if isinstance(inner, GraphQLList):
        return "[]"
    if isinstance(inner, GraphQLEnumType):
        return str(next(iter(inner.values)))
    return {"Int": "1", "String": '""', "ID": '"1"', "Boolean": "true"}.get(str(inner))
