"""The addresses that pages have, and those of others that they lead to."""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from starlette.requests import Request

from web.origins import asked_host

LINK_PARAMETER = "k"
"""The parameter in which a tracking link has its token."""

FORMS_OF_ORDERS = ("/unlock", "/lock")
"""The ends of paths to which the forms on an order's page are sent."""
LONGEST_PATH = 200
"""Characters of a path that pages name in links; a longer one is not that of an order."""
HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]+)?", re.IGNORECASE)
"""A host as browsers name it. Other clients may write anything in its place."""


@dataclass(frozen=True, slots=True)
class PageAddresses:
    """The paths of the service's own pages, as browsers see them.

    A proxy may serve the service below a path, which it takes away before it passes a request on:
    this path is the `prefix`, such as `/track`, of all of them.
    """

    prefix: str = ""
    public: str = ""
    """The address by which others reach the service, with the prefix; "" if nobody has set it."""

    @property
    def track(self) -> str:
        """The path of the page that finds orders."""
        return self.below("/track")

    def below(self, path: str) -> str:
        """Return the path for browsers of one that the service itself knows."""
        return self.prefix + path

    def order(self, tracking_id: str) -> str:
        """Return the path of an order's page."""
        return self.below(_order_path(tracking_id))

    def full_order(self, tracking_id: str, request: Request) -> str | None:
        """Return the address of an order's page with its host, None if nobody knows that.

        It is at the public address of the service, or where the visitor has asked for it: only they
        may be shown that.
        """
        if self.public:
            return self.public + _order_path(tracking_id)
        host = asked_host(request.scope, request.headers) or ""
        if not HOST.fullmatch(host):
            return None
        return f"{request.scope['scheme']}://{host}{self.order(tracking_id)}"

    def page(self, request: Request) -> str:
        """Return the path of the page that a request is for: that of a form stands on its page."""
        path = quote(request.scope["path"])
        for ending in FORMS_OF_ORDERS:
            path = path.removesuffix(ending)
        return self.below(path) if len(path) <= LONGEST_PATH else self.track


def _order_path(tracking_id: str) -> str:
    return f"/t/{quote(tracking_id, safe='')}"


def with_query(path: str, request: Request) -> str:
    """Return the path with the query of a request, such as its language, but without the token."""
    pairs = request.query_params.multi_items()
    query = urlencode([(name, value) for name, value in pairs if name != LINK_PARAMETER])
    return f"{path}?{query}" if query else path


def web_address(url: str | None) -> str | None:
    """Return an address from others if it is one of the web, else None: it may be a program."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None
