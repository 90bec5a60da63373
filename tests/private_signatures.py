"""The functions of our libraries that the product overrides, replaces or calls, and their
parameters. The first column names the file of ours that depends on the function."""

import aiosqlite
import asyncpg
import graphql
from asyncpg.connection import Connection, _StatementCache
from broadcaster._backends.base import BroadcastBackend
from graphql.execution import Executor, create_source_event_stream
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.get_variable_signature import (
    get_variable_signature,
)
from graphql.execution.values import VariableValues, get_variable_values
from graphql.utilities.coerce_input_value import coerce_default_value
from strawberry.execution import optimized_is_awaitable
from strawberry.extensions import FieldExtension
from strawberry.schema.name_converter import NameConverter
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types.arguments import convert_arguments
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.backends.base.client import TransactionContextPooled
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
    translate_exceptions,
)
from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.operations import CreateModel
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.models import Model
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

SIGNATURES = (
    ("database/plain_model.py", Model.__setattr__, "key value"),
    ("database/connections.py", SqliteTransactionContext.__init__, "connection trxlock"),
    ("database/sqlite.py", SqliteClient.create_connection, "with_db"),
    ("database/sqlite.py", SqliteClient.close, ""),
    ("database/sqlite.py", SqliteClient.execute_query, "query values"),
    ("database/sqlite.py", SqliteClient.execute_query_dict, "query values"),
    ("database/sqlite.py", SqliteClient._in_transaction, ""),
    ("database/sqlite.py", SqliteTransactionWrapper.__init__, "connection"),
    ("database/sqlite.py", SqliteTransactionWrapper.begin, ""),
    ("database/sqlite.py", SqliteTransactionWrapper.commit, ""),
    ("database/sqlite.py", translate_exceptions, "func"),
    ("database/sqlite.py", aiosqlite.Connection._execute, "fn args kwargs"),
    ("database/postgres.py", AsyncpgDBClient.create_pool, "kwargs"),
    ("database/postgres.py", AsyncpgDBClient.acquire_connection, ""),
    (
        "database/pooled_connection.py",
        Connection._execute,
        "query args limit timeout return_status ignore_custom_codec record_class",
    ),
    ("database/pooled_connection.py", Connection.execute, "query args timeout"),
    (
        "database/statement_cache.py",
        Connection._get_statement,
        "query timeout named use_cache ignore_custom_codec record_class",
    ),
    ("database/statement_cache.py", Connection._introspect_types, "typeoids timeout"),
    ("database/statement_cache.py", _StatementCache._maybe_cleanup, ""),
    ("database/statement_cache.py", _StatementCache._clear_entry_callback, "entry"),
    ("database/migrations.py", MigrationExecutor.__init__, "connection apps_config"),
    ("database/migrations.py", MigrationRecorder.ensure_schema, "schema_editor"),
    ("database/migrations.py", BaseSchemaEditor._get_model_sql_data, "model"),
    ("migrations/_tables.py", BaseSchemaEditor._run_sql, "sql"),
    (
        "migrations/_tables.py",
        CreateModel.database_forward,
        "app_label old_state new_state state_editor",
    ),
    (
        "engine/executor.py",
        Executor.complete_value,
        "return_type field_details_list info path result position_context",
    ),
    ("engine/executor.py", FragmentDetails, "definition variable_signatures"),
    ("engine/executor.py", optimized_is_awaitable, "value"),
    ("engine/variables.py", VariableValues, "sources coerced"),
    ("engine/variables.py", get_variable_signature, "schema var_def_node"),
    (
        "engine/variables.py",
        get_variable_values,
        "schema var_def_nodes inputs max_errors hide_suggestions",
    ),
    ("engine/input_coercion.py", coerce_default_value, "input_value"),
    ("engine/input_types.py", graphql.GraphQLInputObjectType.out_type, "value"),
    (
        "engine/field_merging.py",
        graphql.OverlappingFieldsCanBeMergedRule.enter_selection_set,
        "selection_set _key parent _args",
    ),
    (
        "engine/introspection/rendering.py",
        graphql.GraphQLEnumType.coerce_output_value,
        "output_value",
    ),
    (
        "engine/planning/argument_binding.py",
        convert_arguments,
        "value arguments scalar_registry config info",
    ),
    ("schema/build.py", NameConverter.apply_naming_config, "name"),
    ("schema/mutations/commands.py", FieldExtension.resolve_async, "next_ source info kwargs"),
    ("subscriptions/registry.py", create_source_event_stream, "executor"),
    (
        "subscriptions/registry.py",
        Executor.build_resolve_info,
        "field_def field_nodes parent_type path",
    ),
    ("subscriptions/transport.py", BroadcastBackend.__init__, "url"),
    ("subscriptions/transport.py", BroadcastBackend.connect, ""),
    ("subscriptions/transport.py", BroadcastBackend.disconnect, ""),
    ("subscriptions/transport.py", BroadcastBackend.subscribe, "group"),
    ("subscriptions/transport.py", BroadcastBackend.unsubscribe, "group"),
    ("subscriptions/transport.py", BroadcastBackend.publish, "channel message"),
    ("subscriptions/transport.py", BroadcastBackend.next_published, ""),
    ("web/uvicorn_protocols.py", HttpToolsProtocol.connection_made, "transport"),
    ("web/uvicorn_protocols.py", HttpToolsProtocol.connection_lost, "exc"),
    ("web/uvicorn_protocols.py", HttpToolsProtocol.data_received, "data"),
    ("web/uvicorn_protocols.py", HttpToolsProtocol.on_message_begin, ""),
    ("web/uvicorn_protocols.py", HttpToolsProtocol.on_header, "name value"),
    ("web/uvicorn_protocols.py", HttpToolsProtocol.on_headers_complete, ""),
    ("web/uvicorn_protocols.py", HttpToolsProtocol.shutdown, ""),
    ("web/uvicorn_protocols.py", WebSocketsSansIOProtocol.send, "message"),
    ("web/uvicorn_protocols.py", WebSocketsSansIOProtocol.data_received, "data"),
    ("web/uvicorn_protocols.py", WebSocketsSansIOProtocol.resume_writing, ""),
    ("web/uvicorn_protocols.py", WebSocketsSansIOProtocol.send_receive_event_to_app, ""),
    ("web/uvicorn_protocols.py", WebSocketsSansIOProtocol.handle_parser_exception, ""),
    ("web/uvicorn_protocols.py", WebSocketsSansIOProtocol.shutdown, ""),
)
"""The functions that a file of ours overrides, replaces or calls, and their parameters."""

