"""`whereabouts stats`: answers an aggregate as JSON, or as CSV for a spreadsheet."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import click
import orjson
from graphql import (
    FieldNode,
    GraphQLError,
    NameNode,
    SelectionSetNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

from access.rate_limits import RateLimits
from access.viewer import SYSTEM
from commands.command_runtime import Failure, WrongInput, migrated_database, read_settings, run
from commands.stats_table import stats_table
from config import Settings
from engine.operations import InvalidOperation, Operation
from engine.persisted.documents import TrustedDocuments
from engine.responses import encode_body
from engine.schema import Schema
from schema.build import build_schema
from schema.context import context_maker
from schema.root_fields import FORECAST, STATS
from subscriptions.feed import Feed
from subscriptions.transport import open_transport
from unit_of_work.unit_of_work import Tracker
from web.graphql.request_parsing import GraphQLRequest
from web.graphql.service import GraphQLService

STDIN = "-"
SECONDS_BETWEEN = 1.0
"""The interval at which a terminal shows that the query still runs."""
MORE = "are_there_more"
"""The alias of a field that an export adds: a spreadsheet alone does not show that groups are
missing."""
JsonObject = dict[str, Any]


@click.command("stats")
@click.argument("query")
@click.option("--variables", default="{}", help="Variables of the query, as a JSON object.")
@click.option("--csv", "is_csv", is_flag=True, help="Write one row for each group.")
def stats_command(query: str, variables: str, is_csv: bool) -> None:
    """Answer a query for aggregates.

    QUERY is a GraphQL query for orderStats, shipmentStats, exceptionStats or orderForecast. If it
    is `-`, it is read from standard input.

    With --csv, QUERY asks for one of the first three, and for its groups once. The titles of the
    columns are the paths of the fields, such as key.status or total.sum. Buckets are written as
    local dates of the query's timeZone, hours as local times, and rates with four digits. Excel
    opens the file as it is.
    """
    text = sys.stdin.read() if query == STDIN else query
    values = _variables(variables)
    click.echo(run(answered(read_settings(), text, values, is_csv=is_csv)), nl=False)


async def answered(settings: Settings, query: str, variables: JsonObject, *, is_csv: bool) -> bytes:
    """Return the answer as JSON or as CSV. Raises Failure."""
    schema = build_schema()
    service = _service(schema)
    request = _request(query, variables, is_csv=is_csv)
    operation = await _prepared(service, request)
    _demand_aggregates(schema, operation, variables)
    async with migrated_database(settings), _progress():
        execution = await service.execute(request, SYSTEM)
    if execution.errors:
        raise Failure("; ".join(map(_message, execution.errors)))
    data = orjson.loads(encode_body(execution))["data"]
    if not is_csv:
        return orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    return _exported(schema, operation, variables, data)


def _variables(text: str) -> JsonObject:
    try:
        variables = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise click.UsageError(f"--variables is not JSON: {error}.") from error
    if not isinstance(variables, dict):
        raise click.UsageError("--variables is not a JSON object.")
    return variables


def _service(schema: Schema) -> GraphQLService:
    """Return a service without time limits: an export may take as long as it needs."""
    feed = Feed(open_transport("memory://"))
    make_context = context_maker(Tracker(announce=feed.announce), RateLimits())
    return GraphQLService(schema, TrustedDocuments({}, is_only=False), make_context, feed)


def _request(query: str, variables: JsonObject, *, is_csv: bool) -> GraphQLRequest:
    """Return the request; for CSV it also asks whether groups are missing. Raises WrongInput."""
    try:
        text = print_ast(visit(parse(query), _TruncationSelector())) if is_csv else query
    except GraphQLError as error:
        raise WrongInput(_message(error)) from error
    return GraphQLRequest(text, variables=variables)


async def _prepared(service: GraphQLService, request: GraphQLRequest) -> Operation:
    """Return the prepared query. Raises WrongInput."""
    try:
        operation = await service.prepare(request, SYSTEM)
    except InvalidOperation as error:
        raise WrongInput("; ".join(map(_message, error.errors))) from error
    if not operation.is_query:
        raise WrongInput("Only queries are answered here.")
    return operation


def _demand_aggregates(schema: Schema, operation: Operation, variables: JsonObject) -> None:
    """Raises WrongInput for other queries: they may read personal data, which needs a key."""
    values = operation.variables.coerce(variables)
    if isinstance(values, list):
        # The execution reports what is wrong with the variables.
        return
    roots = schema.plans.query(operation, values, SYSTEM)
    if not {root.field.name for root in roots} <= {*STATS, FORECAST}:
        raise WrongInput(f"Only {', '.join((*STATS, FORECAST))} are answered here.")


class _TruncationSelector(Visitor):
    def leave_field(self, node: FieldNode, *_: object) -> FieldNode | None:
        if node.name.value not in STATS or node.selection_set is None:
            return None
        more = FieldNode(alias=NameNode(value=MORE), name=NameNode(value="truncated"))
        selection = SelectionSetNode(selections=(*node.selection_set.selections, more))
        return FieldNode(
            alias=node.alias, name=node.name, arguments=node.arguments, selection_set=selection
        )


def _message(error: GraphQLError) -> str:
    field = ".".join((error.extensions or {}).get("field", ()))
    return f"{field}: {error.message}" if field else error.message


@asynccontextmanager
async def _progress() -> AsyncGenerator[None, None]:
    """Show on a terminal that the query runs, in a line that is removed at the end."""
    if not sys.stderr.isatty():
        yield
        return
    progress = asyncio.create_task(_show_progress())
    try:
        yield
    finally:
        progress.cancel()
        click.echo("\r\033[K", nl=False, err=True)


async def _show_progress() -> None:
    seconds = 0.0
    while True:
        await asyncio.sleep(SECONDS_BETWEEN)
        seconds += SECONDS_BETWEEN
        click.echo(f"\rReading, for {seconds:.0f} seconds ...", nl=False, err=True)


def _exported(
    schema: Schema, operation: Operation, variables: JsonObject, data: JsonObject
) -> bytes:
    """Return the groups of the only root field as CSV. Raises WrongInput if there are others."""
    values = operation.variables.coerce(variables)
    assert not isinstance(values, list), "it was answered with them"
    roots = [root.field for root in schema.plans.query(operation, values, SYSTEM)]
    if len(roots) == 1 and roots[0].name in STATS:
        (root,) = roots
        groups = root.selected("groups")
        if len(groups) == 1 and root.arguments is not None:
            answer = data[root.key]
            if answer[MORE]:
                click.echo(
                    "There are more groups: ask for them with `first`, up to 1000.", err=True
                )
            return stats_table(groups[0], root.arguments(values), answer[groups[0].key])
    raise WrongInput(f"With --csv, ask for one of {', '.join(STATS)}, and for its groups once.")
