"""Plans of operations: made once for each operation, the rights of its asker, and its choices."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
)
from graphql.execution.values import VariableValues

from auth import ANONYMOUS, SYSTEM, Scope, Viewer
from models.changes import Change
from resolvers.catalogue import CATALOGUE
from resolvers.forecasts.forecaster import Forecaster
from resolvers.forecasts.plan import ForecastPlan
from resolvers.plans.plan import Plan
from resolvers.plans.roots import Each
from resolvers.plans.selection import Field
from resolvers.queries import FORECAST, QUERY, STATS
from resolvers.stats.plan import StatsPlan
from schema.operations import Operation
from schema.planning.binding import Conversion
from schema.planning.collecting import Collecting
from schema.planning.selecting import Selecting

NO_VARIABLES = VariableValues(sources={}, coerced={})
READERS = (
    ANONYMOUS,
    Viewer("reader", frozenset({Scope.ORDERS_READ})),
    Viewer("confidant", frozenset({Scope.ORDERS_READ, Scope.PERSONAL_READ})),
    SYSTEM,
)
"""One of each that is shown something else."""
Chosen = tuple[tuple[str, bool], ...]
"""What the variables say by which directives choose."""


QueryPlan = Plan | StatsPlan | ForecastPlan
Made = TypeVar("Made")


@dataclass(slots=True)
class Tally:
    """How often what an operation needs had been made before."""

    hits: int = 0
    misses: int = 0


@dataclass(frozen=True, slots=True)
class RootField:
    """A field of a query; without a plan, what it gives is read from no row."""

    field: Field
    nodes: Sequence[FieldNode]
    plan: QueryPlan | None


class Plans:
    """Of one schema."""

    def __init__(self, core: GraphQLSchema, conversion: Conversion) -> None:
        self._core, self._conversion = core, conversion
        self._forecaster = Forecaster()
        self.tally = Tally()

    def prepare(self, operation: Operation) -> None:
        """Before it is asked for: its plans, for every kind of reader that there is."""
        if operation.is_query and not operation.choosing:
            for viewer in READERS:
                self.query(operation, NO_VARIABLES, viewer)

    def query(
        self, operation: Operation, variables: VariableValues, viewer: Viewer
    ) -> Sequence[RootField]:
        """The fields of a query, in the order of the answer."""

        def make() -> Sequence[RootField]:
            return self._roots(operation, variables, viewer, self._core.query_type)

        return self._made(operation, (viewer.reads, _choices(operation, variables)), make)

    def changes(self, operation: Operation, variables: VariableValues, viewer: Viewer) -> Plan:
        """Of a subscription: what is shown of each change."""

        def make() -> Plan:
            (root,) = self._roots(operation, variables, viewer, self._core.subscription_type)
            return Plan(CATALOGUE, Each(Change, "position"), root.field, viewer)

        return self._made(operation, (viewer.reads, _choices(operation, variables)), make)

    def question(
        self, operation: Operation, variables: VariableValues, viewer: Viewer
    ) -> RootField:
        """Of a subscription: what is asked again and again."""

        def make() -> RootField:
            (root,) = self._roots(operation, variables, viewer, self._core.subscription_type)
            return root

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
        return Plan(CATALOGUE, Each(CATALOGUE[name].model), field, viewer)

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
        return [
            self._root(selecting, type_, key, nodes, viewer) for key, nodes in collected.items()
        ]

    def _root(
        self,
        selecting: Selecting,
        type_: GraphQLObjectType,
        key: str,
        nodes: Sequence[FieldNode],
        viewer: Viewer,
    ) -> RootField:
        name = nodes[0].name.value
        if name in ("__schema", "__type"):
            return RootField(Field(key, name, type_.name, place=nodes), nodes, None)
        field = selecting.field(type_, key, nodes)
        return RootField(field, nodes, None if field.refusal else self._plan(field, viewer))

    def _plan(self, field: Field, viewer: Viewer) -> QueryPlan | None:
        if field.name in STATS:
            return StatsPlan(STATS[field.name], field)
        if field.name == FORECAST:
            return ForecastPlan(field, self._forecaster)
        root = QUERY.get(field.name)
        return None if root is None else Plan(CATALOGUE, root, field, viewer)

    def _selecting(
        self, operation: Operation, variables: VariableValues, viewer: Viewer
    ) -> Selecting:
        choices = dict(_choices(operation, variables))
        collecting = Collecting(self._core, operation.document, choices)
        return Selecting(self._core, collecting, viewer, self._conversion)


def _choices(operation: Operation, variables: VariableValues) -> Chosen:
    """Raises GraphQLError for null, which a default lets through."""
    chosen = tuple((name, variables.coerced[name]) for name in operation.choosing)
    for name, value in chosen:
        if value is None:
            message = f"The variable ${name} must be true or false: a directive chooses by it."
            raise GraphQLError(message, extensions={"code": "INVALID"})
    return chosen
