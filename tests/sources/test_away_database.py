"""A shop whose webhooks meet a database that is away gets them through when it is back."""

from collections.abc import AsyncGenerator

import asyncpg
import pytest
from pydantic import SecretStr

from access.secrets import SecretBox, new_secret_key
from models.enums.intakes import IntakeState
from models.enums.sources import SourceKind
from models.intakes import Intake
from models.orders import Order
from sources.order_sources import create_source
from tests.live_server import build_settings, running_service
from tests.sources.intakes import all_read
from tests.sources.shops import SECRET, Shop, changed_order, encoded


class Database:
    """The service's database, as the administrator of its server reaches it."""

    def __init__(self, session: asyncpg.Connection, name: str) -> None:
        self._session, self._name = session, name

    async def go_away(self) -> None:
        await self._session.execute(f'ALTER DATABASE "{self._name}" ALLOW_CONNECTIONS false')
        await self._session.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", self._name
        )

    async def come_back(self) -> None:
        await self._session.execute(f'ALTER DATABASE "{self._name}" ALLOW_CONNECTIONS true')


@pytest.fixture
async def database(engine: str, database_url: str) -> AsyncGenerator[Database, None]:
    if engine != "postgres":
        pytest.skip("SQLite is never away.")
    server, _, name = database_url.rpartition("/")
    session = await asyncpg.connect(f"{server}/postgres")
    yield Database(session, name)
    await session.close()


async def test_what_is_sent_meanwhile_is_taken_in_once(
    database: Database, database_url: str, broadcast_url: str
) -> None:
    key = new_secret_key()
    settings = build_settings(
        database_url, broadcast_url, WHEREABOUTS_SECRET_KEYS=key.get_secret_value()
    )
    async with running_service(settings) as service:
        source = await create_source(
            SecretBox([key]), "shop", SourceKind.SHOPIFY, SecretStr(SECRET)
        )
        shop = Shop(SourceKind.SHOPIFY, service.http, f"/sources/{source.address_key}")
        bodies = [encoded(changed_order(shop.kind, id=n, name=f"#{n}")) for n in range(1, 6)]
        sent = [(body, shop.headers(body)) for body in bodies]
        assert (await shop.post(*sent[0])).status_code == 202

        await database.go_away()
        refused = [(await shop.post(*delivery)).status_code for delivery in sent]
        await database.come_back()
        answers = [(await shop.post(*delivery)).status_code for delivery in sent]

        assert (set(refused), set(answers)) == ({503}, {202})
        await Intake.filter(state=IntakeState.RECEIVED).update(lease_until=None)
        await all_read()
        assert [intake.state for intake in await Intake.all()] == [IntakeState.APPLIED] * 5
        assert await Order.all().count() == 5
