"""The epoch of the log, and the identity of the database by which it is noticed that the log was put
back to an earlier state."""

from tortoise import fields, migrations
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

from database.connections import is_postgres
from migrations._columns import optional_text

DATABASE_IDENTITY = """
CREATE FUNCTION database_identity() RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    cluster text := '';
    timeline text := '';
BEGIN
    IF pg_is_in_recovery() THEN
        RETURN NULL;
    END IF;
    BEGIN
        SELECT system_identifier INTO cluster FROM pg_control_system();
    EXCEPTION WHEN OTHERS THEN NULL;
    END;
    BEGIN
        timeline := left(pg_walfile_name(pg_current_wal_lsn()), 8);
    EXCEPTION WHEN OTHERS THEN NULL;
    END;
    RETURN cluster || '/' || timeline || '/'
        || (SELECT oid FROM pg_database WHERE datname = current_database());
END
$$
"""
"""Another cluster, another database of a cluster and a promoted replica have other identities. A
provider may forbid to read one of the first two parts, which is then empty. NULL: the database is a
replica, to which nobody writes."""


async def add_identity(apps: StateApps, editor: BaseSchemaEditor) -> None:
    """SQLite needs none: a file does not know from where it was copied."""
    client: BaseDBAsyncClient = editor.client
    if is_postgres(client):
        await client.execute_query(DATABASE_IDENTITY)


class Migration(migrations.Migration):
    dependencies = [("models", "0009_kept_events")]

    operations = [
        ops.AddField("LogHead", "epoch", fields.BigIntField(db_default=0)),
        ops.AddField("LogHead", "database", optional_text(100)),
        ops.RunPython(add_identity),
    ]
