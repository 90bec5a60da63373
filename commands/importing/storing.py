"""The storing of entries as orders, in batches, with a count of the new ones."""

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
"""Characters of a batch: enough for thousands of usual orders, but for few of the longest."""
PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds before each further attempt, half a minute in all: a database restarts in less."""
OUTAGE_ERRORS = (Unavailable, *OUTAGES, *TIMEOUTS)
DATA_ERRORS = (IntegrityError, ValidationError, ArithmeticError, ValueError)
DIFFERENT_CONTENT = Conflict(
    "This order is there already with other content; an import adds orders and changes none."
)
UNSTORABLE = Invalid("The database cannot hold it: a value is too large.")

Result = TypeVar("Result")
Outcomes = Sequence[UUID | DomainError]


class CreateOrders(Protocol):
    """The type of `create_orders`, which stores drafts."""

    def __call__(
        self, tracker: Tracker, viewer: Viewer, drafts: Sequence[OrderDraft], /
    ) -> Awaitable[Outcomes]: ...


@dataclass(slots=True)
class Tally:
    """How many orders of a file were new, existed earlier, and were rejected."""

    new: int = 0
    earlier: int = 0
    rejected: int = 0


class Importer:
    """Stores orders. `tally` is right at every moment, also after the import was stopped."""

    def __init__(
        self,
        tracker: Tracker,
        rejects: Rejects,
        *,
        create: CreateOrders = create_orders,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self.tally = Tally()
        self._rejects = rejects
        self._create = create
        self._pauses = pauses
        self._clock = tracker.clock
        self._tracker = replace(tracker, clock=self._record_now)
        self._batch_times: list[datetime] = []

    async def store_all(
        self, entries: Iterable[Entry], size: int, report: Callable[[], object]
    ) -> None:
        """Store the entries in batches, each in one transaction.

        `report` is called after each batch. Raises Unavailable when the database stays away.
        """
        for batch in in_batches(entries, size):
            await self._store(batch)
            report()

    async def _store(self, batch: Sequence[Entry]) -> None:
        drafts = [entry.draft for entry in batch if isinstance(entry.draft, OrderDraft)]
        self._batch_times.clear()
        outcomes = iter(await self._outcomes(drafts))
        stored = []
        for entry in batch:
            outcome = entry.draft if isinstance(entry.draft, DomainError) else next(outcomes)
            if isinstance(outcome, UUID):
                stored.append(outcome)
            else:
                self.tally.rejected += 1
                self._rejects.add(entry, _reworded(outcome))
        new = await self._with_retries(lambda: self._count_new(stored))
        self.tally.new += new
        self.tally.earlier += len(stored) - new

    async def _outcomes(self, drafts: Sequence[OrderDraft]) -> Outcomes:
        if not drafts:
            return []
        try:
            return await self._with_retries(lambda: self._create(self._tracker, IMPORTER, drafts))
        except (*DATA_ERRORS, OperationalError) as error:
            if not _is_data_error(error):
                raise
        # An order that no check foresaw must not keep out the others of its batch.
        if len(drafts) == 1:
            return [UNSTORABLE]
        return [outcome for draft in drafts for outcome in await self._outcomes([draft])]

    async def _with_retries(self, attempt: Callable[[], Awaitable[Result]]) -> Result:
        for pause in self._pauses:
            try:
                return await attempt()
            except OUTAGE_ERRORS:
                logger.warning("The database is too busy or away; waiting %g seconds.", pause)
            await asyncio.sleep(pause)
        try:
            return await attempt()
        except OUTAGE_ERRORS as error:
            raise Unavailable from error

    async def _count_new(self, order_ids: Sequence[UUID]) -> int:
        """Return how many of these orders were created at a time of this batch."""
        if not order_ids:
            return 0
        return await Change.filter(
            order_id__in=order_ids, sequence=1, recorded_at__in=self._batch_times
        ).count()

    def _record_now(self) -> datetime:
        self._batch_times.append(self._clock())
        return self._batch_times[-1]


def in_batches(entries: Iterable[Entry], size: int) -> Iterator[list[Entry]]:
    """Yield batches in which each identity stands once, so that its second entry is compared with
    the stored order."""
    batch: list[Entry] = []
    keys: set[str | None] = set()
    characters = 0
    for entry in entries:
        key = entry.draft.idempotency_key if isinstance(entry.draft, OrderDraft) else None
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


def _reworded(refusal: DomainError) -> DomainError:
    """Return the refusal in words that suit a file, which has no idempotency key of its own."""
    is_key_conflict = isinstance(refusal, Conflict) and refusal.field == ("idempotencyKey",)
    return DIFFERENT_CONTENT if is_key_conflict else refusal


def _is_data_error(error: Exception) -> bool:
    return isinstance(error, DATA_ERRORS) or isinstance(error.__cause__, asyncpg.DataError)
