"""The workload of a run: writers change orders while clients subscribe to the changes."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from time import monotonic
from types import TracebackType
from typing import Self

from tests.faults.change_log import ChangeLog
from tests.faults.checker import CheckResult, SubscriptionFilter, SubscriptionHistory, check
from tests.faults.clients import Client, WebsocketClient
from tests.faults.counters import Counters
from tests.faults.event_stream_client import EventStreamClient
from tests.faults.subscription import (
    CHANGES_QUERY,
    NESTED_ORDERS_QUERY,
    ORDERS_QUERY,
    Subscription,
)
from tests.faults.writers import WriterPool

PATIENCE = 20.0
"""How many seconds to wait for what must happen; only a failing run waits so long, and once."""
ALL_CHANGES = SubscriptionFilter()
SOME_KINDS = SubscriptionFilter(
    kinds=frozenset({"EVENT_RECORDED", "ORDER_CREATED", "ORDER_STATUS"})
)
WHOLE_LOG_SHARE = 0.03
"""The share of subscriptions to the whole log: each receives as much as all others together."""
NESTED_SHARE = 0.25
"""The share of subscriptions to orders that select nested fields."""
REPLACED_SHARE = 0.1
"""The share of subscriptions that a client replaces when it reconnects."""


@dataclass(frozen=True)
class WorkloadSize:
    """The size of a workload. The defaults leave a machine with two cores some idle time."""

    orders: int = 24
    clients: int = 30
    subscriptions: int = 4
    """The most subscriptions that one client holds."""
    writers: int = 3
    write_interval: float = 0.25
    """The mean number of seconds between two writes of one writer."""
    event_stream_share: float = 0.25
    """The share of clients that use an event stream instead of a websocket."""
    disconnects_per_second: float = 3.0
    """How many clients disconnect or reset their connection each second."""


class Workload:
    """Runs inside its `async with` block; `finish` ends it and returns the result of the check."""

    def __init__(
        self,
        addresses: Sequence[str],
        headers: dict[str, str],
        change_log: ChangeLog,
        rng: Random,
        size: WorkloadSize | None = None,
    ) -> None:
        self.size = size or WorkloadSize()
        self.counters = Counters()
        self.rng = rng
        self.change_log = change_log
        self.writers = WriterPool(addresses, headers, self.counters, rng)
        self._addresses, self.headers = addresses, headers
        self.clients: list[Client] = []
        self.stuck_clients: list[str] = []
        """The clients that missed a change until the patience ended."""
        self._abandoned: list[SubscriptionHistory] = []
        self._writer_tasks: list[asyncio.Task[None]] = []
        self._client_tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        await self.change_log.refresh()
        entries = self.change_log.entries
        self._start = entries[-1].position if entries else 0
        new_orders = [self.writers.open_order() for _ in range(self.size.orders)]
        async with asyncio.timeout(PATIENCE):
            self.writers.orders += await asyncio.gather(*new_orders)
        self.clients = [self._new_client() for _ in range(self.size.clients)]
        self._client_tasks = [asyncio.create_task(client.run()) for client in self.clients]
        self._writer_tasks = [
            asyncio.create_task(self.writers.run(self.size.write_interval))
            for _ in range(self.size.writers)
        ]
        if self.size.disconnects_per_second:
            self._client_tasks.append(asyncio.create_task(self._disconnect_clients()))
        await self.catch_up()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await _cancel(self._writer_tasks + self._client_tasks)
        await self.writers.close()

    @property
    def subscriptions(self) -> list[Subscription]:
        return [subscription for client in self.clients for subscription in client.subscriptions]

    async def catch_up(self) -> float:
        """Wait until each subscription has all that the log holds now; return the seconds taken.

        Once a client is stuck, later calls return the patience at once.
        """
        if self.stuck_clients:
            return PATIENCE
        began = monotonic()
        await self.change_log.refresh()
        waiting = [
            subscription.wait_for(self.change_log.last_position(subscription.history.filter))
            for subscription in self.subscriptions
        ]
        try:
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*waiting)
        except TimeoutError:
            self.stuck_clients = [str(client) for client in self.clients if self._is_behind(client)]
        self._raise_task_errors()
        return monotonic() - began

    async def wait_for_acknowledged(self, count: int) -> None:
        """Wait until the service has acknowledged `count` more writes."""
        goal = self.counters.acknowledged + count
        async with asyncio.timeout(PATIENCE):
            while self.counters.acknowledged < goal:
                await self.writers.next_acknowledgement()

    async def finish(self) -> CheckResult:
        """Stop the writers, let each subscription catch up, and check all histories."""
        self.writers.is_open = False
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*self._writer_tasks)
        await self._wait_for_stable_log()
        await _cancel(self._client_tasks)
        log, known = await self.change_log.read(), self.change_log.entries
        sequences = await self.change_log.read_sequences()
        result = check(log, self.writers.history, self._histories(), sequences)
        result.log_errors += [f"{entry} has changed" for entry in set(known) - set(log)]
        return result

    async def _wait_for_stable_log(self) -> None:
        """Catch up until the log stops growing: a write that timed out may still commit."""
        count = -1
        while count != len(self.change_log.entries):
            count = len(self.change_log.entries)
            await self.catch_up()

    def delivery_delays(self, since: float = 0.0) -> list[float]:
        """Return the seconds from each acknowledgement to each delivery, shortest first."""
        acknowledged_at = self.writers.acknowledged_at
        return sorted(
            max(0.0, received_at - acknowledged_at[change])
            for subscription in self.subscriptions
            for change, received_at in zip(
                subscription.history.received, subscription.received_at, strict=True
            )
            if acknowledged_at.get(change, 0.0) >= max(since, subscription.began_at)
        )

    def _histories(self) -> list[SubscriptionHistory]:
        return [*self._abandoned, *(subscription.history for subscription in self.subscriptions)]

    def _is_behind(self, client: Client) -> bool:
        return any(
            subscription.position < self.change_log.last_position(subscription.history.filter)
            for subscription in client.subscriptions
        )

    def _raise_task_errors(self) -> None:
        """Raise the error of a writer or a client that has failed."""
        for task in self._writer_tasks + self._client_tasks:
            if task.done():
                task.result()

    async def _disconnect_clients(self) -> None:
        """Let random clients disconnect or reset their connection from time to time."""
        while True:
            await asyncio.sleep(self.rng.expovariate(self.size.disconnects_per_second))
            client = self.rng.choice(self.clients)
            self.counters.disconnects += 1
            await (client.reset() if self.rng.random() < 0.5 else client.disconnect())

    def _new_client(self) -> Client:
        count = self.rng.randint(1, self.size.subscriptions)
        client_type: type[Client] = WebsocketClient
        if self.rng.random() < self.size.event_stream_share:
            client_type, count = EventStreamClient, 1
        client = client_type(
            [self._new_subscription(from_head=False) for _ in range(count)],
            self._addresses,
            self.headers,
            self.counters,
            self.rng,
        )
        client.before_connect = self._replace_subscriptions
        return client

    def _replace_subscriptions(self, client: Client) -> None:
        """Replace some subscriptions with new ones that begin at the newest change."""
        for index, subscription in enumerate(client.subscriptions):
            if subscription.history.received and self.rng.random() < REPLACED_SHARE:
                subscription.abandon()
                self._abandoned.append(subscription.history)
                client.subscriptions[index] = self._new_subscription(from_head=True)
                self.counters.abandoned += 1

    def _new_subscription(self, *, from_head: bool) -> Subscription:
        rng = self.rng
        acknowledged = self.writers.history.acknowledged
        head = max((change.position for change in acknowledged), default=0)
        if rng.random() < WHOLE_LOG_SHARE:
            filter_ = rng.choice((ALL_CHANGES, SOME_KINDS))
            return Subscription(CHANGES_QUERY, filter_, head if from_head else self._start)
        orders = rng.sample(self.writers.orders, rng.choice((1, 1, 1, 2, 4)))
        filter_ = SubscriptionFilter(frozenset(order.tracking_id for order in orders))
        after = rng.choice((0, head, min(order.position for order in orders)))
        query = NESTED_ORDERS_QUERY if rng.random() < NESTED_SHARE else ORDERS_QUERY
        return Subscription(query, filter_, after)


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    """Cancel the tasks and raise the first error among them."""
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    tasks.clear()
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, asyncio.CancelledError):
            raise result
