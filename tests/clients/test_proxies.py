"""Behind nginx and Caddy, as docs/operate.md configures them, everything works under a prefix."""

import asyncio
import logging
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator
from contextlib import asynccontextmanager

import httpx2
import pytest
import websockets

from access.scopes import Scope
from access.viewer import SYSTEM
from devservices.certificates import Certificates, find_openssl, make_certificates
from devservices.proxies import LEFT_OUT, Caddy, Nginx, Proxy, find_caddy, find_nginx
from models.orders import Order
from tests.clients.browser import Browser
from tests.clients.conftest import WriteChanges
from tests.clients.documented_programs import FOLLOW, browser_program
from tests.clients.server_process import ServerProcess
from tests.clients.test_documented_programs import OUTPUT
from tests.documentation import read_page
from tests.factories.acts import make_order
from tests.live_server import (
    PROTOCOL,
    RunningService,
    Websocket,
    build_settings,
    running_service,
)
from tests.needed_programs import need
from tests.timeouts import TIMEOUT, poll_until
from tracking.orders.commands import hold_order
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.slow

OPERATE = read_page("docs/operate.md")
PRINTED_ADDRESS = "127.0.0.1:8000"
HOST_NAME = "localhost"
CLIENT = "192.0.2.7"
SUBSCRIPTION = """subscription ($ids: [ID!]!) {
  orderChanged(trackingIds: $ids, after: 0) { sequence } }"""
WHERE = "query Where($id: ID!) { order(trackingId: $id) { status } }"
RESULT = ".result-window .CodeMirror-line"
RunProxy = Callable[[type[Proxy], str], Proxy]


@pytest.fixture(scope="module")
def certificates() -> Generator[Certificates, None, None]:
    need(find_openssl, LEFT_OUT)
    made = make_certificates(HOST_NAME)
    yield made
    made.remove()


@pytest.fixture
async def service(database_url: str, broadcast_url: str) -> AsyncGenerator[RunningService, None]:
    """The service, which knows from its public address that it is served below a path."""
    public = {"WHEREABOUTS_PUBLIC_URL": f"https://{HOST_NAME}/track"}
    settings = build_settings(database_url, broadcast_url, **public)
    async with running_service(settings) as service:
        yield service


@pytest.fixture
def run_proxy(certificates: Certificates) -> Generator[RunProxy, None, None]:
    """Starts a proxy of a kind before the server at an address."""
    running: list[Proxy] = []

    def run(kind: type[Proxy], address: str) -> Proxy:
        proxy = kind(lambda port: CONFIGURE[kind](port, address, certificates))
        running.append(proxy)
        need(FIND[kind], LEFT_OUT)
        proxy.start()
        return proxy

    yield run
    for proxy in running:
        proxy.close()


def configure_nginx(port: int, address: str, certificates: Certificates) -> str:
    """The block for nginx that the page prints, with the port and the files of a test."""
    (block,) = OPERATE.blocks("nginx")
    return replaced(
        block,
        {
            PRINTED_ADDRESS: address,
            "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
            "/etc/ssl/shop.example.crt": str(certificates.folder / "server.crt"),
            "/etc/ssl/shop.example.key": str(certificates.folder / "server.key"),
        },
    )


def configure_caddy(port: int, address: str, certificates: Certificates) -> str:
    """The block for Caddy that the page prints; the test's certificate is the one line more."""
    (block,) = OPERATE.blocks("caddyfile")
    files = f"{certificates.folder}/server.crt {certificates.folder}/server.key"
    site = f"https://{HOST_NAME}:{port} {{\n\tbind 127.0.0.1\n\ttls {files}\n"
    return replaced(block, {PRINTED_ADDRESS: address, "shop.example {\n": site})


def replaced(block: str, texts: dict[str, str]) -> str:
    for printed, here in texts.items():
        assert printed in block
        block = block.replace(printed, here)
    return block


CONFIGURE = {Nginx: configure_nginx, Caddy: configure_caddy}
FIND = {Nginx: find_nginx, Caddy: find_caddy}
every_proxy = pytest.mark.parametrize("kind", CONFIGURE, ids=lambda kind: kind.name)


def trusting(certificates: Certificates) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificates.authority)


@asynccontextmanager
async def client(
    proxy: Proxy, certificates: Certificates
) -> AsyncGenerator[httpx2.AsyncClient, None]:
    async with httpx2.AsyncClient(
        base_url=f"{proxy.url}/track", verify=trusting(certificates), timeout=TIMEOUT
    ) as http:
        yield http


@every_proxy
async def test_queries_and_the_page_are_answered_and_health_is_hidden(
    kind: type[Proxy],
    run_proxy: RunProxy,
    certificates: Certificates,
    service: RunningService,
    tracker: Tracker,
) -> None:
    order = await make_order(tracker)
    proxy = run_proxy(kind, service.address)
    payload = {"query": WHERE, "variables": {"id": order.tracking_id}}

    async with client(proxy, certificates) as http:
        answer = await http.post("/graphql", json=payload, headers={"Origin": proxy.url})
        foreign = await http.post(
            "/graphql", json=payload, headers={"Origin": "https://other.example"}
        )
        page = await http.get("/graphql", headers={"Accept": "text/html"})
        root = await http.get("/", headers={"Accept": "text/html"}, follow_redirects=True)
        hidden = [(await http.get(path)).status_code for path in ("/livez", "/readyz")]

    assert answer.json() == {"data": {"order": {"status": "CONFIRMED"}}}
    assert "access-control-allow-origin" not in foreign.headers
    assert "GraphiQL" in page.text
    assert root.url == f"{proxy.url}/track/track"
    assert (root.status_code, "<h1>Track your order</h1>" in root.text) == (200, True)
    assert hidden == [404, 404]


