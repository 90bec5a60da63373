"""npm's graphql-http: its audits say how well a server keeps to the specification."""

import pytest

from tests.clients.node import audits
from tests.live_server import RunningService

pytestmark = pytest.mark.usefixtures("packages")


async def test_every_audit_passes_without_a_warning(service: RunningService) -> None:
    found = await audits(f"http://{service.address}/graphql")

    assert len(found) > 60
    assert [one for one in found if one["status"] != "ok"] == []
