"""The checker reports each violation, and none where there is none."""

import pytest

from tests.faults.checker import (
    ChangeReference,
    CheckResult,
    LogEntry,
    SubscriptionFilter,
    SubscriptionHistory,
    WriteHistory,
    check,
)

LOG = [
    LogEntry(1, "A", 1, "ORDER_CREATED", "order 1"),
    LogEntry(2, "B", 1, "ORDER_CREATED", "order 2"),
    LogEntry(3, "A", 2, "EVENT_RECORDED", "event 1"),
    LogEntry(4, "A", 3, "ORDER_STATUS", None),
    LogEntry(5, "B", 2, "EVENT_RECORDED", "event 2"),
]
SEQUENCES = {"A": 3, "B": 2}
ALL_CHANGES = [ChangeReference(entry.position, entry.order, entry.sequence) for entry in LOG]
CHANGES_OF_A = [change for change in ALL_CHANGES if change.order == "A"]


def violations_of(
    *subscriptions: SubscriptionHistory,
    log: list[LogEntry] = LOG,
    writes: WriteHistory | None = None,
) -> dict[str, list[str]]:
    return check(log, writes or WriteHistory(), subscriptions, SEQUENCES).violations


def subscription_to_a(
    *received: ChangeReference, after: int = 0, was_abandoned: bool = False
) -> SubscriptionHistory:
    filter_ = SubscriptionFilter(frozenset("A"))
    return SubscriptionHistory("one", filter_, after, list(received), was_abandoned)


def test_complete_histories_in_order_have_no_violations():
    events = SubscriptionFilter(kinds=frozenset({"EVENT_RECORDED"}))
    both_orders = SubscriptionFilter(frozenset("AB"))

    assert not violations_of(
        subscription_to_a(*CHANGES_OF_A),
        subscription_to_a(*CHANGES_OF_A[1:], after=1),
        subscription_to_a(*CHANGES_OF_A[2:], after=3),
        SubscriptionHistory("two", SubscriptionFilter(), 0, ALL_CHANGES),
        SubscriptionHistory("three", both_orders, 2, ALL_CHANGES[2:]),
        SubscriptionHistory("four", events, 0, [ALL_CHANGES[2], ALL_CHANGES[4]]),
        writes=WriteHistory(ALL_CHANGES, {"order 1", "event 1"}, {"order 1", "event 1"}),
    )


@pytest.mark.parametrize("missing", range(3))
def test_a_change_that_did_not_come_is_lost(missing: int):
    received = [change for index, change in enumerate(CHANGES_OF_A) if index != missing]

    assert violations_of(subscription_to_a(*received)) == {
        "lost": [f"one: {CHANGES_OF_A[missing]}"]
    }


def test_a_change_that_came_again_is_duplicated():
    received = [*CHANGES_OF_A[:2], *CHANGES_OF_A[1:]]

    assert violations_of(subscription_to_a(*received)) == {
        "duplicated": [f"one: {CHANGES_OF_A[1]}"]
    }


def test_changes_out_of_order_are_reordered():
    first, second, third = CHANGES_OF_A

    assert violations_of(subscription_to_a(first, third, second)) == {
        "reordered": [f"one: {second} after {third}"]
    }


def test_a_change_that_was_not_asked_for_is_unexpected():
    foreign = ALL_CHANGES[1]

    assert violations_of(subscription_to_a(CHANGES_OF_A[0], foreign, *CHANGES_OF_A[1:])) == {
        "unexpected": [f"one: {foreign}"]
    }
    assert violations_of(subscription_to_a(*CHANGES_OF_A, after=1)) == {
        "unexpected": [f"one: {CHANGES_OF_A[0]}"]
    }


def test_a_change_with_another_sequence_is_lost_and_unexpected():
    wrong = ChangeReference(3, "A", 7)

    assert violations_of(subscription_to_a(CHANGES_OF_A[0], wrong, CHANGES_OF_A[2])) == {
        "lost": [f"one: {CHANGES_OF_A[1]}"],
        "unexpected": [f"one: {wrong}"],
    }


def test_an_abandoned_subscription_is_owed_only_what_came_before_its_last_change():
    assert not violations_of(
        subscription_to_a(*CHANGES_OF_A[:2], was_abandoned=True),
        subscription_to_a(was_abandoned=True),
    )
    assert violations_of(subscription_to_a(CHANGES_OF_A[2], was_abandoned=True)) == {
        "lost": [f"one: {CHANGES_OF_A[0]}", f"one: {CHANGES_OF_A[1]}"]
    }


def test_an_acknowledged_write_that_is_not_in_the_log_is_a_lost_write():
    writes = WriteHistory(
        [ChangeReference(3, "A", 2), ChangeReference(6, "A", 4)],
        {"event 1", "event 9"},
        {"event 1", "event 9", "event 10"},
    )

    assert violations_of(writes=writes) == {
        "lost_writes": [str(ChangeReference(6, "A", 4)), "event 9"]
    }


def test_a_write_that_is_twice_in_the_log_is_a_duplicated_write():
    log = [*LOG, LogEntry(6, "B", 3, "EVENT_RECORDED", "event 1")]
    writes = WriteHistory(attempted_ids={"event 1"})

    assert check(log, writes, [], {"A": 3, "B": 3}).violations == {"duplicated_writes": ["event 1"]}


def test_a_log_with_gaps_has_errors():
    without_3 = [entry for entry in LOG if entry.position != 3]

    assert violations_of(log=without_3) == {
        "log_errors": [
            "position 4 is entry 3 of the log",
            f"{LOG[3]} is its order's change 2",
            "position 5 is entry 4 of the log",
            "A has sequence 3, but 2 changes",
        ]
    }


def test_all_violations_are_counted_and_the_first_of_them_quoted():
    result = CheckResult(lost=[f"change {n}" for n in range(7)])

    assert str(result) == "lost (7): change 0; change 1; change 2; change 3; change 4"
