"""The stored webhooks of a running server."""

import asyncio

from models.enums.intakes import IntakeState
from models.intakes import Intake
from tests.timeouts import TIMEOUT


async def all_read() -> None:
    """Wait until the server has read all that it has stored."""
    async with asyncio.timeout(TIMEOUT):
        while await Intake.filter(state=IntakeState.RECEIVED).exists():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
