"""No generated operation makes the service say that it has a fault, whoever sends it."""

from pathlib import Path

from tests.fuzzing.generated_requests import SECRETS, VIEWERS, Extent, fuzz, make_fuzzed_order
from tests.server_processes import server_processes

FEW = Extent(examples=1, seed=1)
"""The requests of one viewer take some seconds; `make fuzz` sends more."""


async def test_no_generated_operation_is_an_internal_error(
    database_url: str, broadcast_url: str, tmp_path: Path
) -> None:
    order = await make_fuzzed_order(database_url)

    async with server_processes(tmp_path, database_url, broadcast_url, **SECRETS) as server:
        found = {name: await fuzz(server, order, name, FEW, tmp_path) for name in VIEWERS}

    assert found == dict.fromkeys(VIEWERS, "")
