"""The addresses of the pages for customers."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from models.tracking_ids import parse_tracking_id
from portal.failures import INTERNAL, REFUSED, UNKNOWN, WRONG_METHOD, FailurePages
from portal.forms import UnreadableForm
from portal.layout import PageLayouts, language_query
from portal.links import REFUSED_STATUS, LinkDoors, RefusedProof
from portal.order_pages import PAGE, PRINTED, OrderPages, PageKind
from web.connection_registry import ClientDisconnected
from web.credentials import CrossSiteRequest
from web.pages.asker import AskFailed
from web.pages.replies import page_reply
from web.pages.security_headers import page_headers

logger = logging.getLogger("whereabouts.portal")
FORM_KEPT = "public, max-age=300"
"""The empty form is the same for everybody who reads its language."""
NOT_KEPT = {"Cache-Control": "no-store"}
ROBOTS = "User-agent: *\nDisallow: /graphql\nDisallow: /console/\n"
"""Pages of orders are not listed here: their header forbids to show them, which must be read."""
READ, FORM = ("GET", "HEAD"), ("POST",)

Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class PageEndpoint:
    """A page at an address. Whatever happens, the visitor gets a page."""

    failures: FailurePages
    handler: Handler
    methods: Sequence[str] = READ

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        reply = await self._reply(request)
        await reply(scope, receive, send)

    async def _reply(self, request: Request) -> Response:
        if request.method not in self.methods:
            allowed = (b"allow", ", ".join(self.methods).encode())
            return self.failures.send(request, WRONG_METHOD, [allowed])
        try:
            return await self.handler(request)
        except AskFailed as failure:
            return self.failures.of(request, failure)
        except CrossSiteRequest:
            return self.failures.send(request, REFUSED)
        except UnreadableForm as error:
            return self.failures.send(request, REFUSED._replace(status=error.status))
        except ClientDisconnected:
            return Response(status_code=400)  # Nobody is there to read it.
        except Exception:
            logger.exception("A page of %s could not be made", request.scope["route"].path)
            return self.failures.send(request, INTERNAL)


class Portal:
    """Serves the pages of customers."""

    def __init__(self, layouts: PageLayouts, orders: OrderPages, doors: LinkDoors) -> None:
        self._layouts, self._orders, self._doors = layouts, orders, doors
        self._failures = FailurePages(layouts)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/robots.txt", _robots),
            self._route("/", self._home),
            self._route("/track", self._track, READ + FORM),
            self._route("/t/{tracking_id}", self._order),
            self._route("/t/{tracking_id}/print", self._print),
            self._route("/t/{tracking_id}/unlock", self._unlock, FORM),
            self._route("/t/{tracking_id}/lock", self._lock, FORM),
        ]

    def _route(self, path: str, handler: Handler, methods: Sequence[str] = READ) -> Route:
        return Route(path, PageEndpoint(self._failures, handler, methods))

    async def _home(self, request: Request) -> Response:
        address = self._layouts.brand.home_url or self._layouts.addresses.track
        return RedirectResponse(address, 303, NOT_KEPT)

    async def _track(self, request: Request) -> Response:
        if request.method in FORM:
            return await self._found_by_reference(request)
        typed = request.query_params.get("id", "").strip()
        if not typed:
            return self._track_form(request)
        tracking_id = parse_tracking_id(typed)
        if tracking_id is None:
            return self._failures.send(request, UNKNOWN, given=typed)
        language = self._layouts.language(request)
        address = self._layouts.addresses.order(tracking_id) + language_query(request, language)
        return RedirectResponse(address, 303, NOT_KEPT)

    async def _found_by_reference(self, request: Request) -> Response:
        outcome = await self._doors.find(request)
        if isinstance(outcome, RefusedProof):
            return self._track_form(request, outcome)
        return outcome

    def _track_form(self, request: Request, refused: RefusedProof | None = None) -> Response:
        language = self._layouts.language(request)
        values = {"given": "", "refused": refused}
        page = self._layouts.render(request, "track.html", language, values)
        headers = page_headers(is_listed=True)
        if refused is not None:
            return page_reply(request, page, status=REFUSED_STATUS, headers=headers)
        return page_reply(request, page, cache_control=FORM_KEPT, headers=headers)

    async def _order(self, request: Request) -> Response:
        tracking_id = _stored_id(request)
        if tracking_id is not None and (entered := await self._doors.enter(request, tracking_id)):
            return entered
        return await self._shown(request, PAGE)

    async def _print(self, request: Request) -> Response:
        return await self._shown(request, PRINTED)

    async def _unlock(self, request: Request) -> Response:
        tracking_id = _stored_id(request)
        if tracking_id is None:
            return self._unknown(request)
        outcome = await self._doors.unlock(request, tracking_id)
        if isinstance(outcome, RefusedProof):
            reply = await self._orders.reply(request, tracking_id, PAGE, refused=outcome)
            return reply or self._unknown(request)
        return outcome

    async def _lock(self, request: Request) -> Response:
        tracking_id = _stored_id(request)
        if tracking_id is None:
            return self._unknown(request)
        return await self._doors.lock(request, tracking_id)

    async def _shown(self, request: Request, kind: PageKind) -> Response:
        """Show a page of the order that the path names, at its one address."""
        typed = request.path_params["tracking_id"]
        tracking_id = parse_tracking_id(typed)
        if tracking_id is None:
            return self._unknown(request)
        if tracking_id != typed:
            return _moved(request, self._layouts.addresses.order(tracking_id))
        reply = await self._orders.reply(request, tracking_id, kind)
        return reply or self._unknown(request)

    def _unknown(self, request: Request) -> Response:
        return self._failures.send(request, UNKNOWN, given=request.path_params["tracking_id"])


def _stored_id(request: Request) -> str | None:
    """Return the tracking id in the path if it is written as it is stored."""
    typed: str = request.path_params["tracking_id"]
    return typed if parse_tracking_id(typed) == typed else None


def _moved(request: Request, address: str) -> Response:
    """Lead to the address of an order whose id was spelled in another way."""
    ending = request.scope["route"].path.removeprefix("/t/{tracking_id}")
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(address + ending + query, 308, NOT_KEPT)


async def _robots(request: Request) -> Response:
    return PlainTextResponse(ROBOTS, headers={"Cache-Control": FORM_KEPT})
