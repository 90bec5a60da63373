"""Decisions about events that no shipment has taken, and the indexes with which these are listed."""

from tortoise import migrations
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

from database.connections import is_postgres
from migrations._columns import (
    identity,
    moment,
    optional_moment,
    optional_reference,
    text,
)
from migrations._tables import index, table

WAITING = "shipment_id IS NULL AND decision_id IS NULL"
IN_FORCE = "shipment_id IS NOT NULL AND ended_at IS NULL"


async def index_by_time(apps: StateApps, editor: BaseSchemaEditor) -> None:
    """Index the waiting events by time. SQLite chooses an index for its order only if a column is
    equal to something, and `shipment_id IS NULL` counts as that."""
    client: BaseDBAsyncClient = editor.client
    columns = "recorded_at, id" if is_postgres(client) else "shipment_id, recorded_at, id"
    await client.execute_query(
        f"CREATE INDEX tracking_event_waiting ON tracking_event ({columns}) WHERE {WAITING}"
    )


class Migration(migrations.Migration):
    dependencies = [("models", "0011_shared_numbers")]

    operations = [
        table(
            "NumberDecision",
            "number_decision",
            "What was decided about the kept events of a number: assigned to a shipment, or discarded.",
            {
                "id": identity(),
                "carrier": text(40),
                "number_key": text(64),
                "shipment_id": optional_reference(),
                "decided_at": moment(),
                "ended_at": optional_moment(),
                "actor": text(200),
                "reason": text(1000),
            },
            indexes=["carrier number_key"],
        ),
        index(
            "number_decision_in_force",
            f"number_decision (number_key, carrier) WHERE {IN_FORCE}",
            is_unique=True,
        ),
        ops.AddField("TrackingEvent", "decision_id", optional_reference()),
        ops.RunPython(index_by_time),
        index(
            "tracking_event_waiting_number",
            f"tracking_event (number_key, carrier, recorded_at, id) WHERE {WAITING}",
        ),
        index("tracking_event_waiting_source", f"tracking_event (source) WHERE {WAITING}"),
        # The ones before had discarded events as well.
        ops.RunSQL("DROP INDEX tracking_event_kept"),
        ops.RunSQL("DROP INDEX tracking_event_kept_number"),
    ]
