"""The asker of pages: it executes trusted documents in this process, within the limits of all.

Nothing is different from a request over HTTP but that no bytes are parsed: the same service
authenticates, counts and charges the visitor, and the same log has a line for each operation.
"""

from collections.abc import Mapping
from time import perf_counter
from typing import Any

import orjson

from access.tracking_links import LINK_PREFIX
from database.outages import is_outage
from engine.error_formatting import log_exception
from engine.execution import Execution
from engine.persisted.documents import document_id
from errors import RateLimited, TooManyRequests, TopLevelCode, Unauthenticated
from runtime.current_request import begin_request
from web.graphql.access_log import (
    codes_of,
    is_wanted,
    label_of,
    log_operation,
    record_forbidden,
)
from web.graphql.request_parsing import GraphQLRequest
from web.graphql.responses import CODES
from web.graphql.service import GraphQLService
from web.pages.asker import Answer, AskFailed, AskFault, Visitor

ANSWERED = 200
PLACE = "a page"
"""Where an error happened, for the server's log."""
FAULTS: Mapping[str, AskFault] = {
    TopLevelCode.UNAVAILABLE: AskFault.UNAVAILABLE,
    TopLevelCode.INTERNAL: AskFault.INTERNAL,
}
"""The errors within an answer that leave nothing to show."""


class PageAsker:
    """Asks the service on behalf of visitors; it is an `Asker`."""

    def __init__(self, service: GraphQLService, documents: Mapping[str, str]) -> None:
        """`documents` are the texts of trusted documents by the names of their operations."""
        self._service = service
        self._ids = {name: document_id(text) for name, text in documents.items()}

    async def ask(self, operation: str, variables: Mapping[str, Any], visitor: Visitor) -> Answer:
        started_at = perf_counter()
        begin_request(visitor.request_id, visitor.address)
        request = GraphQLRequest(None, self._ids[operation], operation, dict(variables))
        outcome = await self._outcome(request, visitor)
        _log(request, outcome, visitor, perf_counter() - started_at)
        if isinstance(outcome, AskFailed):
            raise outcome
        return outcome

    async def _outcome(self, request: GraphQLRequest, visitor: Visitor) -> Answer | AskFailed:
        try:
            execution = await self._service.execute(
                request, _authorization(visitor), visitor.network
            )
        except Unauthenticated:
            return AskFailed(AskFault.LINK_REFUSED)
        except RateLimited as error:
            return AskFailed(AskFault.TOO_MANY, error.retry_after)
        except TooManyRequests:
            return AskFailed(AskFault.TOO_MANY)
        except Exception as error:
            log_exception(error, PLACE)
            return AskFailed(AskFault.UNAVAILABLE if is_outage(error) else AskFault.INTERNAL)
        return _answer(execution)


def _authorization(visitor: Visitor) -> str | None:
    """Return the visitor's link as a header has it.

    What is not a link, such as an API key in the link's place, is a forged link like any other.
    """
    if visitor.link is None:
        return None
    token = visitor.link if visitor.link.startswith(LINK_PREFIX) else LINK_PREFIX
    return f"Bearer {token}"


def _answer(execution: Execution) -> Answer | AskFailed:
    codes = tuple(codes_of(execution.errors))
    for code, fault in FAULTS.items():
        if code in codes:
            return AskFailed(fault)
    # Parts of the data are ready JSON.
    return Answer(orjson.loads(orjson.dumps(execution.data)) or {}, codes)


def _log(
    request: GraphQLRequest, outcome: Answer | AskFailed, visitor: Visitor, seconds: float
) -> None:
    if isinstance(outcome, AskFailed):
        status = outcome.fault.value
        codes: tuple[str, ...] = (CODES[status],)
    else:
        status, codes = ANSWERED, outcome.codes
    record_forbidden(codes)
    if is_wanted():
        log_operation(
            label_of(request),
            transport="page",
            seconds=seconds,
            address=visitor.address,
            status=status,
            codes=codes,
            request_id=visitor.request_id,
        )
