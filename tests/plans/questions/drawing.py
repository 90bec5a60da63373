"""Drawing selections: which fields, on what, through which fragments."""

from dataclasses import dataclass, field, replace

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)

from tests.plans.oracle import SCHEMA
from tests.plans.oracle.pages import DEFAULT, MOST
from tests.plans.oracle.roots import ROOTS
from tests.plans.questions.arguments import Arguments, Given
from tests.plans.questions.levels import Field, Fragment, Inline, Level, Selection, Spread
from tests.plans.questions.pen import Pen

Composite = GraphQLObjectType | GraphQLInterfaceType


@dataclass(frozen=True)
class Shape:
    """How large a question grows."""

    room: int
    """How many things a list within lists may come to, as far as can be told before."""
    widest: int = 6
    deepest: int = 9
    times_deeper: int = 5
    """Of ten, that something is asked for that holds something."""
    times_filtered: int = 4
    """Of ten, that of a list only some is asked for."""
    most_fields: int = 25
    """That hold something."""


USUAL, AGAIN = 5, 20
"""How long plain lists are taken to be; and those that stand within one of their own name."""
ALIASES = ("a", "b", "id", "status", "node")
"""Some are fields' names."""
LISTS = ("orders", "shipments", "exceptions", "changes", "nodes")
READERS_ROOTS = (*ROOTS, *LISTS * 3)
HOLDERS_ROOTS = (*ROOTS, *["order"] * 30)
"""Whoever holds nothing but a tracking id is refused all else."""


@dataclass(frozen=True)
class Here:
    """Where something is selected."""

    type: Composite
    level: Level
    depth: int
    room: int
    lists: frozenset[str] = frozenset()

    def is_within(self, other: "Here") -> bool:
        """Whether what was drawn there has room here."""
        return self.depth <= other.depth and self.room >= other.room and self.lists <= other.lists