@every_proxy
async def test_a_websocket_of_the_services_own_origin_is_taken_and_of_others_refused(
    kind: type[Proxy],
    run_proxy: RunProxy,
    certificates: Certificates,
    service: RunningService,
    tracker: Tracker,
) -> None:
    order = await make_order(tracker)
    proxy = run_proxy(kind, service.address)
    url = f"{proxy.url.replace('https', 'wss')}/track/graphql"

    def connect(origin: str) -> websockets.connect:
        return websockets.connect(
            url,
            ssl=trusting(certificates),
            subprotocols=[PROTOCOL],
            origin=websockets.Origin(origin),
        )

    async with connect(proxy.url) as connection:
        socket = Websocket(connection)
        await socket.init()
        await socket.subscribe("1", SUBSCRIPTION, ids=[order.tracking_id])
        first = await socket.results(2)
        await hold_order(tracker, SYSTEM, order.tracking_id, "a question")
        live = await socket.results(1)
    with pytest.raises(websockets.InvalidStatus) as refused:
        await connect("https://other.example")

    assert [result["data"]["orderChanged"]["sequence"] for result in first + live] == [1, 2, 3]
    assert refused.value.response.status_code == 403


@every_proxy
@pytest.mark.parametrize("accept", ["text/event-stream", "multipart/mixed"])
async def test_a_stream_is_not_buffered(
    kind: type[Proxy],
    accept: str,
    run_proxy: RunProxy,
    certificates: Certificates,
    service: RunningService,
    tracker: Tracker,
) -> None:
    order = await make_order(tracker)
    proxy = run_proxy(kind, service.address)
    payload = {"query": SUBSCRIPTION, "variables": {"ids": [order.tracking_id]}}
    headers = {"Accept": f"{accept};boundary=graphql;subscriptionSpec=1.0"}
    if accept == "text/event-stream":
        headers = {"Accept": accept}

    async with (
        client(proxy, certificates) as http,
        http.stream("POST", "/graphql", json=payload, headers=headers) as response,
    ):
        texts = response.aiter_text()
        await until_sent(texts, '"sequence":2')
        await hold_order(tracker, SYSTEM, order.tracking_id, "a question")
        await until_sent(texts, '"sequence":3')


async def until_sent(texts: AsyncIterator[str], part: str) -> None:
    """Read a stream that stays open until it has sent the text."""
    sent = ""
    async with asyncio.timeout(TIMEOUT):
        async for text in texts:
            sent += text
            if part in sent.replace(" ", ""):
                return
    raise AssertionError(f"The stream ended without {part}: {sent}")


async def test_the_service_knows_the_clients_address(
    run_proxy: RunProxy, certificates: Certificates, service: RunningService, caplog
) -> None:
    proxy = run_proxy(Nginx, service.address)

    with caplog.at_level(logging.INFO, "whereabouts.access"):
        async with client(proxy, certificates) as http:
            forwarded = {"X-Forwarded-For": CLIENT}
            await http.post(
                "/graphql", json={"query": "query Look { position }"}, headers=forwarded
            )
        await poll_until(lambda: "operation=Look" in caplog.text)

    assert f"client={CLIENT} type=query operation=Look" in caplog.text


@pytest.mark.usefixtures("graphiql_packages")
@every_proxy
async def test_graphiql_works_under_the_prefix(
    kind: type[Proxy],
    run_proxy: RunProxy,
    service: RunningService,
    tracker: Tracker,
    browser: Browser,
) -> None:
    order = await make_order(tracker)
    key = await service.key(Scope.ORDERS_READ)
    proxy = run_proxy(kind, service.address)

    link = f"{proxy.url}/track/graphql#key={key}&trackingId={order.tracking_id}"
    await asyncio.to_thread(browser.open, link)
    await asyncio.to_thread(browser.wait_for_elements, ".graphiql-execute-button", 1)
    await asyncio.to_thread(browser.click, ".graphiql-execute-button")
    lines = await asyncio.to_thread(browser.wait_for_elements, RESULT, 5)

    assert "".join("".join(lines).split()).startswith('{"data":{"order":{"status":"CONFIRMED"')


@every_proxy
async def test_an_event_source_comes_back_after_the_proxy_has_answered_with_an_error(
    kind: type[Proxy],
    run_proxy: RunProxy,
    server_process: ServerProcess,
    order: Order,
    write_changes: WriteChanges,
    browser: Browser,
) -> None:
    proxy = run_proxy(kind, server_process.address)
    program = browser_program(FOLLOW, order.tracking_id).replace("`/graphql", "`/track/graphql")

    # The page takes the place of an answer, and so its origin. The answer needs a body: instead of
    # one without, Chromium shows a page of its own.
    url, page = (
        f"{proxy.url}/track/graphql?query={{position}}",
        f"{OUTPUT}<script>{program}</script>",
    )
    await asyncio.to_thread(browser.open_instead, url, page)
    await asyncio.to_thread(browser.wait_for_elements, "li", 2)
    await asyncio.to_thread(server_process.stop)
    await write_changes(3)
    await asyncio.to_thread(server_process.start)
    lines = await asyncio.to_thread(browser.wait_for_elements, "li", 5)

    assert [int(line.split()[0]) for line in lines] == [1, 2, 3, 4, 5]
