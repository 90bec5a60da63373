"""The cache of query plans, which are made once per operation, rights and directive values."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, replace
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
from engine.introspection.plan import Introspection
from engine.introspection.selection import META_FIELDS
from engine.operations import Operation
from engine.planning.argument_binding import ArgumentConverter
from engine.planning.field_collection import FieldCollector
from engine.planning.selection_builder import SelectionBuilder
from engine.sql.plan import FieldResult, Plan
from engine.sql.selection import Arguments, Field, Reader, Variables
from errors import TopLevelCode

NO_VARIABLES = VariableValues(sources={}, coerced={})
DirectiveValues = tuple[tuple[str, bool], ...]
"""The variables that @skip and @include use, with their values."""

Cached = TypeVar("Cached")


class QueryPlan(Protocol):
    """Reads one root field."""

    async def read(self, arguments: Arguments, variables: Variables, reader: Reader) -> FieldResult:
        """Return the field's value. Raises DomainError if the arguments refuse all of it."""


@dataclass(frozen=True, slots=True)
class Computed:
    """A root field that is computed without a plan.

    With `is_first` it is computed before all other root fields of the request.
    """

    value: Callable[[Field, Reader], Awaitable[Any]]
    is_first: bool = False


class RootPlanner(Protocol):
    """Knows how the application's root fields are read."""

    @property
    def viewers(self) -> Sequence[Viewer]:
        """One viewer of each kind: viewers of a kind may read the same fields."""

    def query(self, field: Field, viewer: Viewer) -> QueryPlan | Computed:
        """Return how a field of the query type is answered."""

    def change(self, field: Field, viewer: Viewer) -> Plan:
        """Return how a field of the subscription type shows one change."""

    def payload(self, type_name: str, field: Field, viewer: Viewer) -> Plan:
        """Return how a mutation's payload field shows an object of this type, found by its id."""


@dataclass(slots=True)
class PlanStatistics:
    """Counts how often a plan was found in the cache (hits) or had to be made (misses)."""

    hits: int = 0
    misses: int = 0


@dataclass(frozen=True, slots=True)
class RootField:
    """A selected root field; it has no plan if it is refused, or if it is `__typename`."""

    field: Field
    nodes: Sequence[FieldNode]
    plan: QueryPlan | Computed | None = None


