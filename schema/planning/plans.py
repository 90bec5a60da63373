"""Plans of operations: made once for each operation, the rights of its asker, and its choices."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
)
from graphql.execution.values import VariableValues

from auth import ANONYMOUS, SYSTEM, Scope, Viewer
from models.changes import Change
from resolvers.catalogue import CATALOGUE
from resolvers.plans.plan import Plan
from resolvers.plans.roots import Each
from resolvers.plans.selection import Field
from resolvers.queries import QUERY
from schema.operations import Operation
from schema.planning.binding import Conversion, Variables
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


@dataclass(frozen=True, slots=True)
class RootField:
    """A field of a query; without a plan, what it gives is read from no row."""

    field: Field
    nodes: Sequence[FieldNode]
    plan: Plan | None


class Plans:
    """Of one schema."""

    def __init__(
        self, core: GraphQLSchema, conversion: Conversion, *, hides_suggestions: bool
    ) -> None:
        self._core, self._conversion = core, conversion
        self._hides_suggestions = hides_suggestions

    def variables(self, operation: Operation) -> Variables:
        known: Variables | None = operation.plans.get("variables")
        if known is None:
            known = Variables(
                self._core, operation.definition, hides_suggestions=self._hides_suggestions
            )
            operation.plans.add("variables", known)
        return known

    def prepare(self, operation: Operation) -> None:
        """Before it is asked for: its plans, for every kind of reader that there is."""
        if operation.is_query and not operation.choosing:
            for viewer in READERS:
                self.query(operation, NO_VARIABLES, viewer)

    def query(
        self, operation: Operation, variables: VariableValues, viewer: Viewer
    ) -> Sequence[RootField]:
        """The fields of a query, in the order of the answer."""
        key = ("query", viewer.reads, _choices(operation, variables))
        planned: Sequence[RootField] | None = operation.plans.get(key)
        if planned is None:
            planned = self._roots(operation, variables, viewer, self._core.query_type)
            operation.plans.add(key, planned)
        return planned

    def changes(self, operation: Operation, variables: VariableValues, viewer: Viewer) -> Plan:
        """Of a subscription: what is shown of each change."""
        key = ("changes", viewer.reads, _choices(operation, variables))
        plan: Plan | None = operation.plans.get(key)
        if plan is None:
            (root,) = self._roots(operation, variables, viewer, self._core.subscription_type)
            plan = Plan(CATALOGUE, Each(Change, "position"), root.field, viewer)
            operation.plans.add(key, plan)
        return plan

    def thing(self, operation: Operation, info: GraphQLResolveInfo[Any], viewer: Viewer) -> Plan:
        """Of a field that a mutation answers with a row."""
        choices = _choices(operation, info.variable_values)
        key = (tuple(map(id, info.field_nodes)), viewer.reads, choices)
        plan: Plan | None = operation.plans.get(key)
        if plan is None:
            plan = operation.plans.add(key, self._thing(operation, info, viewer))
        return plan

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
        root = None if field.refusal else QUERY.get(name)
        plan = None if root is None else Plan(CATALOGUE, root, field, viewer)
        return RootField(field, nodes, plan)

    def _selecting(
        self, operation: Operation, variables: VariableValues, viewer: Viewer
    ) -> Selecting:
        choices = dict(_choices(operation, variables))
        collecting = Collecting(self._core, operation.document, choices)
        return Selecting(self._core, collecting, viewer, self._conversion)


def _choices(operation: Operation, variables: VariableValues) -> Chosen:
    return tuple((name, variables.coerced[name]) for name in operation.choosing)
