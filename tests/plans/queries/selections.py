"""The generator of selections: fields on types, directly or through fragments."""

from dataclasses import dataclass, field, replace

from graphql import (
    GraphQLInterfaceType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)

from tests.plans.queries.arguments import ArgumentGenerator, Values
from tests.plans.queries.query_shape import Composite, Location, QueryShape
from tests.plans.queries.query_writer import QueryWriter
from tests.plans.queries.selection_sets import (
    FieldSelection,
    FragmentDefinition,
    FragmentSpread,
    InlineFragment,
    MergedSelectionSet,
    Selection,
)
from tests.plans.reference import SCHEMA
from tests.plans.reference.pagination import DEFAULT_PAGE, LARGEST_PAGE
from tests.plans.reference.root_fields import ROOT_RESOLVERS

LIST_LENGTH, REPEATED_LIST_LENGTH = 5, 20
"""Estimated lengths of a plain list, and of a list nested in a list of the same name."""
ALIASES = ("a", "b", "id", "status", "node")
"""Some aliases are the names of other fields."""
LISTS = ("orders", "shipments", "exceptions", "changes", "nodes")
READER_ROOT_FIELDS = (*ROOT_RESOLVERS, *LISTS * 3)
KEYLESS_ROOT_FIELDS = (*ROOT_RESOLVERS, *["order"] * 30)
"""A caller without a key is refused most root fields, so `order` is chosen more often."""


