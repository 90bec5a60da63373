"""The player of a server's orders: first it sends their past, then lets them move on live."""

import asyncio
import signal
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from tqdm import tqdm

from simulator.client import Client, ServerRefused, ServerUnavailable
from simulator.counters import Counters
from simulator.history import History
from simulator.live import Live, Tempo
from simulator.senders import Sender
from simulator.showcase import UnknownOrder, play_showcase

# Orders whose history is sent at the same time: as many as fill the requests under way.
ORDERS_PER_REQUEST = 20
SUMMARY_SECONDS = 10.0
SEND_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Plan:
    """How to play.

    `speed` seconds of a journey pass in a second, `rate` steps are sent in a second, `concurrency`
    requests are under way at once. `showcase` is the tracking id of an order to keep moving.
    """

    seed: int = 7
    speed: float = 3600.0
    rate: float = 5.0
    concurrency: int = 8
    showcase: str | None = None


async def play(client: Client, plan: Plan) -> None:
    """Play the history and then the live phase until cancelled.

    The first failure is raised itself, not in an exception group.
    """
    try:
        async with asyncio.TaskGroup() as group:
            await _play(client, plan, group)
    except ExceptionGroup as failures:
        foreseen, others = failures.split((ServerRefused, ServerUnavailable, UnknownOrder))
        if others or not foreseen:
            raise
        raise _first(foreseen) from None


async def play_until_stopped(client: Client, plan: Plan) -> None:
    """Play until SIGINT or SIGTERM, which end it without an error."""
    playing = asyncio.create_task(play(client, plan))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Where a loop takes no signals, Python's own KeyboardInterrupt has to do.
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, playing.cancel)
    with suppress(asyncio.CancelledError):
        await playing


async def _play(client: Client, plan: Plan, group: asyncio.TaskGroup) -> None:
    started_at = datetime.now(UTC)
    sender = Sender(client, group, plan.concurrency)
    group.create_task(sender.basket.send_every(SEND_SECONDS))
    group.create_task(_summarise(client.tally))
    if plan.showcase:
        group.create_task(play_showcase(sender, plan.showcase, plan.seed))
    history = History(sender, plan.seed, started_at, but=plan.showcase)
    await history.play(plan.concurrency * ORDERS_PER_REQUEST)
    seconds = (datetime.now(UTC) - started_at).total_seconds()
    print(f"History sent in {seconds:.0f} s: {client.tally.summary()}", flush=True)
    live = Live(sender, group, plan.seed, Tempo(plan.speed, plan.rate))
    for order, journey in history.unfinished:
        live.move(order, journey, started_at)
    await live.place_orders()


async def _summarise(tally: Counters) -> None:
    while True:
        await asyncio.sleep(SUMMARY_SECONDS)
        tqdm.write(tally.summary())


def _first(failures: ExceptionGroup[Exception]) -> Exception:
    inner = failures.exceptions[0]
    return _first(inner) if isinstance(inner, ExceptionGroup) else inner
