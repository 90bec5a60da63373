"""Fixtures of the tests with real clients."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator

import pytest

from access.viewer import SYSTEM
from devservices.chromium import LEFT_OUT, find_chromedriver
from models.orders import Order
from tests.clients.browser import Browser, Chromedriver
from tests.clients.node import install_packages
from tests.clients.page_server import PageServer
from tests.clients.server_process import ServerProcess
from tests.factories.acts import make_order
from tests.live_server import RunningService, build_settings, running_service
from tests.needed_programs import need
from tracking.orders.commands import hold_order, release_order
from unit_of_work.unit_of_work import Tracker
from web.graphql.graphiql import FOLDER

WriteChanges = Callable[[int], Awaitable[None]]


@pytest.fixture(scope="session")
def packages() -> None:
    """npm's packages in the versions of the lock file."""
    install_packages()


@pytest.fixture(scope="session")
def graphiql_packages() -> None:
    """The libraries of the GraphiQL page, as `make graphiql` installs them."""
    install_packages(FOLDER)


@pytest.fixture
async def service(database_url: str, broadcast_url: str) -> AsyncGenerator[RunningService, None]:
    """The service in the process of the test, which therefore can use its models."""
    async with running_service(build_settings(database_url, broadcast_url)) as service:
        yield service


@pytest.fixture
def server_process(db: str, broadcast_url: str) -> Generator[ServerProcess, None, None]:
    """The service in a process of its own, on the database of the test."""
    environ = {
        "WHEREABOUTS_DATABASE_URL": db,
        "WHEREABOUTS_BROADCAST_URL": broadcast_url,
    }
    with ServerProcess(environ) as process:
        yield process


@pytest.fixture
async def order(tracker: Tracker, db: str) -> Order:
    """An order with two changes: it was created and confirmed."""
    return await make_order(tracker)


@pytest.fixture
def write_changes(tracker: Tracker, order: Order) -> WriteChanges:
    """Writes `count` changes of the order to the database, which needs no running server."""

    async def write(count: int) -> None:
        for number in range(count):
            await order.refresh_from_db()
            if order.hold_reason is None:
                await hold_order(tracker, SYSTEM, order.tracking_id, f"reason {number}")
            else:
                await release_order(tracker, SYSTEM, order.tracking_id)

    return write


@pytest.fixture(scope="session")
def page_server() -> Generator[PageServer, None, None]:
    with PageServer() as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Generator[Browser, None, None]:
    """A browser; without one its tests are left out, but never in continuous integration."""
    need(find_chromedriver, LEFT_OUT)
    with Chromedriver() as driver, Browser(driver) as browser:
        yield browser
