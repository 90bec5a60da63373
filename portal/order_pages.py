"""Pages of orders: they ask the API, and show what it answers in the visitor's language."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from portal.documents import ORDER_PAGE, ORDER_SEQUENCE, live_address, live_variables
from portal.layout import PageLayouts, language_query
from portal.link_cookie import forget_link, link_of
from portal.links import REFUSED_STATUS, RefusedProof
from portal.order_questions import OrderQuestions, ShownOrder
from portal.order_view import view_order
from portal.page_cache import PageCache
from web.headers import Header
from web.pages.asker import Asker, visitor_of
from web.pages.replies import NEVER_KEPT, REVALIDATED, page_reply
from web.pages.templates import RenderedPage

EVENTS = 50
"""The newest events of an order, which its page shows: parcels between continents have some forty.
With more of them, a page that follows its order would cost more than a stranger may spend."""


MANY_FOLLOWERS = 50
"""Open pages of one order that may fetch themselves at once after a change: they take a process
some hundredths of a second. More of them spread."""
SPREAD_MS = 700
"""Milliseconds over which they spread, beyond which a change would seem late."""

CountFollowers = Callable[[Mapping[str, Any]], int]
"""Counts the open pages in this process that follow an order by these variables."""
Place = tuple[str, datetime, int, tuple[object, ...]]
"""The order, the minute, the order's sequence, and what else the page depends on."""


class PageKind(NamedTuple):
    """One of the pages that show an order: its template, and how long browsers keep it."""

    template: str
    cache_control: str = REVALIDATED
    is_personal: bool = True
    """Whether a tracking link shows more of the order on it."""
    headers: Sequence[Header] | None = None
    """Those of security, if not those of a page that nobody frames."""

    @property
    def is_kept(self) -> bool:
        """Whether the page may be shown again. What is printed is rendered each time."""
        return self.cache_control != NEVER_KEPT


PAGE = PageKind("order.html")
PRINTED = PageKind("print.html", NEVER_KEPT)


class OrderPages:
    """Shows orders to whoever has a tracking id, and more of them to who has their links."""

    def __init__(
        self,
        asker: Asker,
        documents: Mapping[str, str],
        layouts: PageLayouts,
        count_followers: CountFollowers,
    ) -> None:
        """`documents` are the texts of the operations by their names."""
        self._documents, self._layouts = documents, layouts
        self._count_followers = count_followers
        self._questions, self._cache = OrderQuestions(asker), PageCache()

    async def reply(
        self,
        request: Request,
        tracking_id: str,
        kind: PageKind,
        *,
        refused: RefusedProof | None = None,
    ) -> Response | None:
        """Return the page of an order as the visitor may see it, None if it does not exist.

        `refused` is the proof in their form that did not open it. Raises AskFailed.
        """
        now = current_minute()
        visitor = visitor_of(request.scope, link_of(request) if kind.is_personal else None)
        if kind.is_kept and refused is None and self._cache.knows(tracking_id, now):
            brief = await self._questions.find(ORDER_SEQUENCE, tracking_id, visitor)
            if brief is None:
                return None
            place = self._place(request, kind, brief, now)
            if page := self._cache.find(*place):
                return self._sent(request, kind, brief, place, page)
        shown = await self._questions.find(ORDER_PAGE, tracking_id, visitor, events=EVENTS)
        if shown is None:
            return None
        if refused is not None:
            page = self._render(request, kind, shown, now, refused)
            return page_reply(request, page, status=REFUSED_STATUS)
        place = self._place(request, kind, shown, now)
        if not kind.is_kept:
            return self._sent(request, kind, shown, place, self._render(request, kind, shown, now))
        # Of many viewers who ask at once, the first one's answer has made the page.
        page = self._cache.find(*place) or self._render(request, kind, shown, now)
        self._cache.keep(*place, page)
        return self._sent(request, kind, shown, place, page)

    def _render(
        self,
        request: Request,
        kind: PageKind,
        shown: ShownOrder,
        now: datetime,
        refused: RefusedProof | None = None,
    ) -> RenderedPage:
        language = self._layouts.language(request, shown.customer_locale)
        brand, addresses = self._layouts.brand, self._layouts.addresses
        view = view_order(shown.order, language, brand, now, is_personal=shown.is_personal)
        live = live_address(self._documents, view.tracking_id, shown.order["position"])
        values = {
            "view": view,
            "live_address": addresses.below(live),
            "spread": self._spread(view.tracking_id),
            "refused": refused,
            "is_link_refused": shown.is_link_refused,
        }
        if not kind.is_kept:
            values["full_address"] = addresses.full_order(view.tracking_id, request)
        address = addresses.order(view.tracking_id)
        return self._layouts.render(request, kind.template, language, values, address)

    def _place(self, request: Request, kind: PageKind, shown: ShownOrder, now: datetime) -> Place:
        """Return where the cache keeps the page: all that it depends on."""
        language = self._layouts.language(request, shown.customer_locale)
        query = language_query(request, language)
        tracking_id, rights = shown.order["trackingId"], (shown.is_personal, shown.is_link_refused)
        variant = (kind.template, language.code, query, *rights, self._spread(tracking_id))
        return tracking_id, now, shown.order["sequence"], variant

    def _spread(self, tracking_id: str) -> int:
        """Return the milliseconds over which the order's open pages fetch themselves."""
        followers = self._count_followers(live_variables(tracking_id))
        return SPREAD_MS if followers > MANY_FOLLOWERS else 0

    def _sent(
        self, request: Request, kind: PageKind, shown: ShownOrder, place: Place, page: RenderedPage
    ) -> Response:
        etag = self._layouts.etag(*place)
        reply = page_reply(
            request,
            page,
            etag=etag if kind.is_kept else None,
            cache_control=kind.cache_control,
            headers=kind.headers,
        )
        if shown.is_link_refused:
            address = self._layouts.addresses.order(shown.order["trackingId"])
            reply.raw_headers.append(forget_link(request, address))
        return reply


def current_minute() -> datetime:
    """Return the time of pages: they say nothing of seconds."""
    return datetime.now(UTC).replace(second=0, microsecond=0)
