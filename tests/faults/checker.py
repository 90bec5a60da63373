"""The judge: compares what was acknowledged and what was received with the log. No I/O."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import NamedTuple

SHOWN = 5
"""Complaints of one kind that are quoted; all are counted."""


class Entry(NamedTuple):
    """A change as the log has it."""

    position: int
    order: str
    sequence: int
    kind: str
    mark: str | None
    """What the writer called it: an order's reference, a source's id of an event."""


class Receipt(NamedTuple):
    """A change as it was told to somebody."""

    position: int
    order: str
    sequence: int


@dataclass(frozen=True)
class Selection:
    """What a follower asked for: these orders, these kinds; None is all of them."""

    orders: frozenset[str] | None = None
    kinds: frozenset[str] | None = None

    def admits(self, entry: Entry) -> bool:
        return (self.orders is None or entry.order in self.orders) and (
            self.kinds is None or entry.kind in self.kinds
        )


@dataclass
class Followed:
    """What one follower asked for, and all it received, over however many connections."""

    name: str
    selection: Selection
    after: int
    received: list[Receipt] = field(default_factory=list)
    has_left: bool = False
    """It went before the end, and is owed nothing after the last change that it received."""


@dataclass
class Written:
    """What writers know."""

    acknowledged: list[Receipt] = field(default_factory=list)
    marks: Counter[str] = field(default_factory=Counter)
    """How often each mark was acknowledged: at least once, or it would not be here."""
    tried: set[str] = field(default_factory=set)
    """Marks that were sent at least once; not all of them have to have arrived."""


@dataclass
class Verdict:
    """Every complaint, by what is wrong. A run without complaints is one that held."""

    lost: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    shuffled: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    unlogged: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    holes: list[str] = field(default_factory=list)

    @property
    def complaints(self) -> dict[str, list[str]]:
        every = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: found for name, found in every.items() if found}

    def __str__(self) -> str:
        return "\n".join(
            f"{name} ({len(found)}): {'; '.join(found[:SHOWN])}"
            for name, found in self.complaints.items()
        )


def judge(
    log: Sequence[Entry],
    written: Written,
    followed: Iterable[Followed],
    sequences: Mapping[str, int],
) -> Verdict:
    """`log` is in the order of positions, `sequences` what each order says of its newest change."""
    verdict = Verdict()
    _judge_log(log, sequences, verdict)
    _judge_writers(log, written, verdict)
    by_order: dict[str, list[Entry]] = defaultdict(list)
    for entry in log:
        by_order[entry.order].append(entry)
    for one in followed:
        _judge_follower(_meant(one, log, by_order), one, verdict)
    return verdict


def _judge_log(log: Sequence[Entry], sequences: Mapping[str, int], verdict: Verdict) -> None:
    newest: Counter[str] = Counter()
    for place, entry in enumerate(log, start=1):
        newest[entry.order] += 1
        if entry.position != place:
            verdict.holes.append(f"position {entry.position} stands at place {place}")
        if entry.sequence != newest[entry.order]:
            verdict.holes.append(f"{entry} is its order's change {newest[entry.order]}")
    for order in {*newest, *sequences}:
        if sequences.get(order) != newest[order]:
            says = sequences.get(order)
            verdict.holes.append(f"{order} says {says}, and has {newest[order]} changes")


def _judge_writers(log: Sequence[Entry], written: Written, verdict: Verdict) -> None:
    logged = {Receipt(entry.position, entry.order, entry.sequence) for entry in log}
    for receipt in written.acknowledged:
        if receipt not in logged:
            verdict.unlogged.append(str(receipt))
    marks = Counter(entry.mark for entry in log if entry.mark in written.tried)
    verdict.unlogged += sorted(written.marks.keys() - marks.keys())
    verdict.doubled += sorted(str(mark) for mark, count in marks.items() if count > 1)


def _meant(
    one: Followed, log: Sequence[Entry], by_order: Mapping[str, Sequence[Entry]]
) -> list[Receipt]:
    """What it should have received."""
    orders = one.selection.orders
    entries = log if orders is None else (e for order in orders for e in by_order.get(order, ()))
    until = max((receipt.position for receipt in one.received), default=one.after)
    return sorted(
        Receipt(entry.position, entry.order, entry.sequence)
        for entry in entries
        if entry.position > one.after
        and one.selection.admits(entry)
        and not (one.has_left and entry.position > until)
    )


def _judge_follower(meant: Sequence[Receipt], one: Followed, verdict: Verdict) -> None:
    if meant == one.received:
        return
    counts = Counter(one.received)
    verdict.lost += [f"{one.name}: {receipt}" for receipt in meant if receipt not in counts]
    verdict.repeated += [f"{one.name}: {receipt}" for receipt, n in counts.items() if n > 1]
    verdict.invented += [f"{one.name}: {receipt}" for receipt in counts.keys() - set(meant)]
    verdict.shuffled += [
        f"{one.name}: {later} after {earlier}"
        for earlier, later in zip(one.received, one.received[1:], strict=False)
        if later.position < earlier.position
    ]
