"""Generators of random stub objects and of documents that query them."""

import asyncio
from collections.abc import Generator
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.schema.stub_schema import Colour, StubObject, ValueFactory

VALID: dict[str, list[Any]] = {
    "name": ["Nora", ""],
    "text": ["a text"],
    "required": ["required"],
    "key": ["key", 7],
    "flag": [True, False],
    "number": [7, -1],
    "ratio": [0.5, 2],
    "amount": [Decimal("1.50")],
    "at": [datetime(2026, 1, 2, tzinfo=UTC)],
    "colour": [Colour.RED],
    "required_colour": [Colour.GREEN],
    "lowercase": ["softly", "LOUD"],
    "words": [["one", "two"], [], ()],
    "exclaimed": ["loud"],
    "weight": [Decimal(3)],
}


class Unserializable:
    """A value that no scalar can serialize."""

    def __repr__(self) -> str:
        return "unserializable"


INVALID = [
    None,
    True,
    3,
    2**40,
    float("nan"),
    "green",
    b"bytes",
    Unserializable(),
    [],
    [None, "x"],
    {"a": 1},
    ValueError("an error as a value"),
    Colour.RED,
    datetime(2026, 1, 2, tzinfo=UTC),
]

LEAVES = [
    *("name", "text", "required", "key", "flag", "number", "ratio", "amount", "at", "colour"),
    *("requiredColour", "lowercase", "words", "exclaimed", "resolved", "awaited", "__typename"),
]
OBJECTS = ["node", "requiredNode", "nodes", "optionalNodes"]
ABSTRACT = ["named", "either"]
DIRECTIVES = ["", "", "", "", "@include(if: $yes)", "@skip(if: $yes)", "@include(if: $no)"]


def constant(value: Any) -> ValueFactory:
    return lambda: value


def failing(message: str) -> ValueFactory:
    def read() -> Any:
        raise LookupError(message)

    return read


class Deferred:
    """An awaitable of a factory's value that, unlike a coroutine, may be left unawaited."""

    def __init__(self, factory: ValueFactory) -> None:
        self._factory = factory

    def __repr__(self) -> str:
        return "deferred"

    def __await__(self) -> Generator[Any, None, Any]:
        yield from asyncio.sleep(0).__await__()
        return self._factory()


def deferred(factory: ValueFactory) -> ValueFactory:
    return lambda: Deferred(factory)


class ObjectGenerator:
    """Generates objects with mostly valid attributes; the same seed gives the same objects."""

    def __init__(self, seed: int | str, depth: int = 3) -> None:
        self._seed, self._depth = seed, depth

    def build_object(self) -> StubObject:
        kind = Random(f"{self._seed}").choice(["Node"] * 8 + ["Leaf", "Unknown"])
        return StubObject(GeneratedAttributes(self), kind)

    def value_factory(self, name: str) -> ValueFactory:
        random = Random(f"{self._seed}.{name}")
        draw = random.random()
        if draw < 0.06:
            value_factory = failing("no")
        elif draw < 0.16:
            value_factory = constant(random.choice(INVALID))
        elif name in VALID:
            value_factory = constant(random.choice(VALID[name]))
        elif name in ("nodes", "optional_nodes"):
            value_factory = list_of(
                [self.value_factory(f"{name}[{n}]") for n in range(random.randrange(4))]
            )
        else:
            value_factory = self._inner(name)
        return deferred(value_factory) if random.random() < 0.1 else value_factory

    def _inner(self, name: str) -> ValueFactory:
        inner = ObjectGenerator(f"{self._seed}.{name}", self._depth - 1)
        return constant(inner.build_object() if self._depth else None)


class GeneratedAttributes(dict[str, ValueFactory]):
    """Attributes that are generated when they are first read."""

    def __init__(self, generator: ObjectGenerator) -> None:
        super().__init__()
        self._generator = generator

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> ValueFactory:
        self[name] = self._generator.value_factory(name)
        return self[name]


def list_of(items: list[ValueFactory]) -> ValueFactory:
    return lambda: [item() for item in items]


def selections(depth: int = 2) -> st.SearchStrategy[str]:
    """Selections of fields of a Node."""
    fields = [st.builds(_field, st.sampled_from(LEAVES), st.booleans(), _DIRECTIVES)]
    if depth:
        inner = selections(depth - 1)
        fields += [
            st.builds(_field, st.sampled_from(OBJECTS), st.booleans(), _DIRECTIVES, inner),
            st.builds(
                _field,
                st.sampled_from(ABSTRACT),
                st.booleans(),
                _DIRECTIVES,
                inner.map(_abstract_selection),
            ),
            st.builds("... on Node {} {{ {} }}".format, _DIRECTIVES, inner),
            st.builds("... on Named {} {{ name }}".format, _DIRECTIVES),
            st.just("...Short"),
        ]
    return st.lists(st.one_of(fields), min_size=1, max_size=5).map(" ".join)


_DIRECTIVES = st.sampled_from(DIRECTIVES)


def _field(name: str, is_renamed: bool, directive: str, inner: str = "") -> str:
    """A field, renamed to an alias that no other field has."""
    selection = f"{name}Again: {name} {directive}" if is_renamed else f"{name} {directive}"
    return f"{selection} {{ {inner} }}" if inner else selection


def _abstract_selection(inner: str) -> str:
    return f"__typename ... on Leaf {{ name weight }} ... on Node {{ {inner} }}"


SHORT = "fragment Short on Node { __typename required flag words }"
