"""The schema, put together."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, cast

import strawberry
from graphql import GraphQLError, GraphQLSchema
from strawberry.extensions import MaxTokensLimiter, SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.name_converter import NameConverter
from strawberry.tools import merge_types
from strawberry.types import ExecutionContext, ExecutionResult
from strawberry.types.graphql import OperationType

from schema import masking
from schema.context import OwnLoaders
from schema.documents import Documents
from schema.head import HeadFirst
from schema.limits import MAXIMUM_TOKENS
from schema.mutations.events import EventMutations
from schema.mutations.exceptions import ExceptionMutations
from schema.mutations.orders import OrderMutations
from schema.mutations.shipments import ShipmentMutations
from schema.operations import Operations
from schema.queries import Query
from schema.scalars import SCALARS
from schema.subscriptions import Subscription
from schema.types.changes import KINDS
from schema.types.customers import Customer

SINGLE_ANSWERS = frozenset({OperationType.QUERY, OperationType.MUTATION})


class Schema(strawberry.Schema):
    documents: Documents
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


class ReadDocuments(SchemaExtension):
    """Documents are parsed and checked in one place, for Strawberry as for subscriptions."""

    def on_parse(self) -> Iterator[None]:
        """What cannot be parsed is left to Strawberry, which answers errors of its own only."""
        context = self.execution_context
        if context.query:
            with suppress(GraphQLError):
                document = cast(Schema, context.schema).documents.read(context.query)
                context.graphql_document = document.node
                context.pre_execution_errors = [*document.errors]
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
        extensions=[
            OwnLoaders,
            lambda: MaxTokensLimiter(MAXIMUM_TOKENS),
            ReadDocuments,
            HeadFirst,
        ],
    )
    schema.documents = Documents(schema.core, has_introspection=has_introspection)
    schema.operations = Operations(schema.documents)
    return schema
