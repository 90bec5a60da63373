"""The storing of entries as orders, in batches, with a count of the new ones."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar
from uuid import UUID

import asyncpg
from tortoise.exceptions import IntegrityError, OperationalError, ValidationError

from access.scopes import Scope
from access.viewer import Viewer
from commands.importing.entries import Entry, is_identified_by_reference
from commands.importing.faults import all_faults
from commands.importing.history import history_faults
from commands.importing.history_recorder import record_history, unrecorded
from commands.importing.rejects import Rejects
from database.outages import OUTAGES, TIMEOUTS
from errors import Conflict, DomainError, Invalid, Unavailable
from models.changes import Change
from tracking.inputs import OrderDraft
from tracking.orders.checked_orders import check_order
from tracking.orders.creation import create_orders
from unit_of_work.unit_of_work import Tracker, UnitOfWork

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
    """How many orders of a file were new, existed earlier, and were rejected.

    `first_reject` is the line of the first rejected order, and why it was rejected; tallies of
    the same counts are equal.
    """

    new: int = 0
    earlier: int = 0
    rejected: int = 0
    first_reject: tuple[int, str] | None = field(default=None, compare=False)


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
        self._plain_tracker = tracker
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
        batch = [self._with_history_faults(entry) for entry in batch]
        drafts = [draft for entry in batch if (draft := entry.valid_draft) is not None]
        self._batch_times.clear()
        outcomes = iter(await self._outcomes(drafts))
        stored: dict[UUID, Entry] = {}
        count = 0
        for entry in batch:
            draft = entry.valid_draft
            outcome = None if draft is None else next(outcomes)
            if isinstance(outcome, UUID):
                stored[outcome] = entry
                count += 1
            elif draft is None or outcome is None:
                self._reject(entry)
            else:
                self._reject(entry, _reworded(outcome, draft))
        failed = await self._record_histories(stored)
        there = list(stored.keys() - failed)
        new = await self._with_retries(lambda: self._count_new(there))
        self.tally.new += new
        self.tally.earlier += count - len(failed) - new

    def _with_history_faults(self, entry: Entry) -> Entry:
        if not entry.histories:
            return entry
        now = self._clock()
        faults = [fault for history in entry.histories for fault in history_faults(history, now)]
        return replace(entry, faults=[*entry.faults, *faults])

    def _reject(self, entry: Entry, *faults: DomainError) -> None:
        """Reject an order with all that is wrong with it."""
        uow = UnitOfWork(self._plain_tracker, IMPORTER, self._clock(), IMPORTER.name)
        found = [*entry.faults, *faults]
        self._add_reject(
            entry, all_faults(entry.draft, found, lambda draft: check_order(uow, draft))
        )

    def _add_reject(self, entry: Entry, faults: Sequence[DomainError]) -> None:
        reason = self._rejects.add(entry, faults)
        self.tally.rejected += 1
        if self.tally.first_reject is None:
            self.tally.first_reject = (entry.lines[0].number, reason)

    async def _record_histories(self, stored: Mapping[UUID, Entry]) -> set[UUID]:
        """Record the histories of stored orders; return the orders for which that failed."""
        histories = {id_: entry.histories for id_, entry in stored.items() if entry.histories}
        failed: set[UUID] = set()
        if not histories:
            return failed
        for order in await self._with_retries(lambda: unrecorded(histories)):
            try:
                for history in histories[order.id]:
                    record = partial(record_history, self._plain_tracker, IMPORTER, order, history)
                    await self._with_retries(record)
            except DomainError as error:
                failed.add(order.id)
                message = f"The order was imported, but its history does not fit: {error.message}"
                self._add_reject(stored[order.id], [Invalid(message)])
        return failed

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
        draft = entry.valid_draft
        key = None if draft is None else draft.idempotency_key
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


def _reworded(refusal: DomainError, draft: OrderDraft) -> DomainError:
    """Return the refusal in words that suit a file, which may have no idempotency key of its own.

    An order that is known by its reference has other content if the reference is taken.
    """
    is_conflict = isinstance(refusal, Conflict)
    is_reference = refusal.field == ("reference",) and is_identified_by_reference(draft)
    if is_conflict and (refusal.field == ("idempotencyKey",) or is_reference):
        return DIFFERENT_CONTENT
    return refusal


def _is_data_error(error: Exception) -> bool:
    return isinstance(error, DATA_ERRORS) or isinstance(error.__cause__, asyncpg.DataError)