@dataclass
class SelectionGenerator:
    """Generates the selections of one query, and the fragments that they use."""

    writer: QueryWriter
    shape: QueryShape
    is_reader: bool
    fragments: list[FragmentDefinition] = field(default_factory=list)
    fragment_locations: list[Location] = field(default_factory=list)
    last_number: int = 0

    def __post_init__(self) -> None:
        self.arguments = ArgumentGenerator(self.writer, self.shape.filtered_in_ten)
        self.nested_fields_left = self.shape.most_nested_fields

    def root_selections(self) -> list[Selection]:
        """One to three selections on Query."""
        assert SCHEMA.query_type
        location = Location(SCHEMA.query_type, MergedSelectionSet(), 0, self.shape.row_budget)
        names = READER_ROOT_FIELDS if self.is_reader else KEYLESS_ROOT_FIELDS
        return [self._root(location, names) for _ in range(self.writer.choice([1, 1, 2, 3]))]

    def _root(self, location: Location, names: tuple[str, ...]) -> Selection:
        if self.writer.chance(1):
            return self._through_fragment(location)
        if self.writer.chance(1, of=20):
            return self._introspection(location)
        return self._field(location, self.writer.choice(names))

    def _introspection(self, location: Location) -> Selection:
        """A root field that reads the schema instead of tables."""
        name = FieldSelection("__Type", None, "name", "", "String", 1)
        query = FieldSelection("__Schema", None, "queryType", "", "__Type!", 1, inner=[name])
        schema = FieldSelection("Query", None, "__schema", "", "__Schema!", 1, inner=[query])
        order = FieldSelection(
            "Query", None, "__type", '(name: "Order")', "__Type", 1, inner=[name]
        )
        return self._add(location, self.writer.choice([schema, order]))

    def _selections(self, location: Location) -> list[Selection]:
        count = self.writer.integer(1, self.shape.most_selections)
        selections = [self._selection(location) for _ in range(count)]
        if location.depth and self.writer.chance(3):
            selections += self._all_leaves(location)
        return selections

    def _all_leaves(self, location: Location) -> list[Selection]:
        """Every leaf field, and for an interface the fields of its possible types."""
        selected = {field.name for field in location.selection_set.fields_of(location.type.name)}
        every = [
            self._field(location, name)
            for name in self._leaves(location.type)
            if name not in selected
        ]
        if not isinstance(location.type, GraphQLInterfaceType):
            return every or [self._field(location, "__typename")]
        for type_ in SCHEMA.get_possible_types(location.type):
            narrowed = replace(location, type=type_)
            own = set(type_.fields) - set(location.type.fields)
            inner = [self._field(narrowed, name) for name in self._names(narrowed) if name in own]
            every.append(
                InlineFragment(type_.name, "", inner or [self._field(narrowed, "__typename")])
            )
        return every

    def _selection(self, location: Location) -> Selection:
        if location.depth < self.shape.most_levels and self.nested_fields_left > 0:
            if self.writer.chance(6 if isinstance(location.type, GraphQLInterfaceType) else 1):
                return self._through_fragment(location)
            selected = [
                field
                for field in location.selection_set.fields_of(location.type.name)
                if not field.name.startswith("__")
            ]
            if selected and self.writer.chance(1):
                return self._repeated(location, self.writer.choice(selected))
        leaves = ["__typename", *self._leaves(location.type)]
        others = [name for name in self._names(location) if name not in leaves]
        names = others if others and self.writer.chance(self.shape.nested_in_ten) else leaves
        return self._field(location, self.writer.choice(names))

    @staticmethod
    def _leaves(type_: Composite) -> list[str]:
        fields = type_.fields
        return [name for name in fields if is_leaf_type(get_named_type(fields[name].type))]

    def _names(self, location: Location) -> list[str]:
        leaves = self._leaves(location.type)
        names = ROOT_RESOLVERS if location.type.name == "Query" else location.type.fields
        return [name for name in names if name in leaves or self._fits(location, name)]

    def _fits(self, location: Location, name: str) -> bool:
        may_nest = location.depth < self.shape.most_levels and self.nested_fields_left > 0
        return may_nest and self._length(location, name) <= location.row_budget

    @staticmethod
    def _length(location: Location, name: str) -> int:
        """The estimated length of a plain list; 1 for a field that is not a plain list."""
        is_list = is_list_type(get_nullable_type(location.type.fields[name].type))
        if not is_list or name in ("nodes", "edges"):
            return 1
        return REPEATED_LIST_LENGTH if name in location.lists else LIST_LENGTH

    def _field(self, location: Location, name: str) -> Selection:
        if name == "__typename":
            return self._add(
                location, FieldSelection(location.type.name, None, name, "", "String!", 1)
            )
        definition = location.type.fields[name]
        values = self.arguments.generate(location.type.name, name, definition, location.row_budget)
        types = {
            argument_name: argument.type for argument_name, argument in definition.args.items()
        }
        arguments = self.writer.arguments(types, values)
        alias = self.writer.choice(ALIASES) if self.writer.chance(1) else None
        rows = self._rows(location, name, values)
        new = FieldSelection(location.type.name, alias, name, arguments, str(definition.type), rows)
        if not location.selection_set.can_add(new):
            new.alias = f"alias{self._next_number()}"
        return self._completed(location, new)

    def _next_number(self) -> int:
        self.last_number += 1
        return self.last_number

    def _rows(self, location: Location, name: str, values: Values) -> int:
        """The estimated number of objects in the field's value."""
        if "first" in location.type.fields[name].args:
            sizes = [values[size] for size in ("first", "last") if values.get(size) is not None]
            return min(max(sizes[0], 1), LARGEST_PAGE) if sizes else DEFAULT_PAGE
        return len(values["ids"]) or 1 if "ids" in values else self._length(location, name)

    def _repeated(self, location: Location, selected: FieldSelection) -> Selection:
        """A field that is selected already, with a new selection set."""
        return self._completed(location, replace(selected, directives="", inner=None))

    def _completed(self, location: Location, new: FieldSelection) -> Selection:
        """The field, added here, with directives and a selection set if it holds objects."""
        self._add(location, new)
        new.directives = self.writer.directives()
        type_ = get_named_type(location.type.fields[new.name].type)
        if isinstance(type_, Composite):
            self.nested_fields_left -= 1
            lists = location.lists | {new.name} if new.rows > 1 else location.lists
            inner = location.selection_set.response_field(new.response_name).inner
            row_budget = max(location.row_budget // new.rows, 1)
            new.inner = self._selections(
                Location(type_, inner, location.depth + 1, row_budget, lists)
            )
        return new

    @staticmethod
    def _add(location: Location, selection: Selection) -> Selection:
        location.selection_set.add(selection)
        return selection

    def _through_fragment(self, location: Location) -> Selection:
        """A selection inside an inline fragment or a named fragment, new or used before."""
        kind = self.writer.choice(["plain inline", "typed inline", "new", "known"])
        if kind == "known" and (known := self._known_fragments(location)):
            fragment = self.writer.choice(known)
            self.nested_fields_left -= self.shape.most_nested_fields // 5
            return self._add(location, FragmentSpread(fragment, self.writer.directives()))
        directives = self.writer.directives()
        if kind == "plain inline":
            return InlineFragment(None, directives, self._selections(location))
        narrowed = replace(location, type=self.writer.choice(self._conditions(location.type)))
        if kind == "typed inline":
            return InlineFragment(narrowed.type.name, directives, self._selections(narrowed))
        name = f"Part{self._next_number()}"
        fragment = FragmentDefinition(name, narrowed.type.name, self._selections(narrowed))
        self.fragments.append(fragment)
        self.fragment_locations.append(narrowed)
        return FragmentSpread(fragment, directives)

    @staticmethod
    def _conditions(type_: Composite) -> list[Composite]:
        """The types that a fragment on this type can have as its condition."""
        if isinstance(type_, GraphQLInterfaceType):
            return [*SCHEMA.get_possible_types(type_), type_]
        return [type_, *type_.interfaces]

    def _known_fragments(self, location: Location) -> list[FragmentDefinition]:
        """The fragments of this query that can be spread here too."""
        return [
            fragment
            for fragment, origin in zip(self.fragments, self.fragment_locations, strict=True)
            if location.is_within_limits_of(origin)
            and any(origin.type == type_ for type_ in self._conditions(location.type))
            and all(map(location.selection_set.can_add, fragment.inner))
        ]
