"""Measurements of one server, and the comparison of two servers in alternating rounds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import orjson

from benchmarks.reads.load_generator import Connection, Load, Round
from benchmarks.reads.queries import QUERIES
from benchmarks.reads.servers import ReadServer
from benchmarks.reads.workload import CONNECTIONS

COMPARED_ANSWERS = 25
"""How many answers to each query are compared."""
WARM_UP_ANSWERS = 100
"""How many answers to each query are not timed: they fill the caches and make the plans."""
TIME = re.compile(rb'(T\d\d:\d\d:\d\d)(?:\.0+|(\.\d*?)0*)?(?:Z|\+00:00)"')

Loads = Mapping[str, Load]
"""Loads by the name of their query."""


class DifferentAnswers(RuntimeError):
    """The two servers give different answers, so a comparison of their speed means nothing."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The fastest round of each server.

    The fastest round counts because other load on the machine can only slow a round down.
    """

    service: Round
    baseline: Round

    @property
    def ratio(self) -> float:
        return self.service.rate / self.baseline.rate

    @property
    def core_ratio(self) -> float:
        """The ratio by the servers' processor time.

        It depends less on other load, and not on how fast PostgreSQL answers.
        """
        return self.baseline.core_us / self.service.core_us


@dataclass(frozen=True, slots=True)
class MeasuredTarget:
    """A server and the loads that it is measured with."""

    server: ReadServer
    loads: Loads

    def warm_up(self) -> None:
        for query in QUERIES:
            self.loads[query.name].run(self.server.url, count=WARM_UP_ANSWERS)

    def run_round(self, query: str, seconds: float, connections: int = CONNECTIONS) -> Round:
        cpu_before = self.server.cpu_seconds()
        load = self.loads[query].limited_to(connections)
        round_ = load.run(self.server.url, seconds=seconds)
        return replace(round_, core_seconds=self.server.cpu_seconds() - cpu_before)

    def memory_mib(self) -> float:
        """Return the memory of the server after it has answered some requests of each query."""
        self.warm_up()
        return self.server.memory_mib()


def require_equal_answers(service: MeasuredTarget, baseline: MeasuredTarget) -> bool:
    """Return whether the answers of both servers are identical to the byte.

    Raises DifferentAnswers if they differ in meaning.
    """
    is_identical = True
    for query in QUERIES:
        loads = [target.loads[query.name] for target in (service, baseline)]
        with (
            Connection(service.server.url, loads[0].key) as service_connection,
            Connection(baseline.server.url, loads[1].key) as baseline_connection,
        ):
            bodies = (load.bodies[0][:COMPARED_ANSWERS] for load in loads)
            for service_body, baseline_body in zip(*bodies, strict=True):
                answers = (
                    service_connection.request(service_body),
                    baseline_connection.request(baseline_body),
                )
                is_identical = is_identical and answers[0] == answers[1]
                if normalized(answers[0]) != normalized(answers[1]):
                    texts = "\n".join(answer.decode() for answer in answers)
                    raise DifferentAnswers(f"{query.name}:\n{texts}")
    return is_identical


def normalized(answer: bytes) -> object:
    """Return a decoded answer in which equal times have equal texts."""
    return orjson.loads(TIME.sub(rb'\1\2Z"', answer))


def compare(
    service: MeasuredTarget, baseline: MeasuredTarget, query: str, rounds: int, seconds: float
) -> Comparison:
    """Measure both servers in alternating rounds."""
    service_rounds: list[Round] = []
    baseline_rounds: list[Round] = []
    for _ in range(rounds):
        service_rounds.append(service.run_round(query, seconds))
        baseline_rounds.append(baseline.run_round(query, seconds))
    return Comparison(fastest(service_rounds), fastest(baseline_rounds))


def fastest(rounds: list[Round]) -> Round:
    return max(rounds, key=lambda round_: round_.rate)
