"""Embedded orders: a page for the frames of shops' pages, and the script that makes the frames.

A frame shows what anybody who has the tracking id may see, and has no forms: a page around it could
lay its own things over them.
"""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from models.tracking_ids import parse_tracking_id
from portal.failures import UNKNOWN, FailurePages
from portal.layout import PageLayouts
from portal.order_pages import OrderPages, PageKind
from portal.pages import PageEndpoint
from web.pages.assets import Assets
from web.pages.security_headers import frame_headers

WIDGET = "widget.js"
WIDGET_HEADERS = {
    # Shops write this address into their pages: it must soon lead to the script of a new release.
    "Cache-Control": "public, max-age=300",
    # Browsers follow the redirect of a module of another site only if that is for everybody.
    "Access-Control-Allow-Origin": "*",
}


class EmbeddedOrders:
    """Serves the frames, which pages of the origins may show; without any, nobody shows them."""

    def __init__(
        self, layouts: PageLayouts, orders: OrderPages, assets: Assets, origins: Sequence[str]
    ) -> None:
        headers = frame_headers(origins)
        self._orders, self._assets = orders, assets
        self._kind = PageKind("embed.html", is_personal=False, headers=headers)
        self._failures = FailurePages(layouts, headers=headers, template="embed_failure.html")

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/t/{tracking_id}/embed", PageEndpoint(self._failures, self._order)),
            Route(f"/{WIDGET}", self._widget),
        ]

    async def _order(self, request: Request) -> Response:
        tracking_id = parse_tracking_id(request.path_params["tracking_id"])
        if tracking_id is None:
            return self._failures.send(request, UNKNOWN)
        reply = await self._orders.reply(request, tracking_id, self._kind)
        return reply or self._failures.send(request, UNKNOWN)

    async def _widget(self, request: Request) -> Response:
        return RedirectResponse(self._assets.address(WIDGET), 302, WIDGET_HEADERS)
