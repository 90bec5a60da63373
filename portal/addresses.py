"""The addresses of pages."""

from urllib.parse import quote, urlencode

from starlette.requests import Request

LINK_PARAMETER = "k"
"""The parameter in which a tracking link has its token."""


def order_address(tracking_id: str) -> str:
    """Return the path of an order's page."""
    return f"/t/{quote(tracking_id, safe='')}"


def with_query(path: str, request: Request) -> str:
    """Return the path with the query of a request, such as its language, but without the token."""
    pairs = request.query_params.multi_items()
    query = urlencode([(name, value) for name, value in pairs if name != LINK_PARAMETER])
    return f"{path}?{query}" if query else path
