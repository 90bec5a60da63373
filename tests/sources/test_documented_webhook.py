"""The webhook that docs/sources.md shows how to send by hand is taken in."""

import asyncio
import re
from pathlib import Path

from pydantic import SecretStr

from access.secrets import new_secret_key, open_secrets
from devservices.programs import ServiceMissing, find_folder, folders_on_path
from models.enums import OrderStatus
from models.enums.sources import SourceKind
from models.orders import Order
from sources.order_sources import create_source
from tests.documentation import read_page
from tests.live_server import build_settings, running_service
from tests.needed_programs import need
from tests.sources.intakes import all_read
from tests.sources.shops import SECRET

PAGE = read_page("docs/sources.md")
ADDRESS = re.compile(r"http://127\.0\.0\.1:8000/sources/\.\.\.")


def find_programs() -> None:
    """Raises ServiceMissing unless the programs of the line are on the PATH."""
    if find_folder(("curl",), folders_on_path()) is None:
        raise ServiceMissing("curl is not installed")
    if find_folder(("openssl",), folders_on_path()) is None:
        raise ServiceMissing("openssl is not installed")


async def test_the_printed_line_sends_an_order(
    database_url: str, broadcast_url: str, tmp_path: Path
) -> None:
    need(find_programs, "the webhook that is sent by hand")
    (order,) = PAGE.blocks("json")
    (line,) = [line for line in PAGE.shell_lines if line.startswith("curl ")]
    (tmp_path / "order.json").write_text(order)
    (tmp_path / "secret.txt").write_text(f"{SECRET}\n")
    keys = new_secret_key().get_secret_value()
    settings = build_settings(database_url, broadcast_url, WHEREABOUTS_SECRET_KEYS=keys)

    async with running_service(settings) as service:
        box = open_secrets(settings.secret_keys, settings.database_file)
        source = await create_source(box, "shop", SourceKind.SHOPIFY, SecretStr(SECRET))
        address = f"http://{service.address}/sources/{source.address_key}"
        process = await asyncio.create_subprocess_shell(
            ADDRESS.sub(address, line), stdout=asyncio.subprocess.PIPE, cwd=tmp_path
        )
        answer, _ = await process.communicate()
        await all_read()
        stored = await Order.get()

    assert answer.decode().startswith("HTTP/1.1 202 ")
    assert (stored.reference, stored.status, stored.total_minor) == (
        "#1001",
        OrderStatus.CONFIRMED,
        1998,
    )
