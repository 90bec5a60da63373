"""The worker of a process: it reads what was received, one body after the other."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from time import monotonic

from database.outages import is_outage
from intake.claims import BEFORE_ALL, READING_SECONDS, claim, free_all, put_off, settle
from intake.retention import forget_old
from models.enums.intakes import IntakeState, ReceiverType
from models.intakes import Intake
from runtime.backoff import Backoff
from runtime.supervised_task import SupervisedTask

logger = logging.getLogger("whereabouts.intake")

LOOK_SECONDS = 1.0
"""Seconds between two looks at what others have stored, or what is due again."""
FORGET_SECONDS = 3600.0
"""Seconds between two searches for bodies that are kept no longer."""
AWAY = "The database was away or too busy."


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of reading a body. `problem` says why it FAILED or was IGNORED."""

    state: IntakeState
    problem: str | None = None


Reader = Callable[[Intake], Awaitable[Outcome]]
"""Reads a body and does what it says. It may be called again for the same body.

What it raises is tried again: an outage, or a fault of this program. A body that will never be
read otherwise has an outcome.
"""


class IntakeWorker:
    """Hands claimed bodies to the reader of their receivers' type."""

    def __init__(self, readers: Mapping[ReceiverType, Reader]) -> None:
        self._readers = readers
        self._woken = asyncio.Event()
        self._forgets_at = 0.0
        self._last_turn = BEFORE_ALL

    def wake(self) -> None:
        """Let the worker look at once: something was stored."""
        self._woken.set()

    def task(self) -> SupervisedTask:
        """Return the task that reads from its start to its stop."""
        return SupervisedTask("The intake", self._run)

    async def read_next(self) -> bool:
        """Read the next body of the receiver whose turn it is; return False if none is due.

        Raises Unavailable.
        """
        claimed = await claim(self._last_turn)
        if claimed is None:
            return False
        self._last_turn = claimed.receiver_id
        if claimed.state is IntakeState.RECEIVED:
            await self._read(claimed)
        return True

    async def _read(self, claimed: Intake) -> None:
        try:
            async with asyncio.timeout(READING_SECONDS):
                outcome = await self._readers[claimed.receiver_type](claimed)
        except Exception as error:
            is_bug = not is_outage(error)
            logger.log(
                logging.ERROR if is_bug else logging.WARNING,
                "Body %s could not be read in attempt %s: %s",
                *(claimed.id, claimed.attempts, type(error).__name__),
                exc_info=is_bug,
            )
            problem = f"This program failed with {type(error).__name__}." if is_bug else AWAY
            is_ours = await put_off(claimed, problem)
        else:
            is_ours = await settle(claimed, outcome.state, outcome.problem)
        if not is_ours:
            logger.warning("Body %s was read by another process meanwhile.", claimed.id)

    async def _run(self) -> None:
        backoff = Backoff("The reading of what was received")
        await backoff.retry_until_available(free_all, is_outage)
        while True:
            self._woken.clear()
            if await backoff.retry_until_available(self.read_next, is_outage):
                continue
            await self._forget()
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def _forget(self) -> None:
        if monotonic() < self._forgets_at:
            return
        self._forgets_at = monotonic() + FORGET_SECONDS
        try:
            await forget_old()
        except Exception as error:
            if not is_outage(error):
                raise
