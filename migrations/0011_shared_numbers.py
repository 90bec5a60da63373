"""Shipments of several orders in one box, whose events have the same fingerprint; and the events that
wait for a number of any carrier."""

from tortoise import fields, migrations
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

from database.connections import is_postgres
from migrations._tables import index

UNIQUE, NOT_UNIQUE = (
    f'"fingerprint" VARCHAR(64) NOT NULL{constraint},' for constraint in (" UNIQUE", "")
)


async def drop_unique_fingerprint(apps: StateApps, editor: BaseSchemaEditor) -> None:
    """Drop the constraint. SQLite can only make the table anew, whose definition stays otherwise."""
    client: BaseDBAsyncClient = editor.client
    if is_postgres(client):
        drop = "ALTER TABLE tracking_event DROP CONSTRAINT tracking_event_fingerprint_key"
        await client.execute_query(drop)
        return
    rows = await client.execute_query_dict(
        "SELECT type, sql FROM sqlite_master WHERE tbl_name = 'tracking_event' AND sql NOT NULL"
    )
    (table,) = (row["sql"] for row in rows if row["type"] == "table")
    assert UNIQUE in table
    statements = [
        table.replace('"tracking_event"', '"new_tracking_event"', 1).replace(UNIQUE, NOT_UNIQUE),
        "INSERT INTO new_tracking_event SELECT * FROM tracking_event",
        "DROP TABLE tracking_event",
        "ALTER TABLE new_tracking_event RENAME TO tracking_event",
        *(row["sql"] for row in rows if row["type"] != "table"),
    ]
    for statement in statements:
        await client.execute_query(statement)


class Migration(migrations.Migration):
    dependencies = [("models", "0010_epochs")]

    operations = [
        ops.AddField("Shipment", "is_shared", fields.BooleanField(db_default=False)),
        ops.RunPython(drop_unique_fingerprint),
        ops.AddField("TrackingEvent", "copy_number", fields.SmallIntField(db_default=0)),
        index(
            "tracking_event_fingerprint",
            "tracking_event (fingerprint, copy_number)",
            is_unique=True,
        ),
        index(
            "tracking_event_kept_number", "tracking_event (number_key) WHERE shipment_id IS NULL"
        ),
    ]
