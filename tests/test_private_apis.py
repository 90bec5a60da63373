"""The private APIs of our libraries that the product uses are as the product expects them.

An upgrade of a library fails here first, in a test whose name or docstring says which of our files
has to be looked at. docs/upgrading.md says what to do then.
"""

import ast
import inspect
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import aiosqlite
import asyncpg
import graphql
import strawberry
from broadcaster._backends.base import BroadcastBackend
from graphql.execution import Executor, create_source_event_stream
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.execute import execute_sync
from graphql.execution.get_variable_signature import (
    GraphQLVariableSignature,
    get_variable_signature,
)
from graphql.execution.values import VariableValues, get_variable_values
from graphql.pyutils import gather_with_cancel
from graphql.utilities.coerce_input_value import coerce_default_value
from strawberry.execution import optimized_is_awaitable
from strawberry.extensions import FieldExtension
from strawberry.http.websocket_origin import (
    is_same_origin,
    normalize_allowed_origins,
    normalize_origin,
)
from strawberry.schema.name_converter import NameConverter
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types.arguments import convert_arguments
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField
from strawberry.types.info import Info
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.backends.base.client import TransactionContextPooled
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
    translate_exceptions,
)
from tortoise.context import TortoiseContext
from tortoise.fields.data import CharEnumFieldInstance
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_editor.sqlite import SqliteSchemaEditor
from tortoise.models import Model
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.server import ServerProtocol

from database.sqlite import Client as OurSqliteClient
from engine.schema import Schema
from models.orders import Order
from schema.build import build_schema

ROOT = Path(__file__).parent.parent
TOOLS = {"tests", "benchmarks", "devservices", "simulator", "build"}
"""The folders of Python files that are not part of the product."""

PRIVATE_NAMES = {
    "database/connections.py": {"_connection", "_parent", "_pool", "_trxlock"},
    "database/migrations.py": {"_get_model_sql_data", "_schema_editor"},
    "database/postgres.py": {"_pool", "_transport"},
    "database/rows.py": {"_meta"},
    "database/sqlite.py": {"_conn", "_connection", "_execute", "_lock", "_trxlock"},
    "engine/planning/payload_loader.py": {"_raw_info"},
    "engine/schema.py": {"_schema"},
    "engine/sql/keyset_pagination.py": {"_meta"},
    "engine/sql/plan.py": {"_meta"},
    "engine/sql/roots.py": {"_meta"},
    "engine/sql/rows.py": {"_meta"},
    "engine/sql/sources.py": {"_meta"},
    "subscriptions/transport.py": {"broadcaster._backends.base"},
    "web/uvicorn_protocols.py": {"uvicorn._types"},
}
"""Every private attribute and module that a file of the product takes from elsewhere. Whoever adds
one adds a test of it below."""


def parameters(function: Callable[..., Any]) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name != "self"]


def assert_assigned(function: Callable[..., Any], names: Iterable[str]) -> None:
    """Assert that the function, an `__init__` for instance, uses these attributes of `self`."""
    assert set(names) <= set(inspect.unwrap(function).__code__.co_names)


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name != "_replace"


