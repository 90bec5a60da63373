"""The addresses of pages."""

from urllib.parse import quote, urlencode

from starlette.requests import Request

LINK_PARAMETER = "k"
"""The parameter in which a tracking link has its token."""

FORMS_OF_ORDERS = ("/unlock", "/lock")
"""The ends of paths to which the forms on an order's page are sent."""


def order_address(tracking_id: str) -> str:
    """Return the path of an order's page."""
    return f"/t/{quote(tracking_id, safe='')}"


def page_address(request: Request) -> str:
    """Return the path of the page that a request is for: that of a form stands on its page."""
    path = request.url.path
    for ending in FORMS_OF_ORDERS:
        path = path.removesuffix(ending)
    return path


def with_query(path: str, request: Request) -> str:
    """Return the path with the query of a request, such as its language, but without the token."""
    pairs = request.query_params.multi_items()
    query = urlencode([(name, value) for name, value in pairs if name != LINK_PARAMETER])
    return f"{path}?{query}" if query else path
