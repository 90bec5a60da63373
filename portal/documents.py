"""The documents of the pages: the operations by which they ask the API."""

from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files
from urllib.parse import urlencode

import orjson

FOLDER = "operations"
ENDING = ".graphql"
ORDER_PAGE, ORDER_SEQUENCE = "OrderPage", "OrderSequence"
ORDER_LIVE, OPEN_LINK = "OrderLive", "OpenLink"
"""The names of the operations, which are those of their files."""
GRAPHQL_PATH = "/graphql"
"""Where open pages follow their orders."""


def read_documents() -> dict[str, str]:
    """Return the text of each document by the name of its operation."""
    return {
        file.name.removesuffix(ENDING): file.read_text()
        for file in files(__package__).joinpath(FOLDER).iterdir()
        if file.name.endswith(ENDING)
    }


def live_variables(tracking_id: str) -> dict[str, object]:
    """Return the variables by which all open pages follow an order, wherever they begin."""
    return {"ids": [tracking_id]}


def live_address(documents: Mapping[str, str], tracking_id: str, position: int) -> str:
    """Return the path at which an EventSource hears of the order's changes after a position.

    It opens for anybody who has the tracking id, and sends nothing but positions.
    """
    digest = sha256(documents[ORDER_LIVE].encode()).hexdigest()
    variables = orjson.dumps({**live_variables(tracking_id), "after": position}).decode()
    query = urlencode({"documentId": f"sha256:{digest}", "variables": variables})
    return f"{GRAPHQL_PATH}?{query}"
