"""A clock for the rate limits of a running service that stands still, so that no minute ends."""

from tests.live_server import RunningService

NOW = 1_800_000_000.0 + 20
"""Twenty seconds after a minute began, and eight hours after a day did."""


def stop_the_clock(service: RunningService) -> None:
    admission = service.service.callers.admission
    assert admission is not None
    limits = admission.rate_limits
    limits._clock = limits._own._clock = lambda: NOW
