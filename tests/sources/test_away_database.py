"""A shop whose webhooks meet a database that is away gets them through when it is back."""

from collections.abc import Generator

import pytest
from pydantic import SecretStr

from access.secrets import SecretBox, new_secret_key
from database.migrations import migrate
from devservices.postgres import PostgresServer
from models.enums.intakes import IntakeState
from models.enums.sources import SourceKind
from models.intakes import Intake
from models.orders import Order
from sources.order_sources import create_source
from tests.databases import memory_folder
from tests.live_server import build_settings, running_service
from tests.sources.intakes import all_read
from tests.sources.shops import SECRET, Shop, changed_order, encoded


@pytest.fixture
def postgres(engine: str) -> Generator[PostgresServer, None, None]:
    """A server of this test's own, which it may end."""
    if engine != "postgres":
        pytest.skip("SQLite is never away.")
    with PostgresServer(parent=memory_folder()) as server:
        yield server


async def test_what_is_sent_meanwhile_is_taken_in_once(
    postgres: PostgresServer, broadcast_url: str
) -> None:
    database_url = postgres.create_database("shop")
    await migrate(database_url)
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

        postgres.kill()
        refused = [(await shop.post(*delivery)).status_code for delivery in sent]
        postgres.start()
        answers = [(await shop.post(*delivery)).status_code for delivery in sent]

        assert (set(refused), set(answers)) == ({503}, {202})
        await Intake.filter(state=IntakeState.RECEIVED).update(lease_until=None)
        await all_read()
        assert [intake.state for intake in await Intake.all()] == [IntakeState.APPLIED] * 5
        assert await Order.all().count() == 5
