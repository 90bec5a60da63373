"""The schema, put together."""

from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions import (
    AddValidationRules,
    DisableIntrospection,
    MaxTokensLimiter,
    ParserCache,
    SchemaExtension,
    ValidationCache,
)
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types
from strawberry.types import ExecutionContext

from schema import masking
from schema.head import HeadFirst
from schema.limits import MAXIMUM_TOKENS, DocumentLimits
from schema.masking import ShownErrors
from schema.mutations.events import EventMutations
from schema.mutations.exceptions import ExceptionMutations
from schema.mutations.orders import OrderMutations
from schema.mutations.shipments import ShipmentMutations
from schema.queries import Query
from schema.scalars import SCALARS
from schema.subscriptions import Subscription
from schema.types.changes import KINDS
from schema.types.customers import Customer

REMEMBERED_DOCUMENTS = 500
"""Parsed and validated documents: more than a shop's frontends have."""


class Schema(strawberry.Schema):
    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        for error in errors:
            masking.log(error)


def build_schema(*, has_introspection: bool = True) -> Schema:
    mutations = (OrderMutations, ShipmentMutations, EventMutations, ExceptionMutations)
    mutation: Any = merge_types("Mutation", mutations)
    mutation.__strawberry_definition__.description = "What can be done."
    return Schema(
        query=Query,
        mutation=mutation,
        subscription=Subscription,
        types=[*KINDS, Customer],
        config=StrawberryConfig(scalar_map=SCALARS),
        extensions=_extensions(has_introspection=has_introspection),
    )


def _extensions(*, has_introspection: bool) -> list[Any]:
    hidden: list[type[SchemaExtension]] = [] if has_introspection else [DisableIntrospection]
    return [
        ShownErrors,
        lambda: MaxTokensLimiter(MAXIMUM_TOKENS),
        lambda: AddValidationRules([DocumentLimits]),
        *hidden,
        lambda: ParserCache(maxsize=REMEMBERED_DOCUMENTS),
        lambda: ValidationCache(maxsize=REMEMBERED_DOCUMENTS),
        HeadFirst,
    ]


