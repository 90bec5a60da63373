"""The clock of the database, by which all processes tell the time.

Processes run on several machines, whose clocks differ. A process whose clock is ahead would declare
orders delayed too soon. Each pool asks PostgreSQL for its time every few seconds, and counts on
from there. To ask in each transaction would cost a round trip each time. On SQLite there is one
machine, whose clock serves.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic

from database.clock_measurement import ClockMeasurement
from database.connections import connection
from database.postgres import PostgresClient

MEASURED_FOR = 5.0
"""Seconds for which a measurement serves. A quartz drifts by less than a millisecond meanwhile, and
a database whose clock is set, or another one after a failover, is followed this soon."""
LONGEST_ROUND_TRIP = 0.1
"""Seconds. A measurement is behind by its round trip at most; one that took longer serves once. Two
measurements that differ by less agree, and the one that is ahead stays, so that time does not go
back."""


def database_now() -> datetime:
    """Return the time of the database as it was last measured, else that of this machine."""
    client = connection()
    if isinstance(client, PostgresClient) and client.clock is not None:
        return client.clock.now()
    return datetime.now(UTC)


async def measure_clock() -> None:
    """Ask the database for its time, unless it was asked a few seconds ago."""
    client = connection()
    if not isinstance(client, PostgresClient):
        return
    began, previous = monotonic(), client.clock
    if previous is not None and began < previous.expires:
        return
    [row] = await client.execute_query_dict("SELECT clock_timestamp() AS time")
    moment = monotonic()
    is_exact = moment - began <= LONGEST_ROUND_TRIP
    measured = ClockMeasurement(row["time"], moment, moment + MEASURED_FOR if is_exact else moment)
    client.clock = _ahead(previous, measured)


def _ahead(previous: ClockMeasurement | None, measured: ClockMeasurement) -> ClockMeasurement:
    """Return the one of two measurements that is ahead if they agree, else the new one."""
    if previous is None:
        return measured
    lead = previous.now() - measured.now()
    if timedelta(0) < lead < timedelta(seconds=LONGEST_ROUND_TRIP):
        return replace(previous, expires=measured.expires)
    return measured
