"""The committed schema, wired to the functions that know the answers."""

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

from tests.plans.oracle.asking import Asking, refusal
from tests.plans.oracle.fields import CHANGE, CONNECTION, FIELDS, Field
from tests.plans.oracle.roots import ROOTS
from tests.plans.oracle.scalars import put_scalars
from tests.plans.oracle.tables import Row
from tests.schema import rights

SDL = (Path(__file__).parents[3] / "schema.graphql").read_text()
KINDS = {
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
AUDIENCES = (
    (rights.PARTY, ("ORDERS_READ",)),
    (rights.STAFF, ("ORDERS_READ",)),
    (rights.PERSONAL, ("ORDERS_READ", "PERSONAL_READ")),
)


def wired_schema(*, everything_is_nullable: bool = False) -> GraphQLSchema:
    schema = build_schema(SDL)
    put_scalars(schema)
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLInterfaceType):
            type_.resolve_type = _type_of
        if isinstance(type_, GraphQLInterfaceType | GraphQLObjectType):
            for name, field in type_.fields.items():
                if not type_.name.startswith("__"):
                    field.resolve = _resolver(type_, name)
                    field.type = _nullable(field.type) if everything_is_nullable else field.type
    return schema


def _type_of(row: Row, info: GraphQLResolveInfo[Asking], type_: object) -> str:
    return KINDS[row["kind"]] if row.table == "Change" else row.table


def _nullable(type_: Any) -> Any:
    if isinstance(type_, GraphQLNonNull):
        return _nullable(type_.of_type)
    return GraphQLList(_nullable(type_.of_type)) if isinstance(type_, GraphQLList) else type_


def _resolver(type_: GraphQLObjectType | GraphQLInterfaceType, name: str) -> Any:
    table = "Change" if type_.name in KINDS.values() else type_.name
    field = _field(type_.name, table, name)
    needed = next((scopes for of, scopes in AUDIENCES if name in rights.fields(of, table)), ())

    def resolve(source: Any, info: GraphQLResolveInfo[Asking], **arguments: Any) -> Any:
        if not info.context.asker.has(*needed):
            message = f"This field needs an API key with {' and '.join(needed)}."
            raise refusal("FORBIDDEN", message)
        return field(source, info.context, **arguments)

    return resolve


def _field(type_name: str, table: str, name: str) -> Field:
    if type_name == "Query":
        return ROOTS.get(name, _unknown)
    known = CONNECTION if type_name.endswith("Connection") else FIELDS.get(type_name, {})
    if table == "Change":
        known = {**CHANGE, **known}
    column = re.sub("([A-Z])", lambda found: f"_{found[1].lower()}", name)
    if type_name == "Location":
        return lambda place, asking: place.get(column)
    return known.get(name, lambda source, asking: source[column])


def _unknown(root: object, asking: Asking, **arguments: Any) -> Any:
    raise NotImplementedError("The oracle does not know this root field.")
