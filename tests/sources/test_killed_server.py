"""A server that is killed while it takes webhooks in loses none and doubles none."""

import asyncio
import random
import signal
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from pydantic import SecretStr

from access.secrets import SecretBox, new_secret_key
from models.enums import OrderStatus
from models.enums.intakes import IntakeState
from models.enums.sources import SourceKind
from models.intakes import Intake
from models.orders import Order
from sources.order_sources import create_source
from tests.server_processes import ServerProcesses, server_processes
from tests.sources.intakes import all_read
from tests.sources.shops import SECRET, Shop, changed_order, encoded
from tests.tracking.assertions import assert_log_is_gapless

pytestmark = pytest.mark.slow

ROUNDS = 4
ORDERS = 40


@dataclass
class Unanswered:
    """A delivery that the shop sends again until it is answered with success."""

    body: bytes
    headers: dict[str, str]
    is_answered: bool = False


def make_deliveries(shop: Shop) -> list[Unanswered]:
    """Two versions of each order, as different deliveries."""
    deliveries = []
    for number in range(ORDERS):
        for note in ("placed", "changed"):
            order = changed_order(shop.kind, id=number + 1, name=f"#{number}", note=note)
            body = encoded(order)
            deliveries.append(Unanswered(body, shop.headers(body)))
    return deliveries


async def send_all(shop: Shop, deliveries: list[Unanswered], answered: asyncio.Semaphore) -> None:
    """Send what is not answered yet, some at once, until the server is gone."""
    at_once = asyncio.Semaphore(8)

    async def send(delivery: Unanswered) -> None:
        async with at_once:
            try:
                response = await shop.post(delivery.body, delivery.headers)
            except httpx2.TransportError:
                return
        if response.is_success:
            delivery.is_answered = True
            answered.release()

    await asyncio.gather(*[send(one) for one in deliveries if not one.is_answered])


async def kill_while_sending(
    processes: ServerProcesses, shop: Shop, deliveries: list[Unanswered], after: int
) -> None:
    """Kill the server when it has answered so many deliveries."""
    answered = asyncio.Semaphore(0)
    sending = asyncio.create_task(send_all(shop, deliveries, answered))
    for _ in range(after):
        await answered.acquire()
    processes.send_signal(signal.SIGKILL)
    await processes.exit_code()
    await sending


async def end_leases() -> None:
    """As when a minute has passed: what the killed process was reading may be claimed."""
    await Intake.filter(state=IntakeState.RECEIVED).update(lease_until=None)


@pytest.mark.timeout(180)
async def test_what_was_answered_is_taken_in_once(
    db: str, broadcast_url: str, tmp_path: Path
) -> None:
    key = new_secret_key()
    source = await create_source(SecretBox([key]), "shop", SourceKind.SHOPIFY, SecretStr(SECRET))
    path = f"/sources/{source.address_key}"
    keys = {"WHEREABOUTS_SECRET_KEYS": key.get_secret_value()}
    deliveries: list[Unanswered] = []
    moments = random.Random(7)

    for _ in range(ROUNDS):
        async with server_processes(tmp_path, db, broadcast_url, **keys) as processes:
            shop = Shop(SourceKind.SHOPIFY, processes.service.http, path)
            deliveries = deliveries or make_deliveries(shop)
            after = moments.randint(1, ORDERS // ROUNDS)
            await kill_while_sending(processes, shop, deliveries, after)
        await end_leases()

    async with server_processes(tmp_path, db, broadcast_url, **keys) as processes:
        shop = Shop(SourceKind.SHOPIFY, processes.service.http, path)
        await send_all(shop, deliveries, asyncio.Semaphore(0))
        await all_read()

    assert all(delivery.is_answered for delivery in deliveries)
    states = [intake.state for intake in await Intake.all()]
    assert states == [IntakeState.APPLIED] * 2 * ORDERS
    orders = await Order.all()
    assert sorted(str(order.reference) for order in orders) == sorted(
        f"#{number}" for number in range(ORDERS)
    )
    assert {order.status for order in orders} == {OrderStatus.CONFIRMED}
    await assert_log_is_gapless()
