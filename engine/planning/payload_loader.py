"""Loads the objects of a mutation's payload after the commit, batched per plan, as ready JSON."""

import asyncio
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
    """Loads one operation's payload objects; concurrent loads of one plan share a statement."""

    def __init__(self, plans: PlanCache, operation: Operation, context: RequestContext) -> None:
        self._plans, self._operation = plans, operation
        self._reader = Reader(context.viewer, context.now)
        self._loaders: dict[Plan, DataLoader[UUID, FieldResult]] = {}

    async def load(self, id_: UUID, info: Info) -> RawJson:
        """Return the object with this id as the field of `info` selects it."""
        raw = info._raw_info
        plan = self._plans.payload(self._operation, raw, self._reader.viewer)
        loader = self._loaders.get(plan)
        if loader is None:
            read = partial(self._read, plan, raw.variable_values)
            loader = self._loaders[plan] = DataLoader(load_fn=read, cache=False)
        result = await loader.load(id_)
        return RawJson(result.json, tuple(map(error_from_missing, result.missing)))

    async def _read(
        self, plan: Plan, variables: VariableValues, ids: list[UUID]
    ) -> Sequence[FieldResult]:
        return await plan.read_each(ids, variables, self._reader)


def payload_field(graphql_type: Any, description: str) -> Any:
    """Declare a payload's field of an object; the resolver's result holds the object's id."""
    return strawberry.field(resolver=_load, description=description, graphql_type=graphql_type)


def payload_list_field(graphql_type: Any, description: str) -> Any:
    """Declare a payload's field of several objects; the resolver's result holds their ids."""
    return strawberry.field(resolver=_load_each, description=description, graphql_type=graphql_type)


async def _load(root: strawberry.Parent[Any], info: Info) -> RawJson | None:
    id_: UUID | None = getattr(root, info.python_name)
    loader = info.context.payloads
    return None if id_ is None or loader is None else await loader.load(id_, info)


async def _load_each(root: strawberry.Parent[Any], info: Info) -> list[RawJson]:
    ids: Sequence[UUID] = getattr(root, info.python_name)
    loader = info.context.payloads
    if loader is None:
        return []
    objects = await asyncio.gather(*(loader.load(id_, info) for id_ in ids))
    is_partner = info.context.viewer.is_partner
    return [one for one in objects if not (is_partner and one.text is None)]
