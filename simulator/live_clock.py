"""The clock of the live phase: journeys run faster than time, and their events happen now."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from simulator.steps import CarrierEvent, Clock, Dispatch, Estimate, Step

# A server's clock may be a little behind ours, and it takes no command from the future.
CLOCK_ALLOWANCE = timedelta(seconds=1)


@dataclass
class Quickened:
    """One order's time since `anchor`: `speed` seconds of its journey pass in a second.

    `behind` is how much later than so its steps are sent, because there were too many."""

    anchor: datetime
    speed: float
    behind: timedelta = timedelta(0)

    def due_at(self, step: Step) -> datetime:
        """Return the time at which to send the step."""
        return self._moment(step.reported_at) + self.behind

    def retell(self, step: Step, now: datetime) -> Step:
        """Return the step with the times that are reported at `now`."""
        self.behind = max(self.behind, now - self._moment(step.reported_at))
        at = step.at
        if at > self.anchor:
            at = min(now - CLOCK_ALLOWANCE, self._moment(at) + self.behind)
        return _reported_live(step, at, now)

    def _moment(self, moment: datetime) -> datetime:
        if moment <= self.anchor:
            return moment
        return self.anchor + (moment - self.anchor) / self.speed


class Pace:
    """Lets `rate` callers pass in a second, one after another."""

    def __init__(self, rate: float) -> None:
        self._gap = 1 / rate
        self._next = 0.0

    async def turn(self) -> None:
        """Wait for the caller's turn."""
        clock = asyncio.get_running_loop().time
        mine = max(self._next, clock())
        self._next = mine + self._gap
        await asyncio.sleep(mine - clock())


async def wait_until(moment: datetime) -> None:
    """Sleep until the moment has come."""
    await asyncio.sleep(max(0.0, (moment - datetime.now(UTC)).total_seconds()))


def _reported_live(step: Step, at: datetime, now: datetime) -> Step:
    act = step.act
    if isinstance(act, Dispatch | CarrierEvent):
        act = replace(act, estimate=_moved(act.estimate, now - step.at))
    if isinstance(act, CarrierEvent):
        # A date alone, or a sped-up repetition without an id, would count as something else.
        stamp = f"live-{act.tracking_number}-{act.type}-{step.at:%Y%m%d%H%M%S}"
        act = replace(act, clock=Clock.UTC, source_event_id=act.source_event_id or stamp)
    return Step(at, now, act)


def _moved(estimate: Estimate | None, by: timedelta) -> Estimate | None:
    if estimate is None:
        return None
    earliest, latest = estimate.earliest + by, estimate.latest + by
    return replace(estimate, earliest=earliest, latest=latest)
