"""The plans of root fields that ask about the schema, and the answers that are kept."""

from collections.abc import Sequence

from cachetools import LRUCache
from graphql import FieldNode, GraphQLError, GraphQLSchema
from graphql.execution.values import VariableValues

from engine.introspection.rendering import (
    MAXIMUM_CHARACTERS,
    NULL,
    AnswerRenderer,
    Rendered,
    SchemaParts,
)
from engine.introspection.selection import SelectedField, SelectionReader
from engine.planning.field_collection import FieldCollector
from engine.sql.plan import FieldResult
from engine.sql.response_budget import VALUE_CHARACTERS, ResponseBudget
from engine.sql.selection import Arguments, Reader, Variables
from errors import Invalid

KEPT_CHARACTERS = 4 * MAXIMUM_CHARACTERS
"""Characters of all answers that are kept: those of the tools that a team uses."""
FIELD_CHARACTERS = 400
"""Characters that a kept answer counts for each selected field, whose nodes it keeps, too."""


class IntrospectionPlan:
    """Answers `__schema` or `__type` as one document selects it."""

    def __init__(
        self, introspection: "Introspection", root: SelectedField, fields: int, *, is_constant: bool
    ) -> None:
        self._introspection, self._root = introspection, root
        self.fields, self.is_constant = fields, is_constant

    async def read(self, arguments: Arguments, variables: Variables, reader: Reader) -> FieldResult:
        """Return the answer. Raises Invalid, and LimitExceeded if it is too large."""
        budget = reader.budget or ResponseBudget()
        answer = self._introspection.answer(self, variables, budget)
        budget.take([], max(answer.values, len(answer.text) // VALUE_CHARACTERS))
        return FieldResult(None if answer.text == NULL else answer.text)

    def render(
        self, parts: SchemaParts, variables: VariableValues, budget: ResponseBudget
    ) -> Rendered:
        """Render the answer. Raises Invalid and LimitExceeded."""
        try:
            return AnswerRenderer(parts, variables, budget).field(self._root, None)
        except GraphQLError as error:
            raise Invalid(error.message) from None


class Introspection:
    """Plans questions about one schema, and keeps the answers that do not depend on variables."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._parts = SchemaParts(schema)
        self._kept: LRUCache[IntrospectionPlan, tuple[Rendered, int]] = LRUCache(
            KEPT_CHARACTERS, getsizeof=lambda kept: kept[1]
        )

    def plan(
        self, collector: FieldCollector, key: str, nodes: Sequence[FieldNode]
    ) -> IntrospectionPlan:
        """Return the plan of a root field, given all nodes with its response key."""
        selection = SelectionReader(collector)
        root = selection.root(key, nodes)
        is_constant = not selection.has_variables
        return IntrospectionPlan(self, root, selection.fields, is_constant=is_constant)

    def answer(
        self, plan: IntrospectionPlan, variables: VariableValues, budget: ResponseBudget
    ) -> Rendered:
        """Return the answer, from memory if it is there. Raises Invalid and LimitExceeded."""
        kept = self._kept.get(plan)
        if kept is not None:
            return kept[0]
        answer = plan.render(self._parts, variables, budget)
        size = FIELD_CHARACTERS * plan.fields + len(answer.text)
        if plan.is_constant and size <= KEPT_CHARACTERS:
            self._kept[plan] = answer, size
        return answer
