"""Preparation: parses, validates and plans operations that are new, within each client's allowance.

An operation that is known costs its client nothing. To prepare a new one holds the event loop for
milliseconds, so that this is done one at a time, in turns of the clients.
"""

from collections.abc import Callable, Hashable, Mapping
from functools import partial
from typing import Any, TypeVar

from graphql import GraphQLError

from access.viewer import Viewer
from engine.document_limits import WITH_KEY, DocumentLimits
from engine.operations import Operation
from engine.planning.plan_cache import plan_key
from engine.planning.root_refusals import find_refusal
from engine.schema import Schema
from errors import DomainError, TooManyRequests
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
        variables: Mapping[str, Any],
        viewer: Viewer,
        client: Hashable | None,
        *,
        is_known: bool,
    ) -> None:
        """Make the plans of a query that has none for these variables and this viewer.

        The plans of a document that was unknown belong to its preparation, which has been admitted;
        those of a known one count against the allowance. Raises TooManyRequests.

        Whatever is wrong with the variables is found again, and told, by the execution.
        """
        if not operation.is_query or find_refusal(self._schema.core, operation, viewer):
            return
        values = operation.variables.coerce(variables)
        if isinstance(values, list):
            return
        try:
            key = plan_key(operation, values, viewer)
            if key not in operation.plans:
                work = partial(self._schema.plans.make_ahead, operation, values, viewer)
                await self.run(client, (operation, key), work, is_counted=is_known)
        except TooManyRequests:
            raise
        except (GraphQLError, DomainError):
            return

    async def run(
        self,
        client: Hashable | None,
        key: Hashable,
        work: Callable[[], Result],
        *,
        is_counted: bool = True,
    ) -> Result:
        """Do work that prepares something, in a turn of the client.

        It counts against the client's allowance, unless it belongs to a preparation that has been
        admitted, or makes again what other documents have evicted from the caches. Raises
        TooManyRequests if it is counted, and what the work raises.
        """
        if client is None:
            return work()
        if is_counted:
            return await self._queue.run(client, ALLOWANCE, key, work)
        return await self._queue.run((AGAIN, client), None, key, work)
