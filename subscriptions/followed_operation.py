"""The operation of a subscription, as it is held while nothing happens.

A prepared operation takes some hundred times the memory of its text, and subscriptions are idle for
hours. So they hold the text and the variables, and find the prepared operation again among those
that the process remembers. If it was forgotten there, it is prepared anew.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import orjson
from graphql.execution.values import VariableValues

from access.viewer import Viewer
from engine.operations import InvalidOperation, Operation
from engine.planning.plan_cache import plan_key
from engine.preparation import Preparation

Made = TypeVar("Made")
MakePlan = Callable[[Operation, VariableValues, Viewer], Made]
Planned = tuple[Made, VariableValues]


@dataclass(frozen=True, slots=True, eq=False)
class FollowedOperation:
    """A subscription's operation, its variables and its viewer."""

    preparation: Preparation
    text: str
    name: str | None
    variables: str
    """The variables as JSON."""
    viewer: Viewer
    client: Hashable | None
    """The client who followed it first: it is prepared in turns of this client."""

    async def planned(self, make_plan: MakePlan[Made], *, is_new: bool = False) -> Planned[Made]:
        """Return the plan that `make_plan` finds or makes, and the coerced variables.

        Raises InvalidOperation, what `make_plan` raises, and if it is new TooManyRequests.
        """
        operation = self.preparation.find(self.text, self.name)
        if operation is not None:
            values = self._coerced(operation)
            if plan_key(operation, values, self.viewer) in operation.plans:
                return make_plan(operation, values, self.viewer), values
        work = partial(self._prepared, make_plan)
        return await self.preparation.run(self.client, self, work, is_counted=is_new)

    def _prepared(self, make_plan: MakePlan[Made]) -> Planned[Made]:
        operation = self.preparation.at_once(self.text, self.name)
        values = self._coerced(operation)
        return make_plan(operation, values, self.viewer), values

    def _coerced(self, operation: Operation) -> VariableValues:
        """Return the coerced variables. Raises InvalidOperation."""
        values = operation.variables.coerce(orjson.loads(self.variables))
        if isinstance(values, list):
            raise InvalidOperation(values)
        return values
