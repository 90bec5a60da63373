"""npm's graphql-http audits how well a server conforms to GraphQL over HTTP."""

import pytest

from tests.clients.node import run_audits
from tests.live_server import RunningService

pytestmark = [pytest.mark.usefixtures("packages"), pytest.mark.slow]


async def test_every_audit_passes_without_a_warning(service: RunningService) -> None:
    results = await run_audits(f"http://{service.address}/graphql")

    assert len(results) > 60
    assert [result for result in results if result["status"] != "ok"] == []
