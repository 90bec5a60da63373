"""The cost of an operation, computed from its valid document and its variables before it runs.

An object costs 1, and a leaf nothing. A list multiplies what is inside of it by its length: that of
its page, or of the ids that were sent, or else an assumed one. A page itself costs nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)

from engine.argument_ids import LookedUpIds
from engine.argument_sizes import ArgumentSizes, Size, VariableSize, default_values
from engine.cost_selection import CostSelection, Nodes
from engine.operations import Operation
from engine.sql.page_arguments import DEFAULT_FIRST
from engine.sql.size_estimate import SHORT_LIST

MUTATION_COST = 10
"""The cost of a mutation, to which that of its payload is added: it writes, and waits for locks."""
INTROSPECTION_COST = 50
"""The cost of a field that shows the schema, whatever is selected of it: it is kept in memory."""
CACHED_FORMULAS = 8
"""Formulas of one operation: there is another one for other values of `@skip` and `@include`."""
CACHED_COSTS = 32
"""Costs of one formula by the sizes that the variables give: an application has a few."""
FREE = ("Connection", "Edge", "PageInfo")
"""The endings of the types that only lead to objects."""
Variables = Mapping[str, Any]
Term = int | Callable[[Variables], int]
"""A cost, or a function from the variables of a request to it."""


@dataclass(frozen=True, slots=True)
class CostWeights:
    """The costs of root fields that compute instead of reading objects.

    Such a field costs its weight and its size, such as the number of its groups; what is selected
    of these is free.
    """

    fields: Mapping[str, int]
    sizes: Sequence[str]
    """The names of the arguments that tell such a field's size."""
    ids: Sequence[str]
    """The names of arguments that take a list of ids."""
    lookups: Sequence[str] = ()
    """The names of arguments of root fields that take ids which open something by themselves."""


class CostFormula:
    """The cost of an operation as a function of its variables."""

    def __init__(
        self,
        term: Term,
        sizes: Iterable[VariableSize],
        looked_up: LookedUpIds,
        *,
        is_computed: bool,
    ) -> None:
        """`sizes` are all that the term depends on, and `is_computed` tells that one of the root
        fields computes instead of reading objects."""
        self.looked_up, self.is_computed = looked_up, is_computed
        self._term, self._sizes = term, tuple(sizes)
        self._costs: dict[tuple[int, ...], int] = {}

    def cost(self, variables: Variables) -> int:
        """Return the cost; a variable with a wrong value counts as if it was left out."""
        term = self._term
        if isinstance(term, int):
            return term
        key = tuple([size.value(variables) for size in self._sizes])
        cost = self._costs.get(key)
        if cost is None:
            if len(self._costs) >= CACHED_COSTS:
                self._costs.clear()
            cost = self._costs[key] = term(variables)
        return cost


class OperationCosts:
    """Finds the formulas of a schema's operations, which are kept with the operations."""

    def __init__(self, schema: GraphQLSchema, weights: CostWeights) -> None:
        self._schema, self._weights = schema, weights

    def formula(self, operation: Operation, variables: Variables) -> CostFormula:
        """Return the formula for the values that the variables give to directives."""
        names = operation.directive_variables
        key = tuple([_known(variables.get(name)) for name in names]) if names else ()
        formula: CostFormula | None = operation.costs.get(key)
        if formula is None:
            if len(operation.costs) >= CACHED_FORMULAS:
                operation.costs.clear()
            values = dict(zip(names, key, strict=True))
            selection = CostSelection(self._schema, operation, values)
            formula = _FormulaWriter(selection, self._weights, operation).write()
            operation.costs[key] = formula
        return formula


def _known(value: Any) -> bool | None:
    """Return the value of a directive's variable, or None for a wrong one."""
    return value if type(value) is bool else None


class _FormulaWriter:
    """Writes the formula of one operation."""

    def __init__(
        self, selection: CostSelection, weights: CostWeights, operation: Operation
    ) -> None:
        self._selection, self._weights, self._operation = selection, weights, operation
        self._defaults = default_values(operation.definition)
        self._arguments = ArgumentSizes(self._defaults)
        self._sizes: dict[VariableSize, None] = {}

    def write(self) -> CostFormula:
        type_ = self._selection.root_type(self._operation)
        own = MUTATION_COST if self._operation.is_mutation else 0
        selected = self._selection.fields(type_, [self._operation.definition.selection_set])
        terms: list[Term] = []
        is_computed = False
        looked_up = LookedUpIds(self._defaults, self._weights.lookups)
        for parent, nodes in selected:
            looked_up.add(nodes[0])
            is_computed |= nodes[0].name.value in self._weights.fields
            terms += [own, self._root(parent, nodes)]
        return CostFormula(_sum(terms), self._sizes, looked_up, is_computed=is_computed)

    def _root(self, parent: GraphQLObjectType, nodes: Nodes) -> Term:
        name = nodes[0].name.value
        field = parent.fields.get(name)
        if field is None:
            return 0 if name == "__typename" else INTROSPECTION_COST
        weight = self._weights.fields.get(name)
        if weight is None:
            return self._field(parent, field, nodes)
        size = self._arguments.of_page(field, nodes[0], self._weights.sizes, 0)
        return _sum([weight, self._term(size)])

    def _field(self, parent: GraphQLObjectType, field: GraphQLField, nodes: Nodes) -> Term:
        type_ = get_named_type(field.type)
        if is_leaf_type(type_):
            return 0
        sets = [node.selection_set for node in nodes if node.selection_set is not None]
        common: list[Term] = [0 if type_.name.endswith(FREE) else 1]
        by_type: dict[str, list[Term]] = {}
        for owner, inner in self._selection.fields(type_, sets):
            definition = owner.fields.get(inner[0].name.value)
            if definition is not None:
                terms = common if owner is type_ else by_type.setdefault(owner.name, [])
                terms.append(self._field(owner, definition, inner))
        common.append(_largest([_sum(terms) for terms in by_type.values()]))
        return _product(self._length(parent, field, nodes[0]), _sum(common))

    def _length(self, parent: GraphQLObjectType, field: GraphQLField, node: FieldNode) -> Term:
        ids = self._arguments.of_ids(field, node, self._weights.ids)
        if ids is not None:
            return self._term(ids)
        if get_named_type(field.type).name.endswith("Connection"):
            return self._term(
                self._arguments.of_page(field, node, ("first", "last"), DEFAULT_FIRST)
            )
        is_list = is_list_type(get_nullable_type(field.type))
        # The lists of a page were counted with the page.
        return SHORT_LIST if is_list and not parent.name.endswith(FREE) else 1

    def _term(self, size: Size) -> Term:
        if isinstance(size, int):
            return size
        self._sizes[size] = None
        return size.value


def _sum(terms: Sequence[Term]) -> Term:
    fixed = sum(term for term in terms if isinstance(term, int))
    others = [term for term in terms if not isinstance(term, int)]
    if not others:
        return fixed
    return lambda variables: fixed + sum([term(variables) for term in others])


def _product(length: Term, term: Term) -> Term:
    if isinstance(length, int) and isinstance(term, int):
        return length * term
    return lambda variables: _value(length, variables) * _value(term, variables)


def _largest(terms: Sequence[Term]) -> Term:
    if all(isinstance(term, int) for term in terms):
        return max((term for term in terms if isinstance(term, int)), default=0)
    return lambda variables: max([_value(term, variables) for term in terms])


def _value(term: Term, variables: Variables) -> int:
    return term if isinstance(term, int) else term(variables)