def _defined_names(tree: ast.Module) -> set[str]:
    """The names that a file defines itself: functions, variables and attributes of `self`."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            names.add(node.attr)
    return names


def _foreign_private_names(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    modules = {
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module is not None
    }
    return {name for name in attributes - _defined_names(tree) if _is_private(name)} | {
        module for module in modules if any(map(_is_private, module.split(".")))
    }


def test_every_use_of_a_private_name_is_listed() -> None:
    packages = [
        folder
        for folder in ROOT.iterdir()
        if (folder / "__init__.py").exists() and folder.name not in TOOLS
    ]
    files = [*ROOT.glob("*.py"), *(path for folder in packages for path in folder.rglob("*.py"))]
    used = {str(path.relative_to(ROOT)): _foreign_private_names(path) for path in files}

    assert {path: names for path, names in used.items() if names} == PRIVATE_NAMES


def test_tortoise_model_meta_for_database_rows_and_engine_sql() -> None:
    """database/rows.py and the files of engine/sql/ read `_meta`; its columns have their order."""
    meta = Order._meta

    assert isinstance(meta.db_table, str)
    assert isinstance(meta.db_pk_column, str)
    assert meta.pk_attr == meta.pk.model_field_name == "id"
    assert list(meta.fields_db_projection)[:1] == ["id"]
    assert set(meta.fields_db_projection) <= set(meta.fields_map)
    assert isinstance(meta.fields_map["status"], CharEnumFieldInstance)
    assert hasattr(meta.fields_map["status"], "enum_type")
    assert hasattr(meta.fields_map["status"], "default")
    assert hasattr(meta.fields_map["status"], "null")


def test_tortoise_model_assignment_for_database_plain_model() -> None:
    """database/plain_model.py replaces `__setattr__`, database/rows.py fills `__dict__`."""
    assert parameters(Model.__setattr__) == ["key", "value"]
    assert not hasattr(Model, "__slots__")


def test_tortoise_context_for_database_connections() -> None:
    """database/connections.py opens a context that every task of the process may use."""
    assert "_enable_global_fallback" in parameters(TortoiseContext.init)


def test_tortoise_transactions_for_database_connections() -> None:
    """database/connections.py and database/sqlite.py undo a transaction that is half begun."""
    pooled, sqlite = TransactionContextPooled.__aenter__, SqliteTransactionContext.__aenter__

    assert_assigned(pooled, ("client", "_connection", "_parent", "_pool", "token"))
    assert_assigned(sqlite, ("connection", "_trxlock", "token"))
    assert parameters(SqliteTransactionContext.__init__) == ["connection", "trxlock"]


def test_tortoise_sqlite_client_for_database_sqlite() -> None:
    """database/sqlite.py overrides how a connection is made and how a transaction begins."""
    assert_assigned(SqliteClient.__init__, ("_connection", "_lock"))
    assert parameters(SqliteClient.create_connection) == ["with_db"]
    assert parameters(SqliteClient.close) == []
    assert parameters(SqliteClient._in_transaction) == []
    assert parameters(SqliteClient.acquire_connection) == []
    assert parameters(SqliteTransactionWrapper.__init__) == ["connection"]
    assert_assigned(SqliteTransactionWrapper.__init__, ("_connection",))
    assert parameters(SqliteTransactionWrapper.begin) == []
    assert parameters(SqliteTransactionWrapper.commit) == []
    assert parameters(translate_exceptions) == ["func"]


async def test_aiosqlite_for_database_sqlite() -> None:
    """database/sqlite.py registers an aggregate, which aiosqlite has no method for."""
    async with aiosqlite.connect(":memory:") as connection:
        assert isinstance(connection._conn, sqlite3.Connection)
        assert parameters(connection._execute) == ["fn", "args", "kwargs"]
        assert not hasattr(connection, "create_aggregate")


def test_tortoise_asyncpg_client_for_database_postgres() -> None:
    """database/postgres.py sets the pool's limits, and reads without a wrapper."""
    assert parameters(AsyncpgDBClient.create_pool) == ["kwargs"]
    assert parameters(AsyncpgDBClient.acquire_connection) == []
    assert "_pool" in AsyncpgDBClient.create_connection.__code__.co_names


def test_asyncpg_for_database_postgres() -> None:
    """database/postgres.py sets options of the socket, and leaves sessions as they are."""
    assert "_transport" in asyncpg.Connection.__slots__
    assert {"init", "reset"} <= set(parameters(asyncpg.create_pool))


def test_tortoise_migrations_for_database_migrations() -> None:
    """database/migrations.py runs every step in one transaction, whose dialect Tortoise finds by
    the name of the client's module."""
    executor = MigrationExecutor(OurSqliteClient(":memory:"), {})

    assert parameters(MigrationExecutor.__init__) == ["connection", "apps_config"]
    assert_assigned(MigrationExecutor.__init__, ("connection", "recorder", "loader"))
    assert isinstance(executor._schema_editor(), SqliteSchemaEditor)
    assert executor.loader.recorder is executor.recorder
    assert_assigned(MigrationRecorder.__init__, ("connection", "model"))
    assert parameters(MigrationRecorder.ensure_schema) == ["schema_editor"]
    assert parameters(BaseSchemaEditor._get_model_sql_data) == ["model"]


