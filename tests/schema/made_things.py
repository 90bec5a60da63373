"""Things made at random, and documents that ask for them."""

import asyncio
from collections.abc import Generator
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.schema.things import Colour, Recipe, Source

GOOD: dict[str, list[Any]] = {
    "name": ["Nora", ""],
    "text": ["a text"],
    "needed": ["needed"],
    "key": ["key", 7],
    "flag": [True, False],
    "number": [7, -1],
    "share": [0.5, 2],
    "amount": [Decimal("1.50")],
    "at": [datetime(2026, 1, 2, tzinfo=UTC)],
    "colour": [Colour.RED],
    "needed_colour": [Colour.GREEN],
    "whisper": ["softly", "LOUD"],
    "words": [["one", "two"], [], ()],
    "louder": ["loud"],
    "weight": [Decimal(3)],
}


class Odd:
    """Nothing that a scalar knows."""

    def __repr__(self) -> str:
        return "odd"


WRONG = [
    None,
    True,
    3,
    2**40,
    float("nan"),
    "green",
    b"bytes",
    Odd(),
    [],
    [None, "x"],
    {"a": 1},
    ValueError("an error as a value"),
    Colour.RED,
    datetime(2026, 1, 2, tzinfo=UTC),
]

LEAVES = [
    *("name", "text", "needed", "key", "flag", "number", "share", "amount", "at", "colour"),
    *("neededColour", "whisper", "words", "louder", "resolved", "awaited", "__typename"),
]
OBJECTS = ["thing", "neededThing", "things", "someThings"]
ABSTRACT = ["named", "either"]
DIRECTIVES = ["", "", "", "", "@include(if: $yes)", "@skip(if: $yes)", "@include(if: $no)"]


def same(value: Any) -> Recipe:
    return lambda: value


def failing(message: str) -> Recipe:
    def read() -> Any:
        raise LookupError(message)

    return read


class Later:
    """A recipe's value, to be awaited; unlike a coroutine it may be forgotten."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe

    def __repr__(self) -> str:
        return "later"

    def __await__(self) -> Generator[Any, None, Any]:
        yield from asyncio.sleep(0).__await__()
        return self._recipe()


def later(recipe: Recipe) -> Recipe:
    return lambda: Later(recipe)


class Chance:
    """Makes attributes by chance, mostly as they should be; the same ones for the same seed."""

    def __init__(self, seed: int | str, depth: int = 3) -> None:
        self._seed, self._depth = seed, depth

    def source(self) -> Source:
        kind = Random(f"{self._seed}").choice(["Thing"] * 8 + ["Stone", "Ghost"])
        return Source(Attributes(self), kind)

    def recipe(self, name: str) -> Recipe:
        random = Random(f"{self._seed}.{name}")
        fate = random.random()
        if fate < 0.06:
            recipe = failing("no")
        elif fate < 0.16:
            recipe = same(random.choice(WRONG))
        elif name in GOOD:
            recipe = same(random.choice(GOOD[name]))
        elif name in ("things", "some_things"):
            recipe = several([self.recipe(f"{name}[{n}]") for n in range(random.randrange(4))])
        else:
            recipe = self._inner(name)
        return later(recipe) if random.random() < 0.1 else recipe

    def _inner(self, name: str) -> Recipe:
        deeper = Chance(f"{self._seed}.{name}", self._depth - 1)
        return same(deeper.source() if self._depth else None)


class Attributes(dict[str, Recipe]):
    """Made when they are read for the first time."""

    def __init__(self, chance: Chance) -> None:
        super().__init__()
        self._chance = chance

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> Recipe:
        self[name] = self._chance.recipe(name)
        return self[name]


def several(items: list[Recipe]) -> Recipe:
    return lambda: [item() for item in items]


def selections(depth: int = 2) -> st.SearchStrategy[str]:
    """Of a thing."""
    fields = [st.builds(_field, st.sampled_from(LEAVES), st.booleans(), _DIRECTIVES)]
    if depth:
        inner = selections(depth - 1)
        fields += [
            st.builds(_field, st.sampled_from(OBJECTS), st.booleans(), _DIRECTIVES, inner),
            st.builds(
                _field, st.sampled_from(ABSTRACT), st.booleans(), _DIRECTIVES, inner.map(_of_any)
            ),
            st.builds("... on Thing {} {{ {} }}".format, _DIRECTIVES, inner),
            st.builds("... on Named {} {{ name }}".format, _DIRECTIVES),
            st.just("...Short"),
        ]
    return st.lists(st.one_of(fields), min_size=1, max_size=5).map(" ".join)


_DIRECTIVES = st.sampled_from(DIRECTIVES)


def _field(name: str, is_renamed: bool, directive: str, inner: str = "") -> str:
    """Nothing stands for two fields."""
    said = f"{name}Again: {name} {directive}" if is_renamed else f"{name} {directive}"
    return f"{said} {{ {inner} }}" if inner else said


def _of_any(inner: str) -> str:
    return f"__typename ... on Stone {{ name weight }} ... on Thing {{ {inner} }}"


SHORT = "fragment Short on Thing { __typename needed flag words }"


def documents() -> st.SearchStrategy[str]:
    root = st.sampled_from(
        ["query($yes: Boolean!, $no: Boolean!) { thing %s other: neededThing %s }"]
        + ["query($yes: Boolean!, $no: Boolean!) { thing %s }"] * 2
        + ["mutation($yes: Boolean!, $no: Boolean!) { change %s again: change %s }"]
    )
    return st.builds(
        lambda text, inner: text.replace("%s", f"{{ {inner} }}") + SHORT, root, selections()
    )
