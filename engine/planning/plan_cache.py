"""Plans of operations: made once for each operation, the rights of its asker, and its choices."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol, TypeVar

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
)
from graphql.execution.values import VariableValues

from access.viewer import Viewer
from engine.operations import Operation
from engine.planning.argument_binding import ArgumentConverter
from engine.planning.field_collection import FieldCollector
from engine.planning.selection_builder import SelectionBuilder
from engine.sql.plan import FieldResult, Plan
from engine.sql.selection import Arguments, Field, Reader, Variables

NO_VARIABLES = VariableValues(sources={}, coerced={})
Chosen = tuple[tuple[str, bool], ...]
"""What the variables say by which directives choose."""


DESCRIBING = frozenset({"__typename", "__schema", "__type"})
"""Root fields that the schema answers itself."""
Made = TypeVar("Made")


class QueryPlan(Protocol):
    """How one root field is read."""

    async def read(self, arguments: Arguments, variables: Variables, reader: Reader) -> FieldResult:
        """Return the field's value. Raises Refusal if all of it is refused."""


@dataclass(frozen=True, slots=True)
class Computed:
    """A root field that no plan reads. `is_first`: before all plans of the same request."""

    value: Callable[[Field, Reader], Awaitable[Any]]
    is_first: bool = False


class RootPlanner(Protocol):
    """What the application says of its root fields."""

    @property
    def viewers(self) -> Sequence[Viewer]:
        """One viewer of each kind that is shown something else."""

    def query(self, field: Field, viewer: Viewer) -> QueryPlan | Computed:
        """Return how a field of the query type is answered."""

    def change(self, field: Field, viewer: Viewer) -> Plan:
        """Return how a field of the subscription type shows one change."""

    def payload(self, type_name: str, field: Field, viewer: Viewer) -> Plan:
        """Return how a mutation's payload field shows an object of this type, found by its id."""


@dataclass(slots=True)
class PlanStatistics:
    """How often what an operation needs had been made before."""

    hits: int = 0
    misses: int = 0


@dataclass(frozen=True, slots=True)
class RootField:
    """A field of a query; without a plan, it is refused, or the schema answers it itself."""

    field: Field
    nodes: Sequence[FieldNode]
    plan: QueryPlan | Computed | None = None


class PlanCache:
    """Of one schema."""

    def __init__(
        self, core: GraphQLSchema, conversion: ArgumentConverter, planner: RootPlanner
    ) -> None:
        self._core, self._conversion, self._planner = core, conversion, planner
        self.tally = PlanStatistics()

    def prepare(self, operation: Operation) -> None:
        """Before it is asked for: its plans, for every kind of reader that there is."""
        if operation.is_query and not operation.choosing:
            for viewer in self._planner.viewers:
                self.query(operation, NO_VARIABLES, viewer)

    def query(
        self, operation: Operation, variables: VariableValues, viewer: Viewer
    ) -> Sequence[RootField]:
        """The fields of a query, in the order of the answer."""

        def make() -> Sequence[RootField]:
            roots = self._roots(operation, variables, viewer, self._core.query_type)
            return [self._planned(root, viewer) for root in roots]

        return self._made(operation, (viewer.reads, _choices(operation, variables)), make)

    def changes(self, operation: Operation, variables: VariableValues, viewer: Viewer) -> Plan:
        """Of a subscription: what is shown of each change."""

        def make() -> Plan:
            (root,) = self._roots(operation, variables, viewer, self._core.subscription_type)
            return self._planner.change(root.field, viewer)

        return self._made(operation, (viewer.reads, _choices(operation, variables)), make)

    def question(
        self, operation: Operation, variables: VariableValues, viewer: Viewer
    ) -> RootField:
        """Of a subscription: what is asked again and again."""

        def make() -> RootField:
            (root,) = self._roots(operation, variables, viewer, self._core.subscription_type)
            return self._planned(root, viewer)

        return self._made(operation, (viewer.reads, _choices(operation, variables)), make)

    def thing(self, operation: Operation, info: GraphQLResolveInfo[Any], viewer: Viewer) -> Plan:
        """Of a field that a mutation answers with a row."""
        nodes, choices = tuple(map(id, info.field_nodes)), _choices(operation, info.variable_values)
        make = partial(self._thing, operation, info, viewer)
        return self._made(operation, (nodes, viewer.reads, choices), make)

    def _made(self, operation: Operation, key: Hashable, make: Callable[[], Made]) -> Made:
        made: Made | None = operation.plans.get(key)
        if made is not None:
            self.tally.hits += 1
            return made
        self.tally.misses += 1
        made = make()
        operation.plans[key] = made
        return made

    def _thing(self, operation: Operation, info: GraphQLResolveInfo[Any], viewer: Viewer) -> Plan:
        selecting = self._selecting(operation, info.variable_values, viewer)
        field = selecting.field(info.parent_type, str(info.path.key), info.field_nodes)
        (name,) = field.selections
        return self._planner.payload(name, field, viewer)

    def _roots(
        self,
        operation: Operation,
        variables: VariableValues,
        viewer: Viewer,
        type_: GraphQLObjectType | None,
    ) -> Sequence[RootField]:
        assert type_ is not None, "a valid operation has a type"
        selecting = self._selecting(operation, variables, viewer)
        collected = selecting.collected(type_, [operation.definition.selection_set])
        return [self._root(selecting, type_, key, nodes) for key, nodes in collected.items()]

    def _root(
        self,
        selecting: SelectionBuilder,
        type_: GraphQLObjectType,
        key: str,
        nodes: Sequence[FieldNode],
    ) -> RootField:
        name = nodes[0].name.value
        if name in DESCRIBING:
            return RootField(Field(key, name, type_.name, place=nodes), nodes)
        return RootField(selecting.field(type_, key, nodes), nodes)

    def _planned(self, root: RootField, viewer: Viewer) -> RootField:
        if root.field.refusal is not None or root.field.name in DESCRIBING:
            return root
        return replace(root, plan=self._planner.query(root.field, viewer))

    def _selecting(
        self, operation: Operation, variables: VariableValues, viewer: Viewer
    ) -> SelectionBuilder:
        choices = dict(_choices(operation, variables))
        collecting = FieldCollector(self._core, operation.document, choices)
        return SelectionBuilder(self._core, collecting, viewer, self._conversion)


def _choices(operation: Operation, variables: VariableValues) -> Chosen:
    """Raises GraphQLError for null, which a default lets through."""
    chosen = tuple((name, variables.coerced[name]) for name in operation.choosing)
    for name, value in chosen:
        if value is None:
            message = f"The variable ${name} must be true or false: a directive chooses by it."
            raise GraphQLError(message, extensions={"code": "INVALID"})
    return chosen
