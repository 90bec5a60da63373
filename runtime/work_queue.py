"""A work queue: work that holds the event loop is done one piece at a time, in turns of clients."""

import asyncio
from collections.abc import Callable, Hashable
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from time import thread_time
from typing import Any, TypeVar

from errors import TooManyRequests

REST = 3.0
"""After each piece of work the queue rests for this multiple of the time that it took: whatever
waits here, three quarters of the time are left for everything else."""
REMEMBERED_CLIENTS = 10_000
"""Clients whose used time is remembered, in some 3 MB. With more, those are forgotten whose
allowance is whole again."""
SHORTEST_WAIT = 0.001
"""Seconds that a client without any time left waits at least."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Allowance:
    """The part of the process's time that each client may use."""

    seconds: float
    """Seconds of processor time that a client may use at once."""
    period: float
    """Seconds after which a used allowance is whole again."""
    maximum_waiting: int
    """Pieces of work of one client that may wait."""
    refusal: str
    """The message to a client with more of them. It says what to do."""


@dataclass(slots=True)
class Job:
    """A piece of work that waits."""

    work: Callable[[], Any]
    context: Context
    result: asyncio.Future[Any]


@dataclass(slots=True)
class Client:
    """A client's work that waits, by its keys, and the time that is left of its allowance."""

    allowance: Allowance | None
    updated_at: float
    left: float
    jobs: dict[Hashable, Job] = field(default_factory=dict)

    def refill(self, now: float) -> None:
        if self.allowance is not None:
            gained = (now - self.updated_at) * self.allowance.seconds / self.allowance.period
            self.left = min(self.allowance.seconds, self.left + gained)
        self.updated_at = now

    def ready_at(self) -> float:
        """Return the time from which the client may use more."""
        if self.allowance is None or self.left > 0:
            return self.updated_at
        missing = -self.left * self.allowance.period / self.allowance.seconds
        return self.updated_at + missing + SHORTEST_WAIT


class WorkQueue:
    """Does the work of all clients of this process."""

    def __init__(self) -> None:
        self._clients: dict[Hashable, Client] = {}
        self._waiting: dict[Hashable, Client] = {}
        self._rests_until = 0.0
        self._timer: asyncio.TimerHandle | None = None

    async def run(
        self,
        client: Hashable,
        allowance: Allowance | None,
        key: Hashable,
        work: Callable[[], Result],
    ) -> Result:
        """Do the work when it is the client's turn, and return its result.

        Work of the same client with an equal key that waits already is done once for both. A client
        without an allowance is not limited. Raises TooManyRequests, and what the work raises.
        """
        now = _now()
        state = self._client(client, allowance, now)
        job = state.jobs.get(key)
        if job is None:
            if not self._waiting and now >= self._rests_until and state.left > 0:
                return self._measured(state, work)
            job = self._add_job(client, state, key, work)
        result: Result = await asyncio.shield(job.result)
        return result

    def _client(self, client: Hashable, allowance: Allowance | None, now: float) -> Client:
        state = self._clients.get(client)
        if state is None:
            if len(self._clients) >= REMEMBERED_CLIENTS:
                self._forget_idle_clients(now)
            left = float("inf") if allowance is None else allowance.seconds
            state = self._clients[client] = Client(allowance, now, left)
        state.refill(now)
        return state

    def _forget_idle_clients(self, now: float) -> None:
        for client, state in tuple(self._clients.items()):
            state.refill(now)
            is_whole = state.allowance is None or state.left >= state.allowance.seconds
            if is_whole and not state.jobs:
                del self._clients[client]

    def _add_job(
        self, client: Hashable, state: Client, key: Hashable, work: Callable[[], Any]
    ) -> Job:
        allowance = state.allowance
        if allowance is not None and len(state.jobs) >= allowance.maximum_waiting:
            raise TooManyRequests(allowance.refusal)
        job = Job(work, copy_context(), asyncio.get_running_loop().create_future())
        state.jobs[key] = job
        if client not in self._waiting:
            self._waiting[client] = state
            self._plan_turn()
        return job

    def _plan_turn(self) -> None:
        """Have the next piece of work done when its client may use time, and the rest is over."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            ready_at = min(state.ready_at() for state in self._waiting.values())
            at = max(ready_at, self._rests_until)
            self._timer = asyncio.get_running_loop().call_at(at, self._take_turn)

    def _take_turn(self) -> None:
        now = _now()
        for client, state in tuple(self._waiting.items()):
            state.refill(now)
            if state.left > 0:
                self._do_first(client, state)
                break
        self._plan_turn()

    def _do_first(self, client: Hashable, state: Client) -> None:
        # The client goes to the end, so that all others have a turn before its next one.
        del self._waiting[client]
        key = next(iter(state.jobs))
        job = state.jobs.pop(key)
        if state.jobs:
            self._waiting[client] = state
        try:
            result = job.context.run(self._measured, state, job.work)
        except Exception as error:
            job.result.set_exception(error)
            job.result.exception()  # counts as retrieved, even if all callers were cancelled
        else:
            job.result.set_result(result)

    def charged(
        self, client: Hashable, allowance: Allowance | None, work: Callable[[], Result]
    ) -> Result:
        """Do work that has its turn, and let it count against the allowance of this client."""
        used_before = thread_time()
        try:
            return work()
        finally:
            self._client(client, allowance, _now()).left -= thread_time() - used_before

    def _measured(self, state: Client, work: Callable[[], Result]) -> Result:
        began_at, used_before = _now(), thread_time()
        try:
            return work()
        finally:
            # A client answers for the processor time alone, not for what else the machine does.
            # Everybody else has waited for as long as the clock says.
            used, now = thread_time() - used_before, _now()
            state.left -= used
            self._rests_until = now + REST * max(used, now - began_at)


def _now() -> float:
    return asyncio.get_running_loop().time()
