"""Every field that the schema declares is read from somewhere."""

from collections.abc import Iterator, Mapping

import pytest
from graphql import (
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from engine.sql.field_sources import Column, plain_columns
from models.orders import Order
from resolvers.catalogue import CATALOGUE
from schema.build import build_schema

SCHEMA = build_schema().core
NEVER_NULL = {
    *(f"{kind}.status" for kind in ("OrderStatusChanged", "ShipmentStatusChanged")),
    *("ExceptionChanged.status", "OrderStatusChanged.previous"),
    *("HealthChanged.previous", "HealthChanged.health"),
}
"""Required fields of changes whose columns only other kinds of changes leave empty."""


def _fields(type_name: str) -> Mapping[str, GraphQLField]:
    type_ = SCHEMA.type_map[type_name]
    assert isinstance(type_, GraphQLObjectType)
    fields: Mapping[str, GraphQLField] = type_.fields
    return fields


@pytest.mark.parametrize("type_name", CATALOGUE)
def test_every_field_of_a_type_has_a_source(type_name: str) -> None:
    assert _fields(type_name).keys() <= CATALOGUE[type_name].sources.keys()


def _read_from_columns() -> Iterator[tuple[str, GraphQLField, Column, bool]]:
    """Yield each field that is read from a plain column: its name, its definition, its source, and
    whether the column can be null."""
    for type_name, object_source in CATALOGUE.items():
        for name, field in _fields(type_name).items():
            source = object_source.sources[name]
            if isinstance(source, Column):
                nullable = object_source.model._meta.fields_map[source.name].null
                yield f"{type_name}.{name}", field, source, nullable


def test_a_required_field_is_not_read_from_a_column_that_can_be_null() -> None:
    assert {
        name
        for name, field, source, nullable in _read_from_columns()
        if is_non_null_type(field.type) and nullable and not source.is_never_null
    } == NEVER_NULL


def test_no_object_and_no_list_is_read_from_a_plain_column() -> None:
    fields = {name: field for name, field, _, _ in _read_from_columns()}

    assert [
        name
        for name, field in fields.items()
        if not is_leaf_type(get_named_type(field.type)) or is_list_type(field.type)
    ] == []


def test_ids_and_json_are_not_plain_columns() -> None:
    sources = plain_columns(Order)

    assert {"reference", "status", "itemCount", "placedAt", "referenceKey"} <= sources.keys()
    assert not {"id", "customer", "customerId", "lastEventId", "metadata", "nextStatuses"} & (
        sources.keys()
    )
