"""The schema, put together."""

from functools import lru_cache
from typing import Any

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.name_converter import NameConverter
from strawberry.tools import merge_types

from schema.arguments import make_themselves
from schema.documents import Documents
from schema.mutations.events import EventMutations
from schema.mutations.exceptions import ExceptionMutations
from schema.mutations.orders import OrderMutations
from schema.mutations.shipments import ShipmentMutations
from schema.operations import Operations
from schema.planning.binding import Conversion
from schema.planning.plans import Plans
from schema.queries import Query
from schema.scalars import SCALARS
from schema.subscriptions import Subscription
from schema.types.changes import KINDS
from schema.types.customers import Customer


class Schema(strawberry.Schema):
    documents: Documents
    operations: Operations
    plans: Plans

    def forget(self, *, has_introspection: bool) -> None:
        """Remember no document, operation or plan, as if nothing had been asked yet."""
        self.documents = Documents(self.core, has_introspection=has_introspection)
        self.operations = Operations(self.documents)
        conversion = Conversion(self.schema_converter.scalar_registry, self.config)
        self.plans = Plans(self.core, conversion)

    @property
    def core(self) -> GraphQLSchema:
        """What graphql-core works with."""
        return self._schema


NAMES = 1000
"""Names of fields and arguments whose form in the schema is remembered: ours has some 250."""


class CachedNames(NameConverter):
    """Strawberry asks for the name of each field of each input: thousands in a batch of events."""

    def __init__(self) -> None:
        super().__init__()
        self._converted = lru_cache(NAMES)(super().apply_naming_config)

    def apply_naming_config(self, name: str) -> str:
        return self._converted(name)


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
            name_converter=CachedNames(),
            disable_field_suggestions=not has_introspection,
        ),
    )
    make_themselves(schema.core)
    schema.forget(has_introspection=has_introspection)
    return schema
