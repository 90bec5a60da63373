"""Preparation: parses, validates and plans operations that are new, within each client's allowance.

An operation that is known costs its client nothing. To prepare a new one holds the event loop for
milliseconds, so that this is done one at a time, in turns of the clients.
"""

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import TypeVar

from graphql.execution.values import VariableValues

from access.viewer import Viewer
from engine.document_limits import WITH_KEY, DocumentLimits
from engine.operations import Operation
from engine.planning.plan_cache import RootField, plan_key
from engine.schema import Schema
from runtime.work_queue import Allowance, WorkQueue

PREPARATION_SECONDS = 1.0
"""Seconds of processor time that a client's new documents may take at once: some two hundred
ordinary ones, more than an application has."""
PREPARATION_PERIOD = 10.0
"""Seconds after which the allowance is whole again: one client takes a tenth of a processor."""
MAXIMUM_WAITING = 100
"""Documents of one client that wait: two websockets may begin all their subscriptions at once."""

ALLOWANCE = Allowance(
    PREPARATION_SECONDS,
    PREPARATION_PERIOD,
    MAXIMUM_WAITING,
    f"{MAXIMUM_WAITING} new documents of yours wait to be prepared already. Try again in"
    f" {PREPARATION_PERIOD:.0f} seconds. Send values as variables: then the document stays the"
    " same, and is prepared only once.",
)
AGAIN = "again"
"""A part of the name under which a client's work without an allowance waits."""

Result = TypeVar("Result")


class Preparation:
    """Prepares the operations of all clients of this process.

    The client None is this process itself. It does not wait, and has no limits.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._queue = WorkQueue()

    def find(self, text: str, name: str | None) -> Operation | None:
        """Return the operation if it is known."""
        return self._schema.operations.find(text, name)

    def at_once(self, text: str, name: str | None, limits: DocumentLimits = WITH_KEY) -> Operation:
        """Return the operation inside of work that has its turn. Raises InvalidOperation."""
        return self._schema.operations.prepare(text, name, limits)

    async def operation(
        self, text: str, name: str | None, limits: DocumentLimits, client: Hashable | None
    ) -> Operation:
        """Parse, measure and validate. Raises InvalidOperation and TooManyRequests."""
        work = partial(self.at_once, text, name, limits)
        return await self.run(client, (text, name, limits), work)

    async def plan_query(
        self,
        operation: Operation,
        values: VariableValues,
        viewer: Viewer,
        *,
        client: Hashable | None,
        is_admitted: bool,
    ) -> Sequence[RootField]:
        """Make the plans of a query that has none for these values and this viewer.

        With `is_admitted` the document has just been prepared for the same request: its plans count
        against the client's allowance, too, but they are made in any case. Raises TooManyRequests
        otherwise, and what is wrong with the values or with the selection.
        """
        plans = self._schema.plans
        work = partial(plans.query, operation, values, viewer)
        if is_admitted and client is not None:
            work = partial(self._queue.charged, client, ALLOWANCE, work)
        key = operation, plan_key(operation, values, viewer)
        return await self.run(client, key, work, is_counted=not is_admitted)

    async def run(
        self,
        client: Hashable | None,
        key: Hashable,
        work: Callable[[], Result],
        *,
        is_counted: bool = True,
    ) -> Result:
        """Do work that prepares something, in a turn of the client.

        Work that is not counted was admitted before: it is not refused, and it does not wait for
        the client's allowance. Raises TooManyRequests if it is counted, and what the work raises.
        """
        if client is None:
            return work()
        if is_counted:
            return await self._queue.run(client, ALLOWANCE, key, work)
        return await self._queue.run((AGAIN, client), None, key, work)
