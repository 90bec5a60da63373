"""The checker compares the histories of writers and subscriptions with the change log.

It does no I/O.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise
from typing import NamedTuple

QUOTED_VIOLATIONS = 5
"""How many violations of one kind a report quotes; it counts all of them."""


class LogEntry(NamedTuple):
    """A change as the change log holds it."""

    position: int
    order: str
    sequence: int
    kind: str
    write_id: str | None
    """The name that the writer gave to its write: an order's reference or an event's source id."""


class ChangeReference(NamedTuple):
    """A change as an answer to a writer or a message to a subscriber names it."""

    position: int
    order: str
    sequence: int


@dataclass(frozen=True)
class SubscriptionFilter:
    """The orders and kinds of change that a subscription asks for; None stands for all of them."""

    orders: frozenset[str] | None = None
    kinds: frozenset[str] | None = None

    def matches(self, entry: LogEntry) -> bool:
        return (self.orders is None or entry.order in self.orders) and (
            self.kinds is None or entry.kind in self.kinds
        )


@dataclass
class SubscriptionHistory:
    """All that one subscription received, over however many connections."""

    name: str
    filter: SubscriptionFilter
    after: int
    received: list[ChangeReference] = field(default_factory=list)
    was_abandoned: bool = False
    """Whether the client gave it up: then no change after the last received one is owed to it."""


@dataclass
class WriteHistory:
    """All that the writers sent and all that the service acknowledged to them."""

    acknowledged: list[ChangeReference] = field(default_factory=list)
    acknowledged_ids: set[str] = field(default_factory=set)
    attempted_ids: set[str] = field(default_factory=set)
    """The ids of all writes that were sent at least once; some of them may never have arrived."""


@dataclass
class CheckResult:
    """All violations of the guarantees, by their kind. A correct run has none."""

    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    reordered: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    lost_writes: list[str] = field(default_factory=list)
    duplicated_writes: list[str] = field(default_factory=list)
    log_errors: list[str] = field(default_factory=list)

    @property
    def violations(self) -> dict[str, list[str]]:
        by_kind = {kind.name: getattr(self, kind.name) for kind in fields(self)}
        return {kind: violations for kind, violations in by_kind.items() if violations}

    def __str__(self) -> str:
        return "\n".join(
            f"{kind} ({len(violations)}): {'; '.join(violations[:QUOTED_VIOLATIONS])}"
            for kind, violations in self.violations.items()
        )


def check(
    log: Sequence[LogEntry],
    writes: WriteHistory,
    subscriptions: Iterable[SubscriptionHistory],
    sequences: Mapping[str, int],
) -> CheckResult:
    """Compare the histories with the log.

    `log` is ordered by position. `sequences` maps each order to the sequence number that its own
    row holds for its newest change.
    """
    result = CheckResult()
    _check_log(log, sequences, result)
    _check_writes(log, writes, result)
    entries_by_order: dict[str, list[LogEntry]] = defaultdict(list)
    for entry in log:
        entries_by_order[entry.order].append(entry)
    for subscription in subscriptions:
        expected = _expected_changes(subscription, log, entries_by_order)
        _check_subscription(expected, subscription, result)
    return result


def _check_log(log: Sequence[LogEntry], sequences: Mapping[str, int], result: CheckResult) -> None:
    change_counts: Counter[str] = Counter()
    for index, entry in enumerate(log, start=1):
        change_counts[entry.order] += 1
        if entry.position != index:
            result.log_errors.append(f"position {entry.position} is entry {index} of the log")
        if entry.sequence != change_counts[entry.order]:
            result.log_errors.append(f"{entry} is its order's change {change_counts[entry.order]}")
    for order in {*change_counts, *sequences}:
        sequence = sequences.get(order)
        if sequence != change_counts[order]:
            result.log_errors.append(
                f"{order} has sequence {sequence}, but {change_counts[order]} changes"
            )


def _check_writes(log: Sequence[LogEntry], writes: WriteHistory, result: CheckResult) -> None:
    logged = {ChangeReference(entry.position, entry.order, entry.sequence) for entry in log}
    for change in writes.acknowledged:
        if change not in logged:
            result.lost_writes.append(str(change))
    counts = Counter(entry.write_id for entry in log if entry.write_id in writes.attempted_ids)
    result.lost_writes += sorted(writes.acknowledged_ids - counts.keys())
    result.duplicated_writes += sorted(
        str(write_id) for write_id, count in counts.items() if count > 1
    )


def _expected_changes(
    subscription: SubscriptionHistory,
    log: Sequence[LogEntry],
    entries_by_order: Mapping[str, Sequence[LogEntry]],
) -> list[ChangeReference]:
    """Return the changes that the subscription should have received, in order."""
    orders = subscription.filter.orders
    entries = (
        log
        if orders is None
        else (entry for order in orders for entry in entries_by_order.get(order, ()))
    )
    last_received = max(
        (change.position for change in subscription.received), default=subscription.after
    )
    return sorted(
        ChangeReference(entry.position, entry.order, entry.sequence)
        for entry in entries
        if entry.position > subscription.after
        and subscription.filter.matches(entry)
        and not (subscription.was_abandoned and entry.position > last_received)
    )


def _check_subscription(
    expected: Sequence[ChangeReference], subscription: SubscriptionHistory, result: CheckResult
) -> None:
    name, received = subscription.name, subscription.received
    if expected == received:
        return
    counts = Counter(received)
    result.lost += [f"{name}: {change}" for change in expected if change not in counts]
    result.duplicated += [f"{name}: {change}" for change, count in counts.items() if count > 1]
    result.unexpected += [f"{name}: {change}" for change in counts.keys() - set(expected)]
    result.reordered += [
        f"{name}: {later} after {earlier}"
        for earlier, later in pairwise(received)
        if later.position < earlier.position
    ]
