"""Things that a mutation acted on, as they are now: read by plans, whole, at their places."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

import strawberry
from graphql.execution.values import VariableValues
from strawberry.dataloader import DataLoader

from engine.context import Info, RequestContext
from engine.operations import Operation
from engine.planning.field_errors import error_from_missing
from engine.planning.plan_cache import PlanCache
from engine.raw_json import RawJson
from engine.sql.plan import FieldResult, Plan
from engine.sql.selection import Reader


class PayloadLoader:
    """Of one operation. What is asked for at one time, of one plan, is read together."""

    def __init__(self, plans: PlanCache, operation: Operation, context: RequestContext) -> None:
        self._plans, self._operation = plans, operation
        self._reader = Reader(context.viewer, context.now)
        self._loaders: dict[Plan, DataLoader[UUID, FieldResult]] = {}

    async def read(self, id_: UUID, info: Info) -> RawJson:
        raw = info._raw_info
        plan = self._plans.thing(self._operation, raw, self._reader.viewer)
        loader = self._loaders.get(plan)
        if loader is None:
            read = partial(self._read, plan, raw.variable_values)
            loader = self._loaders[plan] = DataLoader(load_fn=read, cache=False)
        answered = await loader.load(id_)
        return RawJson(answered.json, tuple(error_from_missing(one) for one in answered.missing))

    async def _read(
        self, plan: Plan, variables: VariableValues, ids: list[UUID]
    ) -> Sequence[FieldResult]:
        return await plan.read_each(ids, variables, self._reader)


def payload_field(graphql_type: Any, description: str) -> Any:
    """A field of a payload: the thing whose id the answer names."""
    return strawberry.field(resolver=_read, description=description, graphql_type=graphql_type)


async def _read(root: strawberry.Parent[Any], info: Info) -> RawJson | None:
    id_: UUID | None = getattr(root, info.python_name)
    things = info.context.things
    return None if id_ is None or things is None else await things.read(id_, info)
