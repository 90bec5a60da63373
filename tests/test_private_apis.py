"""The private APIs of our libraries are as the product expects them.

An upgrade of a library fails here first, in a test that names the file of ours that has to be
looked at. docs/upgrading.md says what to do then.
"""

import inspect
import sqlite3
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiosqlite
import asyncpg
import graphql
import pytest
from graphql.execution.get_variable_signature import (
    GraphQLVariableSignature,
)
from packaging.requirements import Requirement
from strawberry.http.websocket_origin import normalize_allowed_origins, normalize_origin
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField
from strawberry.types.info import Info
from tortoise.fields.data import CharEnumFieldInstance
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.schema_editor.sqlite import SqliteSchemaEditor
from uvicorn._types import ASGISendEvent
from websockets.server import ServerProtocol

from database.sqlite import ImmediateSqliteClient
from engine.introspection.rendering import SchemaParts
from engine.permissions import RequirePermission
from engine.schema import Schema
from models.orders import Order
from schema.build import build_schema
from tests.private_names import foreign_private_names
from tests.private_signatures import ATTRIBUTES, KEYWORDS, SIGNATURES

ROOT = Path(__file__).parent.parent
TOOLS = {"tests", "benchmarks", "devservices", "simulator", "build"}
"""The packages that are not part of the product."""
DEFINITION = "strawberry-definition"

PRIVATE_NAMES = {
    "database/connections.py": {"_connection", "_parent", "_pool", "_trxlock"},
    "database/migrations.py": {"_get_model_sql_data", "_schema_editor"},
    "database/connection_pool.py": {"_is_cancelling", "_protocol", "_top_xact"},
    "database/connector.py": {"_transport"},
    "database/postgres.py": {"_pool"},
    "database/rows.py": {"_meta"},
    "database/tables.py": {"_meta"},
    "database/sqlite.py": {"_conn", "_connection", "_execute", "_lock", "_trxlock"},
    "database/statement_cache.py": {
        "_clear_entry_callback",
        "_entries",
        "_loop",
        "_on_remove",
        "_statement",
    },
    "engine/planning/payload_loader.py": {"_raw_info"},
    "engine/schema.py": {"_schema"},
    "engine/sql/field_sources.py": {"_meta"},
    "engine/sql/keyset_pagination.py": {"_meta"},
    "engine/sql/root_sources.py": {"_meta"},
    "engine/sql/rows.py": {"_meta"},
    "resolvers/stats/cubes.py": {"_meta"},
    "resolvers/visibility.py": {"_meta"},
    "migrations/_tables.py": {"_get_model_sql_data", "_run_sql"},
    "subscriptions/transport.py": {"broadcaster._backends.base"},
    "web/uvicorn_protocols.py": {"uvicorn._types"},
}
"""The private attributes and modules of libraries that a file of the product uses. Whoever adds one
adds a test of it below."""


BOUNDED = {
    "aiosqlite": "0.23",
    "asyncpg": "0.33",
    "broadcaster": "0.4",
    "graphql-core": "3.4",
    "httptools": "0.10",
    "orjson": "4",
    "strawberry-graphql": "0.342",
    "tortoise-orm": "1.2",
    "uvicorn": "0.55",
    "uvloop": "0.24",
    "websockets": "18",
}
"""The first release of each library that may have another inside: the libraries of PRIVATE_NAMES,
and those that their private parts are built on."""


def _parameters(function: Callable[..., Any]) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name != "self"]


def _name(value: object) -> str:
    return value if isinstance(value, str) else getattr(value, "__qualname__", "")


@pytest.fixture(scope="module")
def schema() -> Schema:
    return build_schema()


def test_every_private_name_in_use_is_listed() -> None:
    packages = [path.parent for path in ROOT.glob("*/__init__.py")]
    rooms = [package for package in packages if package.name not in TOOLS]
    files = [*ROOT.glob("*.py"), *(path for room in rooms for path in room.rglob("*.py"))]
    used = {str(path.relative_to(ROOT)): foreign_private_names(path) for path in files}

    assert {path: names for path, names in used.items() if names} == PRIVATE_NAMES


def test_no_release_is_installed_that_may_have_another_inside() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    requirements = {one.name: one for one in map(Requirement, project["dependencies"])}

    assert {
        name: [one.version for one in requirements[name].specifier if one.operator == "<"]
        for name in BOUNDED
    } == {name: [version] for name, version in BOUNDED.items()}


@pytest.mark.parametrize(("user", "function", "expected"), SIGNATURES, ids=_name)
def test_a_function_has_the_expected_parameters(
    user: str, function: Callable[..., Any], expected: str
) -> None:
    assert _parameters(function) == expected.split(), f"{user} depends on it"


@pytest.mark.parametrize(("user", "function", "expected"), KEYWORDS, ids=_name)
def test_a_function_takes_the_expected_keywords(
    user: str, function: Callable[..., Any], expected: str
) -> None:
    assert set(expected.split()) <= set(_parameters(function)), f"{user} depends on it"


