"""What the tests with real clients may ask for."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator

import pytest

from auth import SYSTEM
from models.orders import Order
from tests.clients.browser import Browser, Chromedriver
from tests.clients.node import install_packages
from tests.clients.origin import Origin
from tests.clients.whereabouts import Whereabouts
from tests.factories.acts import make_order
from tests.live_server import RunningService, build_settings, running_service
from tracking.acts import Tracker
from tracking.orders import hold_order, release_order

Write = Callable[[int], Awaitable[None]]


@pytest.fixture(scope="session")
def packages() -> None:
    """npm's packages, as locked."""
    install_packages()


@pytest.fixture
async def service(database_url: str, broadcast_url: str) -> AsyncGenerator[RunningService, None]:
    """In this process, which can use the models through it."""
    async with running_service(build_settings(database_url, broadcast_url)) as service:
        yield service


@pytest.fixture
def whereabouts(db: str, broadcast_url: str) -> Generator[Whereabouts, None, None]:
    """A process beside this one, on the same database."""
    environ = {
        "WHEREABOUTS_DATABASE_URL": db,
        "WHEREABOUTS_BROADCAST_URL": broadcast_url,
    }
    with Whereabouts(environ) as server:
        yield server


@pytest.fixture
async def order(tracker: Tracker, db: str) -> Order:
    """With two changes: created and confirmed."""
    return await make_order(tracker)


@pytest.fixture
def write(tracker: Tracker, order: Order) -> Write:
    """Writes so many more changes of the order, past the server: it may be away."""

    async def write_changes(count: int) -> None:
        for number in range(count):
            await order.refresh_from_db()
            if order.hold_reason is None:
                await hold_order(tracker, SYSTEM, order.tracking_id, f"reason {number}")
            else:
                await release_order(tracker, SYSTEM, order.tracking_id)

    return write_changes


@pytest.fixture(scope="session")
def origin() -> Generator[Origin, None, None]:
    with Origin() as origin:
        yield origin


@pytest.fixture(scope="session")
def browser() -> Generator[Browser, None, None]:
    with Chromedriver() as driver, Browser(driver) as browser:
        yield browser