def test_graphql_core_executor_for_engine_executor() -> None:
    """engine/executor.py constructs the executor and overrides two of its methods."""
    fields = ["parent_type", "source_value", "path", "grouped_field_set", "position_context"]
    field = ["parent_type", "source", "field_details_list", "path", "position_context"]
    value = ["return_type", "field_details_list", "info", "path", "result", "position_context"]

    assert parameters(Executor.__init__)[:10] == [
        "schema",
        "fragment_definitions",
        "fragments",
        "root_value",
        "context_value",
        "operation",
        "variable_values",
        "field_resolver",
        "type_resolver",
        "subscribe_field_resolver",
    ]
    assert "is_awaitable" in parameters(Executor.__init__)
    assert_assigned(Executor.__init__, ("middleware_manager", "is_awaitable", "collected_errors"))
    assert parameters(Executor.execute_fields) == fields
    assert parameters(Executor.execute_field) == field
    assert parameters(Executor.complete_value) == value
    assert parameters(Executor.settle_in_background) == ["awaitables"]
    assert parameters(Executor.execute_operation) == []
    assert parameters(FragmentDetails)[:1] == ["definition"]
    assert inspect.iscoroutinefunction(gather_with_cancel)
    assert parameters(optimized_is_awaitable) == ["value"]


def test_graphql_core_subscriptions_for_subscriptions_registry() -> None:
    """subscriptions/registry.py opens a subscription's source without Strawberry's executor."""
    expected = {"schema", "document", "context_value", "raw_variable_values", "operation_name"}
    info = ["field_def", "field_nodes", "parent_type", "path"]

    assert expected <= set(parameters(Executor.build))
    assert parameters(create_source_event_stream) == ["executor"]
    assert parameters(Executor.build_resolve_info) == info
    assert parameters(StrawberryGraphQLCoreExecutionContext.build_resolve_info) == info
    assert hasattr(StrawberryGraphQLCoreExecutionContext, "operation_extensions")


def test_graphql_core_variables_for_engine_variables() -> None:
    """engine/variables.py and engine/input_coercion.py coerce what the library would."""
    assert parameters(VariableValues) == ["sources", "coerced"]
    assert parameters(get_variable_signature) == ["schema", "var_def_node"]
    assert {"name", "type", "default"} <= set(GraphQLVariableSignature._fields)
    assert parameters(get_variable_values)[:3] == ["schema", "var_def_nodes", "inputs"]
    assert parameters(coerce_default_value) == ["input_value"]


def test_graphql_core_execution_for_engine_planning_query_runner() -> None:
    """engine/planning/query_runner.py executes introspection with coerced variables."""
    assert {"schema", "document", "variable_values"} <= set(parameters(execute_sync))


def test_graphql_core_input_objects_for_engine_input_types() -> None:
    """engine/input_types.py replaces `out_type`, a function of the value, on each input type."""
    assert parameters(graphql.GraphQLInputObjectType.out_type) == ["value"]


def test_strawberry_schema_for_engine_schema() -> None:
    """engine/schema.py hands graphql-core's schema and the scalars to the engine."""
    schema: Schema = build_schema()

    assert isinstance(schema._schema, graphql.GraphQLSchema)
    assert isinstance(schema.schema_converter.scalar_registry, dict)
    assert isinstance(schema, strawberry.Schema)


