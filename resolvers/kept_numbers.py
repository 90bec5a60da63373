"""Kept numbers: the tracking numbers with news that no shipment has taken.

Each is shown from the row of its newest waiting event, so that a page reads little more than its
own rows from the index of waiting events, however many there are.
"""

from access.policy import Audience
from access.viewer import Viewer
from engine.sql.conditions import NOTHING, Condition
from engine.sql.field_sources import Column, SqlExpression
from engine.sql.keyset_pagination import bind_condition
from engine.sql.ordering import time_ordering
from engine.sql.page_arguments import numbered_values
from engine.sql.rows import Row
from engine.sql.selection import Field
from engine.sql.statement_builder import BoundArguments, ObjectSource, StatementBuilder
from models.events import TrackingEvent
from models.shipments import Shipment
from resolvers.visibility import visible

MAXIMUM_SOURCES = 20
"""Sources that are listed of a number: more than report about one parcel. A caller makes up the
names of sources, so that their number has no other limit."""
MAXIMUM_CANDIDATES = 10
"""Shipments that are listed of a number, the newest: as many as can share one
(`tracking.shipments.tracking_number_locks.MAXIMUM_SHARING`)."""

NEWEST_FIRST = time_ordering("kept", "recorded_at")
EVENTS = '"tracking_event"'
IS_NEWEST = Condition(
    f"{EVENTS}.shipment_id IS NULL AND {EVENTS}.decision_id IS NULL AND NOT EXISTS ("
    f'SELECT 1 FROM {EVENTS} AS "newer" WHERE "newer".number_key = {EVENTS}.number_key'
    f' AND "newer".carrier = {EVENTS}.carrier'
    ' AND "newer".shipment_id IS NULL AND "newer".decision_id IS NULL'
    f' AND ("newer".recorded_at, "newer".id) > ({EVENTS}.recorded_at, {EVENTS}.id))'
)
"""The row is the newest event of its number that waits."""


def kept(alias: str, row: Row) -> str:
    """Write the condition of the events under the alias that wait for the number of the row."""
    return (
        f"{alias}.number_key = {row['number_key']} AND {alias}.carrier = {row['carrier']}"
        f" AND {alias}.shipment_id IS NULL AND {alias}.decision_id IS NULL"
    )


def _count(builder: StatementBuilder, row: Row) -> str:
    alias = builder.alias()
    return f"(SELECT CAST(count(*) AS TEXT) FROM {EVENTS} AS {alias} WHERE {kept(alias, row)})"


def _first_received_at(builder: StatementBuilder, row: Row) -> str:
    alias = builder.alias()
    first = f"(SELECT min({alias}.recorded_at) FROM {EVENTS} AS {alias} WHERE {kept(alias, row)})"
    return builder.dialect.json_timestamp(first)


def _sources(builder: StatementBuilder, row: Row) -> str:
    alias, listed = builder.alias(), builder.alias()
    sources = (
        f"SELECT DISTINCT {alias}.source FROM {EVENTS} AS {alias} WHERE {kept(alias, row)}"
        f" ORDER BY source LIMIT {MAXIMUM_SOURCES}"
    )
    json = builder.dialect.json_string(f"{listed}.source")
    return builder.json_array(json, f"({sources}) AS {listed} ORDER BY {listed}.source")


class Candidates:
    """The newest shipments that have the number under any carrier, as far as they are visible."""

    needs_subquery = True

    def bind_viewer(self, viewer: Viewer) -> BoundArguments:
        condition = visible(Shipment, viewer) if viewer.may_read(Audience.STAFF) else NOTHING
        values = numbered_values("visible", condition.values)
        return BoundArguments(condition.text, values, MAXIMUM_CANDIDATES)

    def write(self, builder: StatementBuilder, field: Field, row: Row) -> str:
        condition = bind_condition(builder, field, str(builder.arguments(field).shape), "visible")
        shipment = builder.row(Shipment)
        json = builder.object_of_row(field, shipment)
        newest = (
            f"SELECT {shipment.selected_columns}, {shipment.table}.created_at AS newest,"
            f" {shipment.table}.id AS last FROM {shipment.table}"
            f" WHERE {shipment.table}.number_key = {row['number_key']} AND {condition}"
            f" ORDER BY newest DESC, last DESC LIMIT {MAXIMUM_CANDIDATES}"
        )
        order = f"{shipment.alias}.newest DESC, {shipment.alias}.last DESC"
        return builder.json_array(json, f"({newest}) AS {shipment.alias} ORDER BY {order}")


KEPT_NUMBER = ObjectSource(
    TrackingEvent,
    {
        "carrier": Column("carrier", is_never_null=True),
        "trackingNumber": Column("number_key", is_never_null=True),
        "events": SqlExpression(_count),
        "firstReceivedAt": SqlExpression(_first_received_at),
        "lastReceivedAt": Column("recorded_at"),
        "lastEventType": Column("type"),
        "sources": SqlExpression(_sources),
        "candidates": Candidates(),
    },
)