@dataclass
class Artist:
    pen: Pen
    shape: Shape
    is_reader: bool
    fragments: list[Fragment] = field(default_factory=list)
    drawn_at: list[Here] = field(default_factory=list)
    numbers: int = 0

    def __post_init__(self) -> None:
        self.arguments = Arguments(self.pen, self.shape.times_filtered)
        self.left = self.shape.most_fields

    def roots(self) -> list[Selection]:
        assert SCHEMA.query_type
        here = Here(SCHEMA.query_type, Level(), 0, self.shape.room)
        often = READERS_ROOTS if self.is_reader else HOLDERS_ROOTS
        return [self._root(here, often) for _ in range(self.pen.one_of([1, 1, 2, 3]))]

    def _root(self, here: Here, names: tuple[str, ...]) -> Selection:
        if self.pen.is_so(1):
            return self._around(here)
        if self.pen.is_so(1, of=20):
            return self._of_the_schema(here)
        return self._field(here, self.pen.one_of(names))

    def _of_the_schema(self, here: Here) -> Selection:
        """Beside what is read from tables."""
        name = Field("__Type", None, "name", "", "String", 1)
        query = Field("__Schema", None, "queryType", "", "__Type!", 1, inner=[name])
        schema = Field("Query", None, "__schema", "", "__Schema!", 1, inner=[query])
        order = Field("Query", None, "__type", '(name: "Order")', "__Type", 1, inner=[name])
        return self._put(here, self.pen.one_of([schema, order]))

    def _selections(self, here: Here) -> list[Selection]:
        count = self.pen.count(1, self.shape.widest)
        selections = [self._selection(here) for _ in range(count)]
        if here.depth and self.pen.is_so(3):
            selections += self._all_of_it(here)
        return selections

    def _all_of_it(self, here: Here) -> list[Selection]:
        """Every simple field, and those that only some types have."""
        known = {one.name for one in here.level.fields_on(here.type.name)}
        every = [self._field(here, name) for name in self._leaves(here.type) if name not in known]
        if not isinstance(here.type, GraphQLInterfaceType):
            return every or [self._field(here, "__typename")]
        for type_ in SCHEMA.get_possible_types(here.type):
            on = replace(here, type=type_)
            own = set(type_.fields) - set(here.type.fields)
            inner = [self._field(on, name) for name in self._names(on) if name in own]
            every.append(Inline(type_.name, "", inner or [self._field(on, "__typename")]))
        return every

    def _selection(self, here: Here) -> Selection:
        if here.depth < self.shape.deepest and self.left > 0:
            if self.pen.is_so(6 if isinstance(here.type, GraphQLInterfaceType) else 1):
                return self._around(here)
            known = [one for one in here.level.fields_on(here.type.name) if one.name[:2] != "__"]
            if known and self.pen.is_so(1):
                return self._again(here, self.pen.one_of(known))
        leaves = ["__typename", *self._leaves(here.type)]
        others = [name for name in self._names(here) if name not in leaves]
        names = others if others and self.pen.is_so(self.shape.times_deeper) else leaves
        return self._field(here, self.pen.one_of(names))

    @staticmethod
    def _leaves(type_: Composite) -> list[str]:
        fields = type_.fields
        return [name for name in fields if is_leaf_type(get_named_type(fields[name].type))]

    def _names(self, here: Here) -> list[str]:
        leaves = self._leaves(here.type)
        names = ROOTS if here.type.name == "Query" else here.type.fields
        return [name for name in names if name in leaves or self._has_room(here, name)]

    def _has_room(self, here: Here, name: str) -> bool:
        has_left = here.depth < self.shape.deepest and self.left > 0
        return has_left and self._length(here, name) <= here.room

    @staticmethod
    def _length(here: Here, name: str) -> int:
        """Of a plain list; 1 for what is none."""
        is_list = is_list_type(get_nullable_type(here.type.fields[name].type))
        if not is_list or name in ("nodes", "edges"):
            return 1
        return AGAIN if name in here.lists else USUAL

    def _field(self, here: Here, name: str) -> Selection:
        if name == "__typename":
            return self._put(here, Field(here.type.name, None, name, "", "String!", 1))
        definition = here.type.fields[name]
        given = self.arguments.of(here.type.name, name, definition, here.room)
        types = {argument: one.type for argument, one in definition.args.items()}
        written = self.pen.arguments(types, given)
        alias = self.pen.one_of(ALIASES) if self.pen.is_so(1) else None
        rows = self._rows(here, name, given)
        new = Field(here.type.name, alias, name, written, str(definition.type), rows)
        if not here.level.admits(new):
            new.alias = f"alias{self._number()}"
        return self._filled(here, new)

    def _number(self) -> int:
        self.numbers += 1
        return self.numbers

    def _rows(self, here: Here, name: str, given: Given) -> int:
        if "first" in here.type.fields[name].args:
            sizes = [given[one] for one in ("first", "last") if given.get(one) is not None]
            return min(max(sizes[0], 1), MOST) if sizes else DEFAULT
        return len(given["ids"]) or 1 if "ids" in given else self._length(here, name)

    def _again(self, here: Here, known: Field) -> Selection:
        """What is asked for already, and perhaps something else within it."""
        return self._filled(here, replace(known, directives="", inner=None))

    def _filled(self, here: Here, new: Field) -> Selection:
        """With directives, and with what is asked for within."""
        self._put(here, new)
        new.directives = self.pen.directives()
        type_ = get_named_type(here.type.fields[new.name].type)
        if isinstance(type_, Composite):
            self.left -= 1
            lists = here.lists | {new.name} if new.rows > 1 else here.lists
            level = here.level.place(new.shown_as).within
            room = max(here.room // new.rows, 1)
            new.inner = self._selections(Here(type_, level, here.depth + 1, room, lists))
        return new

    @staticmethod
    def _put(here: Here, selection: Selection) -> Selection:
        here.level.put(selection)
        return selection

    def _around(self, here: Here) -> Selection:
        """Through a fragment."""
        way = self.pen.one_of(["inline", "condition", "named", "known"])
        if way == "known" and (known := self._known(here)):
            fragment = self.pen.one_of(known)
            self.left -= self.shape.most_fields // 5
            return self._put(here, Spread(fragment, self.pen.directives()))
        directives = self.pen.directives()
        if way == "inline":
            return Inline(None, directives, self._selections(here))
        on = replace(here, type=self.pen.one_of(self._conditions(here.type)))
        if way == "condition":
            return Inline(on.type.name, directives, self._selections(on))
        fragment = Fragment(f"Part{self._number()}", on.type.name, self._selections(on))
        self.fragments.append(fragment)
        self.drawn_at.append(on)
        return Spread(fragment, directives)

    @staticmethod
    def _conditions(type_: Composite) -> list[Composite]:
        if isinstance(type_, GraphQLInterfaceType):
            return [*SCHEMA.get_possible_types(type_), type_]
        return [type_, *type_.interfaces]

    def _known(self, here: Here) -> list[Fragment]:
        """Fragments that can be spread here too."""
        return [
            fragment
            for fragment, drawn_at in zip(self.fragments, self.drawn_at, strict=True)
            if here.is_within(drawn_at)
            and any(drawn_at.type == one for one in self._conditions(here.type))
            and all(map(here.level.admits, fragment.inner))
        ]
