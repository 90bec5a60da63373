"""The two measured servers, with their use of processor time and memory."""

import os
import resource
from pathlib import Path

from benchmarks.ingest.servers import MeasuredServer
from devservices.ports import HOST

CLOCK_TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")


class InstrumentedServer(MeasuredServer):
    """A server that reports its use of processor time and memory."""

    def cpu_seconds(self) -> float:
        """Return the processor time that it has used, in user and kernel mode."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * CLOCK_TICK_SECONDS

    def memory_kib(self) -> int:
        """Return its proportional set size: its memory, with its share of shared pages."""
        lines = Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


class WhereaboutsServer(InstrumentedServer):
    """The service itself, as `python server.py` starts it."""

    name = "whereabouts"
    arguments = ("server.py",)

    def __init__(self, database_url: str, broadcast_url: str) -> None:
        super().__init__(
            {
                "WHEREABOUTS_DATABASE_URL": database_url,
                "WHEREABOUTS_BROADCAST_URL": broadcast_url,
                "WHEREABOUTS_HOST": HOST,
                "WHEREABOUTS_LOG_LEVEL": "warning",
                "WHEREABOUTS_SWEEP_SECONDS": "3600",
            }
        )


class BaselineServer(InstrumentedServer):
    """The program of `benchmarks.fanout.baseline`."""

    name = "baseline"
    arguments = ("-m", "benchmarks.fanout.baseline")

    def __init__(self) -> None:
        super().__init__({})


def raise_file_limit() -> None:
    """Allow this process and its children as many open files as the system permits."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
