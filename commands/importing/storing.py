"""Storing: batches of entries become orders, and it is known which of them are new."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

import asyncpg
from tortoise.exceptions import IntegrityError, OperationalError, ValidationError

from access.scopes import Scope
from access.viewer import Viewer
from commands.importing.entries import Entry
from commands.importing.rejects import Rejects
from database.outages import OUTAGES, TIMEOUTS
from errors import Conflict, DomainError, Invalid, Unavailable
from models.changes import Change
from tracking.inputs import OrderDraft
from tracking.orders.creation import create_orders
from unit_of_work.unit_of_work import Tracker

logger = logging.getLogger("whereabouts.import")

IMPORTER = Viewer("import", frozenset({Scope.ADMIN}))
MAXIMUM_CHARACTERS = 8 * 1024 * 1024
"""Of a batch: thousands of usual orders, but few of the longest."""
PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds before each further try, half a minute in all: a database restarts in less."""
AWAY = (Unavailable, *OUTAGES, *TIMEOUTS)
OF_THE_DATA = (IntegrityError, ValidationError, ArithmeticError, ValueError)
OTHER_CONTENT = Conflict(
    "This order is there already with other content; an import adds orders and changes none."
)
UNSTORABLE = Invalid("The database cannot hold it: a value is too large.")

Result = TypeVar("Result")
Outcomes = Sequence[UUID | DomainError]


class Create(Protocol):
    """What stores drafts: `create_orders`."""

    def __call__(
        self, tracker: Tracker, viewer: Viewer, drafts: Sequence[OrderDraft], /
    ) -> Awaitable[Outcomes]: ...


@dataclass(slots=True)
class Tally:
    """What became of the orders of a file."""

    new: int = 0
    earlier: int = 0
    rejected: int = 0


class Importer:
    """Stores orders. What `tally` says holds, also when it was stopped."""

    def __init__(
        self,
        tracker: Tracker,
        rejects: Rejects,
        *,
        create: Create = create_orders,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self.tally = Tally()
        self._rejects = rejects
        self._create = create
        self._pauses = pauses
        self._clock = tracker.clock
        self._tracker = replace(tracker, clock=self._noted_now)
        self._moments: list[datetime] = []

    async def store_all(
        self, entries: Iterable[Entry], size: int, report: Callable[[], object]
    ) -> None:
        """Batch after batch, each a transaction. Raises Unavailable when it gives up."""
        for batch in in_batches(entries, size):
            await self._store(batch)
            report()

    async def _store(self, batch: Sequence[Entry]) -> None:
        drafts = [entry.asked for entry in batch if isinstance(entry.asked, OrderDraft)]
        self._moments.clear()
        outcomes = iter(await self._outcomes(drafts))
        stored = []
        for entry in batch:
            outcome = entry.asked if isinstance(entry.asked, DomainError) else next(outcomes)
            if isinstance(outcome, UUID):
                stored.append(outcome)
            else:
                self.tally.rejected += 1
                self._rejects.add(entry, _of_the_file(outcome))
        new = await self._patiently(lambda: self._count_new(stored))
        self.tally.new += new
        self.tally.earlier += len(stored) - new

    async def _outcomes(self, drafts: Sequence[OrderDraft]) -> Outcomes:
        if not drafts:
            return []
        try:
            return await self._patiently(lambda: self._create(self._tracker, IMPORTER, drafts))
        except (*OF_THE_DATA, OperationalError) as error:
            if not _is_of_the_data(error):
                raise
        # One that no check of ours foresaw must not keep out the others.
        if len(drafts) == 1:
            return [UNSTORABLE]
        return [outcome for one in drafts for outcome in await self._outcomes([one])]

    async def _patiently(self, attempt: Callable[[], Awaitable[Result]]) -> Result:
        for pause in self._pauses:
            try:
                return await attempt()
            except AWAY:
                logger.warning("The database is too busy or away; waiting %g seconds.", pause)
            await asyncio.sleep(pause)
        try:
            return await attempt()
        except AWAY as error:
            raise Unavailable from error

    async def _count_new(self, order_ids: Sequence[UUID]) -> int:
        """Those created at a moment of this batch; the others were there before."""
        if not order_ids:
            return 0
        return await Change.filter(
            order_id__in=order_ids, sequence=1, recorded_at__in=self._moments
        ).count()

    def _noted_now(self) -> datetime:
        self._moments.append(self._clock())
        return self._moments[-1]


def in_batches(entries: Iterable[Entry], size: int) -> Iterator[list[Entry]]:
    """An identity stands once in a batch: the second time it is compared with what was stored."""
    batch: list[Entry] = []
    keys: set[str | None] = set()
    characters = 0
    for entry in entries:
        key = entry.asked.idempotency_key if isinstance(entry.asked, OrderDraft) else None
        is_full = len(batch) == size or characters + entry.size > MAXIMUM_CHARACTERS
        if batch and (is_full or key in keys):
            yield batch
            batch, keys, characters = [], set(), 0
        batch.append(entry)
        characters += entry.size
        if key is not None:
            keys.add(key)
    if batch:
        yield batch


def _of_the_file(refusal: DomainError) -> DomainError:
    """In words of whoever wrote the file."""
    is_of_the_key = isinstance(refusal, Conflict) and refusal.field == ("idempotencyKey",)
    return OTHER_CONTENT if is_of_the_key else refusal


def _is_of_the_data(error: Exception) -> bool:
    return isinstance(error, OF_THE_DATA) or isinstance(error.__cause__, asyncpg.DataError)