@pytest.mark.parametrize(("user", "method", "expected"), ATTRIBUTES, ids=_name)
def test_a_method_uses_the_expected_attributes(
    user: str, method: Callable[..., Any], expected: str
) -> None:
    names = inspect.unwrap(method).__code__.co_names

    assert set(expected.split()) <= set(names), f"{user} depends on it"


def test_the_meta_of_tortoise_models_for_database_rows_and_engine_sql() -> None:
    meta = Order._meta
    status = meta.fields_map["status"]

    assert (meta.db_table, meta.db_pk_column, meta.pk_attr) == ("orders", "id", "id")
    assert set(meta.fields_db_projection) <= set(meta.fields_map)
    assert isinstance(status, CharEnumFieldInstance)
    assert {"enum_type", "default", "null"} <= set(vars(status))
    assert "__dict__" in dir(Order.__new__(Order))


async def test_aiosqlite_for_database_sqlite() -> None:
    async with aiosqlite.connect(":memory:") as connection:
        assert isinstance(connection._conn, sqlite3.Connection)
        assert not hasattr(connection, "create_aggregate")


def test_asyncpg_for_database_connector_and_connection_pool() -> None:
    assert {"_transport", "_protocol", "_top_xact"} <= set(asyncpg.Connection.__slots__)
    assert callable(asyncpg.protocol.Protocol._is_cancelling)


def test_the_module_of_our_client_has_the_name_that_tortoise_migrates_by() -> None:
    """database/migrations.py relies on it: Tortoise finds the dialect in the module's name."""
    executor = MigrationExecutor(ImmediateSqliteClient(":memory:", connection_name="default"), {})

    assert isinstance(executor._schema_editor(), SqliteSchemaEditor)
    assert executor.loader.recorder is executor.recorder


def test_the_budget_of_comparisons_for_engine_field_merging(schema: Schema) -> None:
    document = graphql.parse("{ position position }")
    context = graphql.ValidationContext(schema.core, document, graphql.TypeInfo(schema.core), print)
    rule = graphql.OverlappingFieldsCanBeMergedRule(context)

    assert rule.rule_context.remaining_complexity_budget == 500_000


def test_the_count_of_tokens_for_engine_document_limits() -> None:
    assert graphql.parse("{ position # a comment\n }").token_count == 4


def test_the_resolvers_of_introspection_for_engine_introspection_rendering(schema: Schema) -> None:
    """They use nothing of their info but the schema, and none returns an awaitable."""
    used = {
        name
        for type_ in graphql.introspection_types.values()
        for field in getattr(type_, "fields", {}).values()
        for name in ("_info", "info")
        if name in _parameters(field.resolve)
    }
    change: Any = schema.core.type_map["Change"]
    possible: Any = graphql.introspection_types["__Type"]
    of_change = possible.fields["possibleTypes"].resolve(change, SchemaParts(schema.core))
    root: Any = graphql.SchemaMetaFieldDef.resolve

    assert used == {"_info", "info"}
    assert of_change == schema.core.get_possible_types(change)
    assert root(None, SchemaParts(schema.core)) is schema.core


def test_variable_signatures_for_engine_variables() -> None:
    assert {"name", "type", "default"} <= set(GraphQLVariableSignature._fields)


def test_the_schema_for_engine_schema(schema: Schema) -> None:
    assert isinstance(schema._schema, graphql.GraphQLSchema)
    assert isinstance(schema.schema_converter.scalar_registry, dict)


def test_input_definitions_for_engine_input_constructors_and_argument_binding(
    schema: Schema,
) -> None:
    input_type = schema.core.type_map["OrderCreateInput"]
    assert isinstance(input_type, graphql.GraphQLInputObjectType)
    definition, field = input_type.extensions[DEFINITION], input_type.fields["items"]
    mutation = schema.core.mutation_type
    assert mutation is not None
    declared = mutation.fields["orderCreate"].extensions[DEFINITION]

    assert isinstance(definition, StrawberryObjectDefinition)
    assert {"origin", "is_one_of", "from_input"} <= set(dir(definition))
    assert isinstance(field.extensions[DEFINITION], StrawberryField)
    assert {"python_name", "default", "default_factory"} <= set(dir(field.extensions[DEFINITION]))
    assert [argument.python_name for argument in declared.arguments] == ["input"]
    assert RequirePermission in map(type, declared.extensions)


def test_resolver_information_for_engine_planning_payload_loader() -> None:
    assert "_raw_info" in Info.__annotations__


def test_enum_values_for_schema_enums_describing() -> None:
    assert "values" in StrawberryEnumDefinition.__annotations__


def test_origins_for_web_graphql_websocket_handshake() -> None:
    assert normalize_origin("HTTPS://A.example:443") == "https://a.example"
    assert "https://a.example" in normalize_allowed_origins(["https://a.example:443"])


def test_sent_events_and_the_protocol_for_web_uvicorn_protocols() -> None:
    assert ASGISendEvent is not None
    assert {"send_text", "send_close", "data_to_send"} <= set(dir(ServerProtocol))
