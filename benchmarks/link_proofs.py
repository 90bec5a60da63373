"""`python -m benchmarks.link_proofs`: whether time tells an unknown order from a wrong proof.

Each kind of a wrong request for a tracking link is made once per round, in an order that differs
from round to round. The last line is one JSON object: microseconds of the median of each kind, by
database.
"""

import logging
import random
import statistics
import tempfile
import time
from itertools import count
from pathlib import Path

import click
import orjson
import uvloop

from access.link_creation import TrackingLinks
from access.link_proofs import LinkRequest
from access.rate_limits import RateLimits
from access.secrets import SecretBox, new_secret_key
from access.viewer import ANONYMOUS, SYSTEM
from benchmarks.ingest.servers import pin_load_generator
from database.connections import open_database
from database.migrations import migrate
from devservices.postgres import PostgresServer
from errors import NotFound
from models.orders import Order
from models.tracking_ids import new_tracking_id
from tracking.inputs import AddressDraft, CustomerDraft, ItemDraft, OrderDraft
from tracking.orders.creation import create_order
from unit_of_work.unit_of_work import Tracker

ORDERS = 200
"""Orders that are asked for in turns: each may be asked for ten times an hour with a wrong proof,
so that each round has counters of its own."""
WRONG_CODE, WRONG_EMAIL = "99999", "nobody@example.com"


@click.command()
@click.option("--rounds", default=4_000, show_default=True, help="Requests of each kind.")
def main(rounds: int) -> None:
    """Measure wrong requests for tracking links."""
    logging.disable(logging.WARNING)  # each wrong proof has a line in the security log
    print(pin_load_generator(), flush=True)
    with PostgresServer() as postgres, tempfile.TemporaryDirectory() as folder:
        urls = {
            "postgres": postgres.create_database("links"),
            "sqlite": f"sqlite://{Path(folder) / 'links.sqlite3'}",
        }
        medians = {name: uvloop.run(measure(url, rounds)) for name, url in urls.items()}
    print(orjson.dumps(medians).decode())


async def measure(url: str, rounds: int) -> dict[str, float]:
    """Return the median of each kind of request in microseconds."""
    await migrate(url)
    async with open_database(url, connections=2, is_global=True):
        orders = [await _order(number) for number in range(ORDERS)]
        found: dict[str, list[float]] = {}
        networks = map(str, count())
        for number in range(rounds):
            kinds = list(_requests(orders[number % ORDERS], number).items())
            random.shuffle(kinds)
            links = _links()
            for kind, request in kinds:
                found.setdefault(kind, []).append(await _seconds(links, request, next(networks)))
    return {kind: round(1e6 * statistics.median(each), 1) for kind, each in sorted(found.items())}


async def _order(number: int) -> Order:
    draft = OrderDraft(
        reference=f"R-{number}",
        customer=CustomerDraft(name="Customer 1", email="customer1@example.com"),
        shipping_address=AddressDraft(
            line1="Sample Street 1", city="Berlin", postal_code="10115", country="DE"
        ),
        items=[ItemDraft(sku="MUG", name="Mug", quantity=1)],
    )
    return await Order.get(id=await create_order(Tracker(announce=_ignore), SYSTEM, draft))


def _requests(order: Order, number: int) -> dict[str, LinkRequest]:
    known, unknown = order.tracking_id, new_tracking_id()
    return {
        "id, wrong postal code": LinkRequest(known, postal_code=WRONG_CODE),
        "id, wrong e-mail": LinkRequest(known, email=WRONG_EMAIL),
        "unknown id, postal code": LinkRequest(unknown, postal_code=WRONG_CODE),
        "unknown id, e-mail": LinkRequest(unknown, email=WRONG_EMAIL),
        "reference, wrong postal code": LinkRequest(None, order.reference, WRONG_CODE),
        "unknown reference, postal code": LinkRequest(None, f"X-{number % ORDERS}", WRONG_CODE),
    }


def _links() -> TrackingLinks:
    return TrackingLinks(SecretBox([KEY]), None, RateLimits())


async def _seconds(links: TrackingLinks, request: LinkRequest, network: str) -> float:
    began = time.perf_counter()
    try:
        await links.create(ANONYMOUS, request, network)
    except NotFound:
        return time.perf_counter() - began
    raise AssertionError("a wrong proof was taken")


def _ignore(_head: int) -> None:
    """Tell nobody that the log has grown."""


KEY = new_secret_key()


if __name__ == "__main__":
    main()
