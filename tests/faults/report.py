"""The report of a run: what was written and delivered, what was broken, and what went missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.faults.workload import Crowd
from tests.faults.checker import Verdict
from tests.faults.schedule import Struck


@dataclass(frozen=True)
class Report:
    struck: Sequence[Struck]
    changes: int
    delays: Sequence[float]
    tally: object
    mistakes: dict[str, int]
    verdict: Verdict
    stuck: Sequence[str]

    @property
    def failures(self) -> list[str]:
        """What may never be, however busy the machine is."""
        wrong = [f"{count} times {what}" for what, count in self.mistakes.items()]
        stuck = [f"stuck: {client}" for client in self.stuck]
        verdict = str(self.verdict)
        return [*wrong, *stuck, *([verdict] if verdict else [])]

    @property
    def doubts(self) -> list[str]:
        """Faults that hit nothing, so that they prove nothing."""
        return [f"did not hit: {one}" for one in self.struck if not one.has_hit]

    @property
    def late(self) -> list[str]:
        """Faults that took too long, which says as much of the machine as of the service."""
        return [f"late: {one}" for one in self.struck if one.is_late]

    def __str__(self) -> str:
        kinds = ("lost", "repeated", "shuffled", "invented", "unlogged", "doubled", "holes")
        counts = ", ".join(f"{kind} {len(getattr(self.verdict, kind))}" for kind in kinds)
        lines = [
            f"changes {self.changes}; {self.tally}",
            f"from answer to follower: {_percentiles(self.delays)}",
            f"faults {sum(len(one.names) for one in self.struck)}, slowest to catch up "
            f"{max((one.caught_up for one in self.struck), default=0.0):.2f} s",
            counts,
        ]
        return "\n".join(lines)


async def finish(crowd: Crowd, struck: Sequence[Struck]) -> Report:
    verdict = await crowd.finish()
    return Report(
        struck,
        len(crowd.ledger.entries),
        crowd.delays(),
        crowd.tally,
        crowd.tally.mistakes,
        verdict,
        crowd.stuck,
    )


def _percentiles(delays: Sequence[float]) -> str:
    if not delays:
        return "nothing measured"
    shares = {"half": 0.5, "99 %": 0.99, "99.9 %": 0.999}
    parts = [
        f"{name} within {delays[int(share * (len(delays) - 1))] * 1000:.0f} ms"
        for name, share in shares.items()
    ]
    return f"{', '.join(parts)}, last after {delays[-1] * 1000:.0f} ms, of {len(delays)}"
