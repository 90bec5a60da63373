"""Shops by chance: rows of every table, of everything that a row can be, by a seed."""

from collections.abc import Sequence

from tortoise.models import Model

from models.bulk import insert
from models.changes import LOG_HEAD_ID, LogHead
from tests.plans.shops.chances import Chances
from tests.plans.shops.changes import make_log
from tests.plans.shops.folders import Size, make_folder
from tests.plans.shops.orders import make_customer
from tests.plans.shops.parcels import make_event

EVERYDAY = Size(
    orders=(25, 30),
    shipments=(0, 4),
    events=(0, 5),
    estimates=(0, 4),
    exceptions=(0, 5),
    notes=(0, 2),
    changes=(1, 15),
)
CROWDED = Size(
    orders=(2, 2),
    shipments=(2, 2),
    events=(60, 110),
    estimates=(99, 135),
    exceptions=(98, 130),
    notes=(0, 1),
    changes=(90, 130),
)
"""Longer lists than any page has rows, and than any plain list shows."""


async def open_shop(seed: int, size: Size) -> None:
    """Fill an empty database."""
    chance = Chances(seed)
    customers = [make_customer(chance) for _ in range(4)]
    folders = [
        make_folder(chance, size, number, chance.one_of(customers).id)
        for number in range(chance.count(*size.orders))
    ]
    log = make_log(chance, folders)
    tables: list[Sequence[Model]] = [
        customers,
        [folder.order for folder in folders],
        [folder.address for folder in folders],
        [one for folder in folders for one in folder.items],
        [one for folder in folders for one in folder.shipments],
        [one for folder in folders for one in folder.contents],
        [one for folder in folders for one in folder.events],
        [make_event(chance, None) for _ in range(3)],
        [one for folder in folders for one in folder.estimates],
        [one for folder in folders for one in folder.exceptions],
        [one for folder in folders for one in folder.notes],
        log,
    ]
    for rows in tables:
        await insert(rows)
    await LogHead.filter(id=LOG_HEAD_ID).update(position=len(log))
