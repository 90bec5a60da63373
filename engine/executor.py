"""The executor: graphql-core's, but ready JSON becomes part of the response as it is."""

from functools import reduce
from typing import Any

import orjson
from graphql import (
    GraphQLError,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLSchema,
    is_non_null_type,
)
from graphql.execution import Executor, default_field_resolver, default_type_resolver
from graphql.execution.collect_fields import FieldDetailsList, FragmentDetails
from graphql.execution.values import VariableValues
from graphql.pyutils import AwaitableOrValue, Path
from strawberry.execution import optimized_is_awaitable

from engine.operations import Operation
from engine.parsing import fragments_of
from engine.raw_json import RawJson

IS_AWAITABLE: Any = optimized_is_awaitable


class SplicingExecutor(Executor[Any]):
    """Completes RawJson values; everything else is left to graphql-core."""

    @classmethod
    def of(
        cls, core: GraphQLSchema, operation: Operation, values: VariableValues, context: Any
    ) -> "SplicingExecutor":
        """Return the executor of a valid operation."""
        fragments = fragments_of(operation.document)
        return cls(
            schema=core,
            fragment_definitions=fragments,
            fragments={name: FragmentDetails(fragment) for name, fragment in fragments.items()},
            root_value=None,
            context_value=context,
            operation=operation.definition,
            variable_values=values,
            field_resolver=default_field_resolver,
            type_resolver=default_type_resolver,
            subscribe_field_resolver=default_field_resolver,
            is_awaitable=IS_AWAITABLE,
        )

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
        self, json: RawJson, details: FieldDetailsList, path: Path
    ) -> orjson.Fragment | None:
        errors = [_located(error, details, path) for error in json.errors]
        cause = errors.pop() if json.text is None and errors else None
        for error in errors:
            self.collected_errors.add(error, _position(path, error))
        if cause is not None:
            raise cause
        return None if json.text is None else orjson.Fragment(json.text)


def _located(error: GraphQLError, details: FieldDetailsList, path: Path) -> GraphQLError:
    """Return the error with its path from the operation's root, located at the JSON's field if the
    error has no location of its own.
    """
    return GraphQLError(
        error.message,
        nodes=error.nodes or [detail.node for detail in details],
        path=[*path.as_list(), *(error.path or ())],
        original_error=error.original_error,
        extensions=error.extensions,
    )


def _position(path: Path, error: GraphQLError) -> Path:
    inner = (error.path or ())[len(path.as_list()) :]
    return reduce(lambda parent, key: parent.add_key(key, None), inner, path)
