"""A websocket's operation: runs one query, mutation or subscription and sends its results."""

import asyncio
from collections.abc import Sequence
from time import perf_counter
from typing import Protocol

from graphql import GraphQLError

from access.credentials import Authorization
from access.viewer import Viewer
from database.outages import is_outage
from engine import error_formatting
from engine.execution import refused_execution
from engine.operations import InvalidOperation
from engine.responses import encode_text
from errors import DomainError, LogRewound, Unauthenticated
from runtime.current_request import begin_request
from web.connection_registry import ClientDisconnected, ConnectionRegistry, Slot
from web.graphql import websocket_messages
from web.graphql.access_log import Label, WebsocketLog, codes_of, label_of, record_forbidden
from web.graphql.callers import Caller
from web.graphql.request_parsing import GraphQLRequest
from web.graphql.service import GraphQLService, OpenSubscription
from web.graphql.websocket_messages import CloseCode

COMPLETE, ERROR, STOPPED = "complete", "error", "stopped"
"""How an operation ended, as the access log says it: the last is the client's own wish."""


class OperationSession(Protocol):
    """The websocket's session, as its operations know it."""

    authorization: Authorization
    viewer: Viewer
    close_code: int | None
    log: WebsocketLog
    slot: Slot
    connections: ConnectionRegistry

    async def send_text(self, text: str) -> None: ...

    def forget(self, id_: str) -> None: ...

    def begin_close(self, code: CloseCode) -> None: ...

    def break_off(self, error: Exception) -> None: ...


class WebsocketOperation:
    """Runs until it has sent its last result, or until its task is cancelled."""

    def __init__(
        self, session: OperationSession, service: GraphQLService, id_: str, request: GraphQLRequest
    ) -> None:
        self._session, self._service = session, service
        self._id, self._request = id_, request
        self._label: Label | None = None
        self._end: str | None = None
        self._codes: Sequence[str] = ()

    async def run(self) -> None:
        started_at = perf_counter()
        log = self._session.log
        begin_request(log.id_of(self._id), log.address)
        try:
            await self._run()
        except asyncio.CancelledError:
            self._end = STOPPED
            raise
        finally:
            status = self._session.close_code or self._end or STOPPED
            record_forbidden(self._codes)
            label = self._label or label_of(self._request)
            log.write(label, self._id, started_at, status, self._codes)

    async def _run(self) -> None:
        session, request = self._session, self._request
        request.viewer = session.viewer
        try:
            caller = await self._admitted()
            operation = await self._service.prepare(request, session.viewer, session.slot.client)
            if operation.is_subscription:
                subscription = await self._service.subscribe(request, caller, session.slot.network)
                self._label = label_of(request)
                # These refer to the syntax tree, and this task may live for days.
                del request, operation, self._request
                await self._follow(subscription)
            else:
                await self._execute(request, caller)
        except InvalidOperation as error:
            await self._refuse(error.errors)
        except DomainError as refusal:
            await self._refuse([error_formatting.error_from_refusal(refusal)])
        except (Unauthenticated, LogRewound) as error:
            self._session.begin_close(websocket_messages.close_code_of(error))
        except ClientDisconnected:
            pass
        except Exception as error:
            self._codes = (error_formatting.exception_code(error),)
            self._session.break_off(error)

    async def _admitted(self) -> Caller:
        """Count the operation: one that is over a limit is refused before anything is done for it.

        An outage is left to what follows, which knows how this kind of operation is answered then.
        """
        session = self._session
        try:
            return await self._service.callers.admit(session.authorization, session.slot.network)
        except Exception as error:
            if not is_outage(error):
                raise
            return session.authorization

    async def _execute(self, request: GraphQLRequest, caller: Caller) -> None:
        session = self._session
        try:
            execution = await self._service.execute(request, caller, session.slot.network)
        except Exception as error:
            if not is_outage(error):
                raise
            execution = refused_execution([GraphQLError("Unavailable", original_error=error)])
        if not execution.has_begun:
            await self._send_errors(execution.errors)
            return
        self._codes = codes_of(execution.errors)
        text = websocket_messages.next_head(self._id) + encode_text(execution) + "}"
        with session.slot.sending(len(text), is_owed=execution.is_mutation):
            await session.send_text(text)
        session.forget(self._id)
        self._end = COMPLETE
        await session.send_text(websocket_messages.complete(self._id))

    async def _follow(self, subscription: OpenSubscription) -> None:
        head = websocket_messages.next_head(self._id)
        with self._session.slot.holding(subscription.document, subscription.variables):
            async with subscription.follower as follower:
                async for delivery in follower:
                    await self._session.send_text(head + delivery.body + "}")

    async def _refuse(self, errors: list[GraphQLError]) -> None:
        await self._send_errors(error_formatting.format_and_log(errors))

    async def _send_errors(self, errors: list[GraphQLError]) -> None:
        self._codes, self._end = codes_of(errors), ERROR
        self._session.forget(self._id)
        await self._session.send_text(websocket_messages.error(self._id, errors))
