"""The committed schema with the resolvers of the reference implementation."""

import re
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
)

from access.policy import NO_PRICES
from tests.plans.reference.context import Context, contract_error
from tests.plans.reference.resolvers import (
    CHANGE_RESOLVERS,
    CONNECTION_RESOLVERS,
    RESOLVERS,
    Resolver,
)
from tests.plans.reference.root_fields import ROOT_RESOLVERS
from tests.plans.reference.scalars import install_scalars
from tests.plans.reference.tables import Row
from tests.schema import rights

SDL = (Path(__file__).parents[3] / "schema.graphql").read_text()
CHANGE_TYPES = {
    "ORDER_CREATED": "OrderCreated",
    "ORDER_STATUS": "OrderStatusChanged",
    "ORDER_AMENDED": "OrderAmended",
    "SHIPMENT_STATUS": "ShipmentStatusChanged",
    "SHIPMENT_AMENDED": "ShipmentAmended",
    "EVENT_RECORDED": "TrackingEventRecorded",
    "EVENT_RETRACTED": "TrackingEventRetracted",
    "ESTIMATE": "EstimateRevised",
    "HEALTH": "HealthChanged",
    "EXCEPTION_STATUS": "ExceptionChanged",
    "EXCEPTION_AMENDED": "ExceptionAmended",
}
FIELD_SCOPES = (
    (rights.PARTY, ("ORDERS_READ",)),
    (rights.STAFF, ("ORDERS_READ",)),
    (rights.PERSONAL, ("ORDERS_READ", "PERSONAL_READ")),
)


def build_executable_schema(*, everything_is_nullable: bool = False) -> GraphQLSchema:
    schema = build_schema(SDL)
    install_scalars(schema)
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLInterfaceType):
            type_.resolve_type = _type_of
        if isinstance(type_, GraphQLInterfaceType | GraphQLObjectType):
            for name, field in type_.fields.items():
                if not type_.name.startswith("__"):
                    field.resolve = _checked_resolver(type_, name)
                    field.type = _nullable(field.type) if everything_is_nullable else field.type
    return schema


def _type_of(row: Row, info: GraphQLResolveInfo[Context], type_: object) -> str:
    return CHANGE_TYPES[row["kind"]] if row.table == "Change" else row.table


def _nullable(type_: Any) -> Any:
    if isinstance(type_, GraphQLNonNull):
        return _nullable(type_.of_type)
    return GraphQLList(_nullable(type_.of_type)) if isinstance(type_, GraphQLList) else type_


def _checked_resolver(type_: GraphQLObjectType | GraphQLInterfaceType, name: str) -> Any:
    table = "Change" if type_.name in CHANGE_TYPES.values() else type_.name
    resolver = _field_resolver(type_.name, table, name)
    needed = next(
        (scopes for audience, scopes in FIELD_SCOPES if name in rights.fields(audience, table)), ()
    )

    def resolve(source: Any, info: GraphQLResolveInfo[Context], **arguments: Any) -> Any:
        if not info.context.caller.has(*needed):
            message = f"This field needs an API key with {' and '.join(needed)}."
            raise contract_error("FORBIDDEN", message)
        if info.context.caller.carriers is not None and name in rights.fields(rights.PRICES, table):
            raise contract_error("FORBIDDEN", NO_PRICES)
        return resolver(source, info.context, **arguments)

    return resolve


def _field_resolver(type_name: str, table: str, name: str) -> Resolver:
    if type_name == "Query":
        return ROOT_RESOLVERS.get(name, _not_implemented)
    resolvers = (
        CONNECTION_RESOLVERS if type_name.endswith("Connection") else RESOLVERS.get(type_name, {})
    )
    if table == "Change":
        resolvers = {**CHANGE_RESOLVERS, **resolvers}
    column = re.sub("([A-Z])", lambda match: f"_{match[1].lower()}", name)
    if type_name == "Location":
        return lambda place, context: place.get(column)
    return resolvers.get(name, lambda source, context: source[column])


def _not_implemented(root: object, context: Context, **arguments: Any) -> Any:
    raise NotImplementedError("The reference implementation has no such root field.")
