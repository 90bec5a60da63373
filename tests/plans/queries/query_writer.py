"""The writer of queries: random choices, and values as literals or as variables of every kind."""

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

Element = TypeVar("Element")
ABSENT = object()
"""The value of a variable that is declared but not provided."""
BOOLEAN: Any = GraphQLNonNull(GraphQLBoolean)
LARGEST_PLACEHOLDER = 400
"""Placeholder numbers reach this far, which is more than most kinds have values."""


@dataclass
class Variable:
    type: str
    default: str | None
    value: Any

    def declaration(self, name: str) -> str:
        return f"${name}: {self.type}" + (f" = {self.default}" if self.default else "")


@dataclass
class QueryWriter:
    random: random.Random
    variables: dict[str, Variable] = field(default_factory=dict)

    def integer(self, least: int, most: int) -> int:
        return self.random.randint(least, most)

    def chance(self, times: int, of: int = 10) -> bool:
        """True with the probability `times` / `of`."""
        return self.random.randrange(of) < times

    def choice(self, elements: Sequence[Element]) -> Element:
        return self.random.choice(elements)

    def sample(self, elements: Sequence[Element], most: int) -> list[Element]:
        """At most that many elements, each at most once."""
        return self.random.sample(elements, self.integer(0, min(most, len(elements))))

    def text(self, texts: Sequence[str]) -> str:
        """One of the texts; one that begins with @ becomes a placeholder."""
        text = self.choice(texts)
        return self.placeholder(text) if text.startswith("@") else text

    def placeholder(self, kind: str) -> str:
        """A placeholder that the harness replaces by a value of that kind."""
        return f"{kind}:{self.integer(0, LARGEST_PLACEHOLDER)}"

    def arguments(self, types: dict[str, Any], values: dict[str, Any]) -> str:
        """The arguments in parentheses; `values` has no name for an argument that is left out."""
        written = self._pairs(types, values)
        return f"({', '.join(written)})" if written else ""

    def directives(self) -> str:
        if not self.chance(1):
            return ""
        name = self.choice(["include", "skip"])
        condition = (name == "include") is not self.chance(5)
        return f" @{name}(if: {self.write(BOOLEAN, condition)})"

    def _pairs(self, types: dict[str, Any], values: dict[str, Any]) -> list[str]:
        """Names and values. Sometimes an absent one is written as a variable without a value."""
        written = [f"{name}: {self.write(types[name], value)}" for name, value in values.items()]
        absent = [name for name in types if name not in values]
        if absent and self.chance(1, of=30):
            name = self.choice(absent)
            if not isinstance(types[name], GraphQLNonNull):
                written.append(f"{name}: ${self._declare(str(types[name]), None, ABSENT)}")
        return written

    def write(self, type_: Any, value: Any) -> str:
        """The value as a literal, with variables in some places of it."""
        if self.chance(1, of=7):
            return f"${self._variable(type_, value)}"
        inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if isinstance(inner, GraphQLList) and value:
            if len(value) == 1 and value[0] is not None and self.chance(1):
                return literal(inner.of_type, value[0])
            return f"[{', '.join(self.write(inner.of_type, element) for element in value)}]"
        if isinstance(inner, GraphQLInputObjectType) and value:
            types = {name: input_field.type for name, input_field in inner.fields.items()}
            return f"{{{', '.join(self._pairs(types, value))}}}"
        return literal(inner, value)

    def _variable(self, type_: Any, value: Any) -> str:
        """The name of a variable with that value: a new one, or one that is already declared."""
        for name, variable in self.variables.items():
            is_same = (
                variable.type == str(type_)
                and variable.value is not ABSENT
                and variable.value == value
            )
            if is_same and self.chance(5):
                return name
        written = str(type_)
        if value is not None and not isinstance(type_, GraphQLNonNull) and self.chance(3):
            written = f"{written}!"
        source = self.choice(["provided", "overridden default", "default"])
        if source == "default" and value is not None:
            return self._declare(written, literal(type_, value), ABSENT)
        default = _unused_default(type_) if source == "overridden default" else None
        return self._declare(written, default, value)

    def _declare(self, type_: str, default: str | None, value: Any) -> str:
        name = f"v{len(self.variables) + 1}"
        self.variables[name] = Variable(type_, default, value)
        return name


def literal(type_: Any, value: Any) -> str:
    """The value as GraphQL writes it, without variables."""
    inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    if value is None:
        return "null"
    if isinstance(inner, GraphQLList):
        if not isinstance(value, list):
            return literal(inner.of_type, value)
        return f"[{', '.join(literal(inner.of_type, element) for element in value)}]"
    if isinstance(inner, GraphQLInputObjectType):
        fields = inner.fields
        pairs = [
            f"{name}: {literal(fields[name].type, inner_value)}"
            for name, inner_value in value.items()
        ]
        return f"{{{', '.join(pairs)}}}"
    return str(value) if isinstance(inner, GraphQLEnumType) else json.dumps(value)


def _unused_default(type_: Any) -> str | None:
    """A default that has no effect, because a value is provided for the variable."""
    inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    if isinstance(inner, GraphQLList):
        return "[]"
    if isinstance(inner, GraphQLEnumType):
        return str(next(iter(inner.values)))
    return {"Int": "1", "String": '""', "ID": '"1"', "Boolean": "true"}.get(str(inner))
