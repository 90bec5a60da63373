"""What is measured of a server, and of two in turns."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import orjson

from benchmarks.reads.workload import CALLERS
from benchmarks.reads.load_generator import Connection, Load, Round
from benchmarks.reads.queries import QUESTIONS
from benchmarks.reads.servers import Reading

COMPARED = 25
"""Answers to each question."""
WARM_UP = 100
"""Answers to each question whose time is not taken: plans are made, caches filled."""
TIME = re.compile(rb'(T\d\d:\d\d:\d\d)(?:\.0+|(\.\d*?)0*)?(?:Z|\+00:00)"')

Loads = Mapping[str, Load]
"""By the question's name."""


class DifferentAnswers(RuntimeError):
    """The two servers do not answer the same, so that comparing them means nothing."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The best round of ours and of the bare application's: whatever else the machine does can only
    slow one down."""

    ours: Round
    bare: Round

    @property
    def ratio(self) -> float:
        return self.ours.rate / self.bare.rate

    @property
    def core_ratio(self) -> float:
        """The same by what the server's core computed: steadier where others use the machine, and
        not bounded by how fast PostgreSQL answers."""
        return self.bare.core_us / self.ours.core_us


@dataclass(frozen=True, slots=True)
class Measured:
    """A server, and what it is asked."""

    server: Reading
    loads: Loads

    def warm_up(self) -> None:
        for question in QUESTIONS:
            self.loads[question.name].run(self.server.url, count=WARM_UP)

    def round(self, question: str, seconds: float, callers: int = CALLERS) -> Round:
        before = self.server.cpu_seconds()
        load = self.loads[question].of(callers)
        found = load.run(self.server.url, seconds=seconds)
        return replace(found, core_seconds=self.server.cpu_seconds() - before)

    def memory_mib(self) -> float:
        """Of a server that has answered some of each."""
        self.warm_up()
        return self.server.memory_mib()


def demand_same_answers(ours: Measured, bare: Measured) -> bool:
    """Whether they are the same to the byte; if not even in meaning, raises DifferentAnswers."""
    is_same = True
    for question in QUESTIONS:
        asked = [one.loads[question.name] for one in (ours, bare)]
        with (
            Connection(ours.server.url, asked[0].key) as our_connection,
            Connection(bare.server.url, asked[1].key) as bare_connection,
        ):
            for one, other in zip(*(load.bodies[0][:COMPARED] for load in asked), strict=True):
                answers = our_connection.ask(one), bare_connection.ask(other)
                is_same = is_same and answers[0] == answers[1]
                if meaning(answers[0]) != meaning(answers[1]):
                    said = "\n".join(answer.decode() for answer in answers)
                    raise DifferentAnswers(f"{question.name}:\n{said}")
    return is_same


def meaning(answer: bytes) -> object:
    """The same times in one form."""
    return orjson.loads(TIME.sub(rb'\1\2Z"', answer))


def compare(
    ours: Measured, bare: Measured, question: str, rounds: int, seconds: float
) -> Comparison:
    """In turns."""
    found: dict[str, list[Round]] = {"ours": [], "bare": []}
    for _ in range(rounds):
        for name, measured in (("ours", ours), ("bare", bare)):
            found[name].append(measured.round(question, seconds))
    return Comparison(*[best(one) for one in found.values()])


def best(rounds: list[Round]) -> Round:
    return max(rounds, key=lambda one: one.rate)
