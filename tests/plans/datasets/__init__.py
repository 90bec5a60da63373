"""Random datasets: rows of every table with every kind of value, chosen by a seed."""

from collections.abc import Sequence

from tortoise.models import Model

from models.bulk import insert
from models.changes import LOG_HEAD_ID, LogHead
from tests.plans.datasets.changes import build_random_log
from tests.plans.datasets.order_aggregates import DatasetSize, build_random_aggregate
from tests.plans.datasets.orders import build_random_customer
from tests.plans.datasets.random_values import RandomValues
from tests.plans.datasets.shipments import build_random_event

TYPICAL = DatasetSize(
    orders=(25, 30),
    shipments=(0, 4),
    events=(0, 5),
    estimates=(0, 4),
    exceptions=(0, 5),
    notes=(0, 2),
    changes=(1, 15),
)
LONG_LISTS = DatasetSize(
    orders=(2, 2),
    shipments=(2, 2),
    events=(60, 110),
    estimates=(99, 135),
    exceptions=(98, 130),
    notes=(0, 1),
    changes=(90, 130),
)
"""Few orders, whose lists are longer than the largest page and than a plain list shows."""


async def insert_dataset(seed: int, size: DatasetSize) -> None:
    """Insert the dataset of that seed into the open database, which must be empty."""
    source = RandomValues(seed)
    customers = [build_random_customer(source) for _ in range(4)]
    aggregates = [
        build_random_aggregate(source, size, number, source.choice(customers).id)
        for number in range(source.integer(*size.orders))
    ]
    log = build_random_log(source, aggregates)
    tables: list[Sequence[Model]] = [
        customers,
        [aggregate.order for aggregate in aggregates],
        [aggregate.address for aggregate in aggregates],
        [item for aggregate in aggregates for item in aggregate.items],
        [shipment for aggregate in aggregates for shipment in aggregate.shipments],
        [content for aggregate in aggregates for content in aggregate.contents],
        [event for aggregate in aggregates for event in aggregate.events],
        [build_random_event(source, None) for _ in range(3)],
        [estimate for aggregate in aggregates for estimate in aggregate.estimates],
        [exception for aggregate in aggregates for exception in aggregate.exceptions],
        [note for aggregate in aggregates for note in aggregate.notes],
        log,
    ]
    for rows in tables:
        await insert(rows)
    await LogHead.filter(id=LOG_HEAD_ID).update(position=len(log))
