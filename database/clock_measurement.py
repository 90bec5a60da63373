"""Clock measurements: what time it is at the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic


@dataclass(frozen=True, slots=True)
class ClockMeasurement:
    """The time of the database at a moment of this process's monotonic clock."""

    time: datetime
    moment: float
    expires: float

    def now(self) -> datetime:
        return self.time + timedelta(seconds=monotonic() - self.moment)
