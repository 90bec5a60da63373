"""The executor: graphql-core's, but attributes and spliced values go straight into the answer."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import orjson
from graphql import (
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLSchema,
    is_non_null_type,
)
from graphql.execution import Executor, default_field_resolver, default_type_resolver
from graphql.execution.collect_fields import FieldDetailsList, FragmentDetails, GroupedFieldSet
from graphql.execution.values import VariableValues
from graphql.pyutils import AwaitableOrValue, Path, Undefined, gather_with_cancel
from strawberry.execution import optimized_is_awaitable

from engine.leaf_fields import NeedsExecutor, leaf_fields_of
from engine.operations import Operation
from engine.raw_json import RawJson

IS_AWAITABLE: Any = optimized_is_awaitable


class FastExecutor(Executor[Any]):
    """Whatever is not plain is left to graphql-core, field by field and in its turn, so that data,
    their order and the errors are the same."""

    @classmethod
    def of(
        cls, core: GraphQLSchema, operation: Operation, values: VariableValues, context: Any
    ) -> "FastExecutor":
        """Ready to execute an operation that is valid."""
        fragments = {
            one.name.value: one
            for one in operation.document.definitions
            if isinstance(one, FragmentDefinitionNode)
        }
        return cls(
            schema=core,
            fragment_definitions=fragments,
            fragments={name: FragmentDetails(one) for name, one in fragments.items()},
            root_value=None,
            context_value=context,
            operation=operation.definition,
            variable_values=values,
            field_resolver=default_field_resolver,
            type_resolver=default_type_resolver,
            subscribe_field_resolver=default_field_resolver,
            is_awaitable=IS_AWAITABLE,
        )

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: GroupedFieldSet,
        position_context: Any,
    ) -> AwaitableOrValue[dict[str, Any]]:
        if path is None or (self.middleware_manager and self.middleware_manager.middlewares):
            return super().execute_fields(
                parent_type, source_value, path, grouped_field_set, position_context
            )
        attributes = leaf_fields_of(parent_type)
        results: dict[str, Any] = {}
        awaited: list[str] = []
        try:
            for name, details in grouped_field_set.items():
                source = source_value
                attribute = attributes.get(details[0].node.name.value)
                if attribute is not None:
                    source = attribute.read(source_value)
                    if type(source) is not NeedsExecutor:
                        results[name] = source
                        continue
                place = Path(path, name, parent_type.name)
                result = self.execute_field(parent_type, source, details, place, position_context)
                if result is not Undefined:
                    results[name] = result
                    if self.is_awaitable(result):
                        awaited.append(name)
        except Exception:
            if awaited:
                self.settle_in_background([results[name] for name in awaited])
            raise
        return _completed(results, awaited) if awaited else results

    def complete_value(
        self,
        return_type: GraphQLOutputType,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> AwaitableOrValue[Any]:
        if isinstance(result, RawJson) and not is_non_null_type(return_type):
            return self._splice(result, field_details_list, path)
        return super().complete_value(
            return_type, field_details_list, info, path, result, position_context
        )

    def _splice(
        self, spliced: RawJson, details: FieldDetailsList, path: Path
    ) -> orjson.Fragment | None:
        errors = [_placed(error, details, path) for error in spliced.errors]
        cause = errors.pop() if spliced.text is None and errors else None
        for error in errors:
            self.collected_errors.add(error, _position(path, error))
        if cause is not None:
            raise cause
        return None if spliced.text is None else orjson.Fragment(spliced.text)


async def _completed(results: dict[str, Any], awaited: Sequence[str]) -> dict[str, Any]:
    if len(awaited) == 1:
        results[awaited[0]] = await results[awaited[0]]
    else:
        completed = await gather_with_cancel(*(results[name] for name in awaited))
        results.update(zip(awaited, completed, strict=True))
    return results


def _placed(error: GraphQLError, details: FieldDetailsList, path: Path) -> GraphQLError:
    """With its path counted from the operation's root; the field that was spliced is where it
    happened, if nothing nearer is said."""
    return GraphQLError(
        error.message,
        nodes=error.nodes or [one.node for one in details],
        path=[*path.as_list(), *(error.path or ())],
        original_error=error.original_error,
        extensions=error.extensions,
    )


def _position(path: Path, error: GraphQLError) -> Path:
    inner = (error.path or ())[len(path.as_list()) :]
    return reduce(lambda place, key: place.add_key(key, None), inner, path)
