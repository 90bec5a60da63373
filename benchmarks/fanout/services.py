"""The servers that are compared, and what they take of the machine."""

import os
import resource
from pathlib import Path

from benchmarks.ingest.services import MeasuredServer
from devservices.ports import HOST

TICK = 1 / os.sysconf("SC_CLK_TCK")


class MeteredServer(MeasuredServer):
    """One that tells what it used."""

    def cpu_seconds(self) -> float:
        """What it has computed, in user and kernel mode."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * TICK

    def memory_kib(self) -> int:
        """Its share of the machine's memory."""
        lines = Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


class Followed(MeteredServer):
    """Whereabouts."""

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


class Bare(MeteredServer):
    """The program of `benchmarks.fanout.bare`."""

    name = "bare"
    arguments = ("-m", "benchmarks.fanout.bare")

    def __init__(self) -> None:
        super().__init__({})


def open_many_files() -> None:
    """As many as the system allows this process, and all that it starts."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
