"""The schema, built from its root types."""

from functools import lru_cache
from typing import Any

from strawberry.schema.config import StrawberryConfig
from strawberry.schema.name_converter import NameConverter
from strawberry.tools import merge_types

from engine.schema import Schema
from schema.mutations.api_keys import ApiKeyMutations
from schema.mutations.customers import CustomerMutations
from schema.mutations.events import EventMutations
from schema.mutations.exceptions import ExceptionMutations
from schema.mutations.kept_numbers import KeptNumberMutations
from schema.mutations.orders import OrderMutations
from schema.mutations.sessions import SessionMutations
from schema.mutations.shipments import ShipmentMutations
from schema.mutations.tracking_links import TrackingLinkMutations
from schema.needed_scopes import describe_needed_scopes
from schema.partner_descriptions import describe_partners
from schema.queries import TrackingQueries
from schema.root_fields import WEIGHTS, RootFields
from schema.scalars import SCALARS
from schema.stats.queries import StatsQueries
from schema.subscriptions import Subscription
from schema.types.changes import KINDS
from schema.types.customers import Customer

NAMES = 1000
"""The most names of fields and arguments whose API form is cached: the schema has some 250."""


QUERIES = (
    "The queries: all that can be read. A field whose scope the caller lacks gives an error"
    " with the code FORBIDDEN instead of a value."
)


class CachedNames(NameConverter):
    """Caches API names: Strawberry converts the name of each field of each input object, which are
    thousands in a batch of events."""

    def __init__(self) -> None:
        super().__init__()
        self._converted = lru_cache(NAMES)(super().apply_naming_config)

    def apply_naming_config(self, name: str) -> str:
        return self._converted(name)


def build_schema(*, has_introspection: bool = True) -> Schema:
    mutations = (
        OrderMutations,
        ShipmentMutations,
        EventMutations,
        KeptNumberMutations,
        ExceptionMutations,
        CustomerMutations,
        TrackingLinkMutations,
        ApiKeyMutations,
        SessionMutations,
    )
    query: Any = merge_types("Query", (TrackingQueries, StatsQueries))
    query.__strawberry_definition__.description = QUERIES
    mutation: Any = merge_types("Mutation", mutations)
    mutation.__strawberry_definition__.description = (
        "The mutations: all that can be changed. One whose scope the caller lacks changes nothing,"
        " and its userErrors have the code FORBIDDEN."
    )
    schema = Schema(
        query=query,
        mutation=mutation,
        subscription=Subscription,
        types=[*KINDS, Customer],
        config=StrawberryConfig(
            scalar_map=SCALARS,
            name_converter=CachedNames(),
            disable_field_suggestions=not has_introspection,
        ),
    )
    describe_needed_scopes(schema.core)
    describe_partners(schema.core)
    return schema.use_planner(RootFields(), WEIGHTS, has_introspection=has_introspection)
