"""The schema, put together."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

import strawberry
from graphql import GraphQLError, GraphQLSchema
from strawberry.extensions import (
    AddValidationRules,
    DisableIntrospection,
    MaxTokensLimiter,
    ParserCache,
    SchemaExtension,
    ValidationCache,
)
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.name_converter import NameConverter
from strawberry.tools import merge_types
from strawberry.types import ExecutionContext, ExecutionResult
from strawberry.types.graphql import OperationType

from schema import masking
from schema.context import OwnLoaders
from schema.head import HeadFirst
from schema.limits import MAXIMUM_TOKENS, DocumentLimits
from schema.mutations.events import EventMutations
from schema.mutations.exceptions import ExceptionMutations
from schema.mutations.orders import OrderMutations
from schema.mutations.shipments import ShipmentMutations
from schema.operations import REMEMBERED_LENGTH, REMEMBERED_OPERATIONS, Operations
from schema.queries import Query
from schema.scalars import SCALARS
from schema.subscriptions import Subscription
from schema.types.changes import KINDS
from schema.types.customers import Customer

SINGLE_ANSWERS = frozenset({OperationType.QUERY, OperationType.MUTATION})


class Schema(strawberry.Schema):
    operations: Operations

    @property
    def core(self) -> GraphQLSchema:
        """What graphql-core works with."""
        return self._schema

    async def execute(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any = None,
        root_value: Any = None,
        operation_name: str | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
        operation_extensions: dict[str, Any] | None = None,
    ) -> ExecutionResult:
        """One answer; a subscription has many, and is refused here."""
        return await super().execute(
            query,
            variable_values,
            context_value,
            root_value,
            operation_name,
            SINGLE_ANSWERS.intersection(allowed_operation_types or SINGLE_ANSWERS),
            operation_extensions,
        )

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """The errors of every result pass here, single or streamed, before anybody sees them."""
        errors[:] = masking.shown_and_logged(errors)


class RememberedNames(NameConverter):
    """Strawberry asks for the name of each field of each input: thousands in a batch of events."""

    def __init__(self) -> None:
        super().__init__()
        self._names: dict[str, str] = {}

    def apply_naming_config(self, name: str) -> str:
        if name not in self._names:
            self._names[name] = super().apply_naming_config(name)
        return self._names[name]


class RememberedDocuments(ParserCache):
    def on_parse(self) -> Iterator[None]:
        """What cannot be parsed is left to Strawberry, which answers errors of its own only."""
        context = self.execution_context
        if context.query and len(context.query) <= REMEMBERED_LENGTH:
            with suppress(GraphQLError):
                context.graphql_document = self.cached_parse_document(
                    context.query, **context.parse_options
                )
        yield


def build_schema(*, has_introspection: bool = True) -> Schema:
    mutations = (OrderMutations, ShipmentMutations, EventMutations, ExceptionMutations)
    mutation: Any = merge_types("Mutation", mutations)
    mutation.__strawberry_definition__.description = "What can be done."
    schema = Schema(
        query=Query,
        mutation=mutation,
        subscription=Subscription,
        types=[*KINDS, Customer],
        config=StrawberryConfig(
            scalar_map=SCALARS,
            name_converter=RememberedNames(),
            disable_field_suggestions=not has_introspection,
        ),
        extensions=_extensions(has_introspection=has_introspection),
    )
    schema.operations = Operations(schema.core, has_introspection=has_introspection)
    return schema


def _extensions(*, has_introspection: bool) -> list[Any]:
    hidden: list[type[SchemaExtension]] = [] if has_introspection else [DisableIntrospection]
    return [
        OwnLoaders,
        lambda: MaxTokensLimiter(MAXIMUM_TOKENS),
        lambda: AddValidationRules([DocumentLimits]),
        *hidden,
        lambda: RememberedDocuments(maxsize=REMEMBERED_OPERATIONS),
        lambda: ValidationCache(maxsize=REMEMBERED_OPERATIONS),
        HeadFirst,
    ]