def test_strawberry_definitions_for_engine_input_types_and_leaf_fields() -> None:
    """engine/input_types.py, engine/leaf_fields.py, engine/planning/argument_binding.py and
    engine/planning/selection_builder.py find Strawberry's definitions in extensions."""
    key = "strawberry-definition"
    types = build_schema().core.type_map
    input_type, output_type = types["OrderCreateInput"], types["Order"]
    assert isinstance(input_type, graphql.GraphQLInputObjectType)
    assert isinstance(output_type, graphql.GraphQLObjectType)
    field = output_type.fields["trackingId"].extensions[key]

    assert isinstance(input_type.extensions[key], StrawberryObjectDefinition)
    assert {"origin", "is_one_of"} <= set(dir(input_type.extensions[key]))
    assert hasattr(StrawberryObjectDefinition, "from_input")
    assert isinstance(input_type.fields["currency"].extensions[key], StrawberryField)
    assert isinstance(types["OrderStatus"].extensions[key], StrawberryEnumDefinition)
    assert (field.python_name, field.metadata, field.arguments) == ("tracking_id", {}, [])
    assert {"default", "default_factory", "is_basic_field", "default_resolver"} <= set(dir(field))


def test_strawberry_arguments_for_engine_planning_argument_binding() -> None:
    assert parameters(convert_arguments)[:4] == ["value", "arguments", "scalar_registry", "config"]


def test_strawberry_info_for_engine_planning_payload_loader() -> None:
    assert "_raw_info" in Info.__annotations__


def test_strawberry_extension_points_for_schema() -> None:
    """schema/build.py caches names, schema/mutations/commands.py wraps resolvers, and
    schema/enums/describing.py sets descriptions of values."""
    assert parameters(NameConverter.apply_naming_config) == ["name"]
    assert parameters(FieldExtension.resolve_async) == ["next_", "source", "info", "kwargs"]
    assert "values" in StrawberryEnumDefinition.__annotations__


def test_strawberry_origins_for_web_graphql_websocket_handshake() -> None:
    assert normalize_allowed_origins(["https://a.example:443"]) == {"https://a.example"}
    assert normalize_origin("HTTPS://A.example") == "https://a.example"
    assert callable(is_same_origin)


def test_broadcaster_backend_for_subscriptions_transport() -> None:
    """subscriptions/transport.py implements broadcaster's backend."""
    methods = {
        name: parameters(member)
        for name, member in vars(BroadcastBackend).items()
        if callable(member)
    }

    assert methods == {
        "__init__": ["url"],
        "connect": [],
        "disconnect": [],
        "subscribe": ["group"],
        "unsubscribe": ["group"],
        "publish": ["channel", "message"],
        "next_published": [],
    }


def test_uvicorn_http_protocol_for_web_uvicorn_protocols() -> None:
    """web/uvicorn_protocols.py limits the head of a request, and ends abandoned responses."""
    assert parameters(HttpToolsProtocol.connection_made) == ["transport"]
    assert parameters(HttpToolsProtocol.connection_lost) == ["exc"]
    assert parameters(HttpToolsProtocol.data_received) == ["data"]
    assert parameters(HttpToolsProtocol.on_message_begin) == []
    assert parameters(HttpToolsProtocol.on_headers_complete) == []
    assert parameters(HttpToolsProtocol.shutdown) == []
    assert_assigned(HttpToolsProtocol.__init__, ("loop", "transport", "cycle"))
    assert_assigned(RequestResponseCycle.__init__, ("response_complete",))


def test_uvicorn_websocket_protocol_for_web_uvicorn_protocols() -> None:
    """web/uvicorn_protocols.py writes texts together, and stops reading from slow clients."""
    state = (
        *("loop", "transport", "conn", "writable", "read_paused", "frames"),
        *("curr_msg_data_type", "handshake_complete", "close_sent", "disconnected"),
    )

    assert parameters(WebSocketsSansIOProtocol.send) == ["message"]
    assert parameters(WebSocketsSansIOProtocol.data_received) == ["data"]
    assert parameters(WebSocketsSansIOProtocol.resume_writing) == []
    assert parameters(WebSocketsSansIOProtocol.send_receive_event_to_app) == []
    assert parameters(WebSocketsSansIOProtocol.handle_parser_exception) == []
    assert parameters(WebSocketsSansIOProtocol.shutdown) == []
    assert_assigned(WebSocketsSansIOProtocol.__init__, state)
    assert issubclass(ClientDisconnected, OSError)
    assert ASGISendEvent is not None
    assert {"send_text", "send_close", "data_to_send"} <= set(dir(ServerProtocol))
