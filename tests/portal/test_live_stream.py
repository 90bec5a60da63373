"""An open page follows its order without a key or a cookie, and learns nothing but positions."""

from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from portal import order_pages
from portal.documents import (
    GRAPHQL_PATH,
    OPEN_LINK,
    ORDER_LIVE,
    ORDER_PAGE,
    ORDER_SEQUENCE,
    live_address,
    read_documents,
)
from tests.event_stream_reader import EventReader
from tests.live_changes import make_changes, make_pending_order
from tests.live_server import RunningService, running_service
from tests.portal.links import build_link_settings
from tests.schema.manifests import POSITION, build_relay_manifest, sha256_of, write_manifest
from tests.timeouts import TIMEOUT
from web.graphql.application import PATH

EVENT_SOURCE = {
    "Accept": "text/event-stream",
    "Cache-Control": "no-cache",
    "Sec-Fetch-Mode": "cors",
    "Sec-Fetch-Site": "same-origin",
    "Sec-Fetch-Dest": "empty",
}
"""The headers of a browser's EventSource for an address of the page's own origin."""


def test_the_address_names_the_document_and_the_position() -> None:
    documents = {ORDER_LIVE: "subscription OrderLive { nothing }"}

    address = urlsplit(live_address(documents, "WA-1", 41))

    assert address.path == GRAPHQL_PATH == PATH
    assert parse_qs(address.query) == {
        "documentId": [f"sha256:{sha256_of(documents[ORDER_LIVE])}"],
        "variables": ['{"ids":["WA-1"],"after":41}'],
    }


@pytest.mark.parametrize("is_only", [False, True])
async def test_the_stream_sends_positions_and_resumes(
    database_url: str, broadcast_url: str, tmp_path: Path, *, is_only: bool
) -> None:
    """Also where nothing but trusted documents is answered."""
    manifest = write_manifest(tmp_path, build_relay_manifest(POSITION))
    only = {"WHEREABOUTS_DOCUMENTS": str(manifest), "WHEREABOUTS_DOCUMENTS_ONLY": "on"}
    settings = build_link_settings(database_url, broadcast_url, **(only if is_only else {}))
    async with running_service(settings) as service:
        order = await make_pending_order(service)
        await make_changes(service, order, 2)
        address = live_address(read_documents(), order.tracking_id, 2)

        first, rest = await followed(service, address, 3)
        _, resumed = await followed(service, address, 1, **{"Last-Event-ID": "4"})

    assert first == {"retry": "1000", "id": "2"}
    assert rest == [
        {"data": {"orderChanged": {"position": position, "sequence": position}}}
        for position in (3, 4, 5)
    ]
    assert resumed == rest[2:]


async def test_all_open_pages_of_an_order_are_counted_wherever_they_begin(
    service: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_pages, "MANY_FOLLOWERS", 1)
    order, other = await make_pending_order(service), await make_pending_order(service)
    await make_changes(service, order, 2)
    page, documents = f"/t/{order.tracking_id}", read_documents()
    opened = [(order, 1), (other, 1), (order, 2)]
    streams, spreads = [], []
    async with AsyncExitStack() as stack:
        for each, after in opened:
            address = live_address(documents, each.tracking_id, after)
            stream = service.http.stream("GET", address, headers=EVENT_SOURCE)
            streams.append(EventReader(await stack.enter_async_context(stream), TIMEOUT))
            await streams[-1].next()
            spreads.append('data-spread="700"' in (await service.http.get(page)).text)

    assert spreads == [False, False, True]


async def followed(
    service: RunningService, address: str, count: int, **headers: str
) -> tuple[object, list[object]]:
    """The beginning of the stream, and the next changes that it sends."""
    async with service.http.stream("GET", address, headers=EVENT_SOURCE | headers) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        assert "set-cookie" not in response.headers
        events = EventReader(response, TIMEOUT)
        return await events.next(), [answer for _, answer in await events.results(count)]


async def test_the_documents_of_the_pages_are_prepared_at_the_start(
    service: RunningService,
) -> None:
    tally = (await service.http.get("/readyz")).json()["operations"]

    assert set(read_documents()) == {OPEN_LINK, ORDER_LIVE, ORDER_PAGE, ORDER_SEQUENCE}
    assert (tally["trusted"], tally["documents"]) == (4, 0)
