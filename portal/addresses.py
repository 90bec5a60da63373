"""The addresses that pages have, and those of others that they lead to."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from starlette.requests import Request

LINK_PARAMETER = "k"
"""The parameter in which a tracking link has its token."""

FORMS_OF_ORDERS = ("/unlock", "/lock")
"""The ends of paths to which the forms on an order's page are sent."""
LONGEST_PATH = 200
"""Characters of a path that pages name in links; a longer one is not that of an order."""


@dataclass(frozen=True, slots=True)
class PageAddresses:
    """The paths of the service's own pages, as browsers see them.

    A proxy may serve the service below a path, which it takes away before it passes a request on:
    this path is the `prefix`, such as `/track`, of all of them.
    """

    prefix: str = ""

    @property
    def track(self) -> str:
        """The path of the page that finds orders."""
        return self.below("/track")

    def below(self, path: str) -> str:
        """Return the path for browsers of one that the service itself knows."""
        return self.prefix + path

    def order(self, tracking_id: str) -> str:
        """Return the path of an order's page."""
        return self.below(f"/t/{quote(tracking_id, safe='')}")

    def page(self, request: Request) -> str:
        """Return the path of the page that a request is for: that of a form stands on its page."""
        path = quote(request.scope["path"])
        for ending in FORMS_OF_ORDERS:
            path = path.removesuffix(ending)
        return self.below(path) if len(path) <= LONGEST_PATH else self.track


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