class PlanCache:
    """Makes the plans of a schema's operations, and keeps them with the operation."""

    def __init__(
        self, core: GraphQLSchema, converter: ArgumentConverter, planner: RootPlanner
    ) -> None:
        self._core, self._converter, self._planner = core, converter, planner
        self._introspection = Introspection(core)
        self.statistics = PlanStatistics()

    def prepare(self, operation: Operation) -> None:
        """Make a query's plans before its first request, for every kind of viewer."""
        if operation.is_query and not operation.directive_variables:
            for viewer in self._planner.viewers:
                self.query(operation, NO_VARIABLES, viewer)

    def query(
        self, operation: Operation, variables: VariableValues, viewer: Viewer
    ) -> Sequence[RootField]:
        """Return a query's root fields, in the order of the response."""

        def make(builder: SelectionBuilder) -> Sequence[RootField]:
            roots = self._roots(operation, builder, self._core.query_type)
            return [self._planned(root, viewer) for root in roots]

        return self._cached(operation, variables, viewer, make)

    def find_query(
        self, operation: Operation, variables: VariableValues, viewer: Viewer
    ) -> Sequence[RootField] | None:
        """Return a query's root fields if they are planned already."""
        found: Sequence[RootField] | None = self._find(
            operation, plan_key(operation, variables, viewer)
        )
        return found

    def change_plan(self, operation: Operation, variables: VariableValues, viewer: Viewer) -> Plan:
        """Return the plan by which a subscription shows each change."""

        def make(builder: SelectionBuilder) -> Plan:
            (root,) = self._roots(operation, builder, self._core.subscription_type)
            return self._planner.change(root.field, viewer)

        return self._cached(operation, variables, viewer, make)

    def live_query(
        self, operation: Operation, variables: VariableValues, viewer: Viewer
    ) -> RootField:
        """Return the root field that a subscription to a live query reads again and again."""

        def make(builder: SelectionBuilder) -> RootField:
            (root,) = self._roots(operation, builder, self._core.subscription_type)
            return self._planned(root, viewer)

        return self._cached(operation, variables, viewer, make)

    def payload(self, operation: Operation, info: GraphQLResolveInfo[Any], viewer: Viewer) -> Plan:
        """Return the plan of a field of a mutation's payload."""

        def make(builder: SelectionBuilder) -> Plan:
            field = builder.field(info.parent_type, str(info.path.key), info.field_nodes)
            (type_name,) = field.selections
            return self._planner.payload(type_name, field, viewer)

        nodes = tuple(map(id, info.field_nodes))
        return self._cached(operation, info.variable_values, viewer, make, nodes)

    def _cached(
        self,
        operation: Operation,
        variables: VariableValues,
        viewer: Viewer,
        make: Callable[[SelectionBuilder], Cached],
        nodes: tuple[int, ...] | None = None,
    ) -> Cached:
        """Return the operation's plan, or that of the payload field with these nodes."""
        key = plan_key(operation, variables, viewer)
        if nodes is not None:
            key = key, nodes
        found: Cached | None = self._find(operation, key)
        if found is not None:
            return found
        self.statistics.misses += 1
        builder = self._selection_builder(operation, variables, viewer)
        made = make(builder)
        roots = len(made) if isinstance(made, list) else 1
        operation.plans.add(key, made, roots=roots, fields=builder.fields)
        return made

    def _find(self, operation: Operation, key: Hashable) -> Any:
        plans = operation.plans
        try:
            found = plans[key]
        except KeyError:
            return None
        plans.move_to_end(key)
        self.statistics.hits += 1
        return found

    def _roots(
        self,
        operation: Operation,
        builder: SelectionBuilder,
        type_: GraphQLObjectType | None,
    ) -> Sequence[RootField]:
        assert type_ is not None, "a valid operation has a type"
        collected = builder.collector.collect(type_, [operation.definition.selection_set])
        return [self._root(builder, type_, key, nodes) for key, nodes in collected.items()]

    def _root(
        self,
        builder: SelectionBuilder,
        type_: GraphQLObjectType,
        key: str,
        nodes: Sequence[FieldNode],
    ) -> RootField:
        name = nodes[0].name.value
        if name == "__typename":
            return RootField(Field(key, name, type_.name, nodes=nodes), nodes)
        if name in META_FIELDS:
            is_required = name == "__schema"
            field = Field(key, name, type_.name, is_required, arguments=_no_arguments, nodes=nodes)
            plan = self._introspection.plan(builder.collector, key, nodes)
            builder.fields += plan.fields
            return RootField(field, nodes, plan)
        return RootField(builder.field(type_, key, nodes), nodes)

    def _planned(self, root: RootField, viewer: Viewer) -> RootField:
        field = root.field
        if root.plan is not None or field.refusal is not None or field.name == "__typename":
            return root
        return replace(root, plan=self._planner.query(root.field, viewer))

    def _selection_builder(
        self, operation: Operation, variables: VariableValues, viewer: Viewer
    ) -> SelectionBuilder:
        values = dict(_directive_values(operation, variables))
        collector = FieldCollector(self._core, operation.document, values)
        return SelectionBuilder(self._core, collector, viewer, self._converter)


def _no_arguments(_variables: Variables) -> Arguments:
    return {}


def plan_key(operation: Operation, variables: VariableValues, viewer: Viewer) -> Hashable:
    """Return the key of the operation's plans among those of its document.

    Raises GraphQLError if a directive's variable is null.
    """
    return operation.name, viewer.reads, _directive_values(operation, variables)


def _directive_values(operation: Operation, variables: VariableValues) -> DirectiveValues:
    """Raises GraphQLError if a value is null, which a variable with a default may be."""
    if not operation.directive_variables:
        return ()
    values = tuple((name, variables.coerced[name]) for name in operation.directive_variables)
    for name, value in values:
        if value is None:
            message = f"The variable ${name} must be true or false: a directive uses it."
            raise GraphQLError(message, extensions={"code": TopLevelCode.INVALID})
    return values
