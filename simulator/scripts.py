"""Scripts: journeys while they are being written."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from simulator.steps import Act, PlacedOrder, Step


@dataclass
class Script:
    """A journey that is being written. `clock` is its present time in UTC."""

    order: PlacedOrder
    random: Random
    clock: datetime
    steps: list[Step] = field(default_factory=list)

    def wait(self, least: float, most: float) -> None:
        """Let between `least` and `most` hours pass."""
        self.clock += timedelta(seconds=round(self.random.uniform(least, most) * 3600))

    def act(self, act: Act, late_by: timedelta = timedelta(0)) -> None:
        """Add an act of the shop at this time, reported now or later by `late_by`."""
        self.steps.append(Step(self.clock, self.clock + late_by, act))