KEYWORDS = (
    ("database/connections.py", TortoiseContext.init, "config _enable_global_fallback"),
    (
        "database/connector.py",
        asyncpg.connect,
        "dsn host port user password database ssl server_settings connection_class timeout"
        " command_timeout statement_cache_size max_cacheable_statement_size",
    ),
    (
        "database/statement_cache.py",
        _StatementCache.__init__,
        "loop max_size on_remove max_lifetime",
    ),
    (
        "engine/executor.py",
        Executor.__init__,
        "schema fragment_definitions fragments root_value context_value operation variable_values"
        " field_resolver type_resolver subscribe_field_resolver is_awaitable",
    ),
    (
        "subscriptions/registry.py",
        Executor.build,
        "schema document context_value raw_variable_values operation_name",
    ),
)
"""The functions that a file of ours calls by keyword, and the parameters that have to be there."""

ATTRIBUTES = (
    (
        "database/connections.py",
        TransactionContextPooled.__aenter__,
        "client _connection _parent _pool token",
    ),
    (
        "database/sqlite.py",
        SqliteTransactionContext.__aenter__,
        "connection _trxlock token",
    ),
    ("database/sqlite.py", SqliteClient.__init__, "_connection _lock"),
    ("database/sqlite.py", SqliteTransactionWrapper.__init__, "_connection"),
    ("database/postgres.py", AsyncpgDBClient.create_connection, "_pool"),
    ("database/statement_cache.py", Connection.__init__, "_stmt_cache"),
    ("database/statement_cache.py", _StatementCache.__init__, "_entries _loop _on_remove"),
    ("database/statement_cache.py", _StatementCache._maybe_cleanup, "_statement"),
    ("database/migrations.py", MigrationExecutor.__init__, "connection recorder loader"),
    ("database/migrations.py", MigrationRecorder.__init__, "connection model"),
    ("engine/executor.py", Executor.__init__, "collected_errors"),
    (
        "subscriptions/registry.py",
        StrawberryGraphQLCoreExecutionContext.build_resolve_info,
        "operation_extensions",
    ),
    ("web/uvicorn_protocols.py", HttpToolsProtocol.__init__, "loop transport cycle"),
    ("web/uvicorn_protocols.py", HttpToolsProtocol.on_message_begin, "scope"),
    ("web/uvicorn_protocols.py", RequestResponseCycle.__init__, "response_complete"),
    (
        "web/uvicorn_protocols.py",
        WebSocketsSansIOProtocol.__init__,
        "loop transport conn writable read_paused frames curr_msg_data_type handshake_complete"
        " close_sent disconnected",
    ),
)
"""The methods in which a library uses the attributes that a file of ours uses, too."""
