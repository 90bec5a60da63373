"""Tables and indexes, with what Tortoise has no word for: conditions that rows fulfil, indexes of
some of the rows, and indexes of days."""

from collections.abc import Mapping, Sequence
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.schema_generator.state_apps import StateApps

from database.connections import is_postgres


class CreateTable(ops.CreateModel):
    """A table whose CHECK constraints are made with it: SQLite cannot add them later."""

    def __init__(self, *args: Any, checks: Mapping[str, str], **options: Any) -> None:
        """`checks`: conditions by the names of their constraints."""
        super().__init__(*args, **options)
        self._checks = checks

    async def database_forward(
        self,
        app_label: str,
        old_state: State,
        new_state: State,
        state_editor: BaseSchemaEditor | None = None,
    ) -> None:
        if state_editor is None:
            return
        model = new_state.apps.get_model(f"{app_label}.{self.name}")
        statement = state_editor._get_model_sql_data(model).table_sql
        clauses = [f',\n    CONSTRAINT "{name}" CHECK ({of})' for name, of in self._checks.items()]
        # The columns end with the first bracket that begins a line.
        await state_editor._run_sql(statement.replace("\n)", f"{''.join(clauses)}\n)", 1))


def table(
    model: str,
    name: str,
    description: str,
    columns: Mapping[str, Any],
    *,
    indexes: Sequence[str] = (),
    unique: Sequence[str] = (),
    checks: Mapping[str, str] | None = None,
) -> CreateTable:
    """Each of `indexes` and `unique` names columns, with spaces between them."""
    options: dict[str, Any] = {"table": name, "app": "models"}
    if description:
        options["table_description"] = description
    if indexes:
        options["indexes"] = [Index(fields=one.split()) for one in indexes]
    if unique:
        options["unique_together"] = tuple(tuple(one.split()) for one in unique)
    return CreateTable(model, list(columns.items()), options, ["Model"], checks=checks or {})


def index(name: str, of: str, *, is_unique: bool = False) -> ops.RunSQL:
    """`of`: the table, its columns, and which of its rows. That condition stands word for word in
    the questions (resolvers/), or no database sees that the index applies."""
    return ops.RunSQL(f"CREATE {'UNIQUE ' if is_unique else ''}INDEX {name} ON {of}")


def day_index(name: str, table: str, time: str, key: str) -> ops.RunPython:
    """Index the UTC days of one time, each in the order of a key."""

    async def create(apps: StateApps, editor: BaseSchemaEditor) -> None:
        client: BaseDBAsyncClient = editor.client
        is_date = f"(({time} AT TIME ZONE 'UTC')::date)"
        day = is_date if is_postgres(client) else f"substr({time}, 1, 10)"
        await client.execute_query(f"CREATE INDEX {name} ON {table} ({day}, {key}, id, {time})")

    return ops.RunPython(create)
