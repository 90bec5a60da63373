"""The judge says what is wrong, and nothing of what is right."""

from collections import Counter

import pytest

from tests.faults.checker import Entry, Followed, Receipt, Selection, Verdict, Written, judge

LOG = [
    Entry(1, "A", 1, "ORDER_CREATED", "order 1"),
    Entry(2, "B", 1, "ORDER_CREATED", "order 2"),
    Entry(3, "A", 2, "EVENT_RECORDED", "event 1"),
    Entry(4, "A", 3, "ORDER_STATUS", None),
    Entry(5, "B", 2, "EVENT_RECORDED", "event 2"),
]
SEQUENCES = {"A": 3, "B": 2}
TOLD = [Receipt(entry.position, entry.order, entry.sequence) for entry in LOG]
OF_A = [told for told in TOLD if told.order == "A"]


def verdict_on(
    *followed: Followed, log: list[Entry] = LOG, written: Written | None = None
) -> dict[str, list[str]]:
    return judge(log, written or Written(), followed, SEQUENCES).complaints


def of_a(*received: Receipt, after: int = 0, has_left: bool = False) -> Followed:
    return Followed("one", Selection(frozenset("A")), after, list(received), has_left)


def test_who_received_all_of_it_in_order_has_nothing_to_complain_of():
    events = Selection(kinds=frozenset({"EVENT_RECORDED"}))

    assert not verdict_on(
        of_a(*OF_A),
        of_a(*OF_A[1:], after=1),
        of_a(*OF_A[2:], after=3),
        Followed("two", Selection(), 0, TOLD),
        Followed("three", Selection(frozenset("AB")), 2, TOLD[2:]),
        Followed("four", events, 0, [TOLD[2], TOLD[4]]),
        written=Written(TOLD, Counter({"order 1": 1, "event 1": 2}), {"order 1", "event 1"}),
    )


@pytest.mark.parametrize("missing", range(3))
def test_a_change_that_did_not_come_is_lost(missing: int):
    received = [told for place, told in enumerate(OF_A) if place != missing]

    assert verdict_on(of_a(*received)) == {"lost": [f"one: {OF_A[missing]}"]}


def test_a_change_that_came_again_is_repeated():
    assert verdict_on(of_a(*OF_A[:2], *OF_A[1:])) == {"repeated": [f"one: {OF_A[1]}"]}


def test_changes_out_of_order_are_shuffled():
    first, second, third = OF_A

    assert verdict_on(of_a(first, third, second)) == {"shuffled": [f"one: {second} after {third}"]}


def test_what_was_not_asked_for_is_invented():
    assert verdict_on(of_a(OF_A[0], TOLD[1], *OF_A[1:])) == {"invented": [f"one: {TOLD[1]}"]}
    assert verdict_on(of_a(*OF_A, after=1)) == {"invented": [f"one: {OF_A[0]}"]}


def test_a_change_told_with_another_sequence_is_lost_and_invented():
    wrong = Receipt(3, "A", 7)

    assert verdict_on(of_a(OF_A[0], wrong, OF_A[2])) == {
        "lost": [f"one: {OF_A[1]}"],
        "invented": [f"one: {wrong}"],
    }


def test_who_left_is_owed_nothing_more_but_all_before():
    assert not verdict_on(of_a(*OF_A[:2], has_left=True), of_a(has_left=True))
    assert verdict_on(of_a(OF_A[2], has_left=True)) == {
        "lost": [f"one: {OF_A[0]}", f"one: {OF_A[1]}"]
    }


def test_what_was_acknowledged_and_is_not_in_the_log_is_named():
    written = Written(
        [Receipt(3, "A", 2), Receipt(6, "A", 4)],
        Counter({"event 1": 1, "event 9": 1}),
        {"event 1", "event 9", "event 10"},
    )

    assert verdict_on(written=written) == {"unlogged": [str(Receipt(6, "A", 4)), "event 9"]}


def test_what_was_sent_again_and_is_twice_in_the_log_is_named():
    log = [*LOG, Entry(6, "B", 3, "EVENT_RECORDED", "event 1")]
    written = Written(tried={"event 1"})

    assert judge(log, written, [], {"A": 3, "B": 3}).complaints == {"doubled": ["event 1"]}


def test_a_log_with_holes_is_not_whole():
    without_3 = [entry for entry in LOG if entry.position != 3]

    assert verdict_on(log=without_3) == {
        "holes": [
            "position 4 stands at place 3",
            f"{LOG[3]} is its order's change 2",
            "position 5 stands at place 4",
            "A says 3, and has 2 changes",
        ]
    }


def test_many_complaints_are_counted_and_the_first_of_them_quoted():
    verdict = Verdict(lost=[f"change {n}" for n in range(7)])

    assert str(verdict) == "lost (7): change 0; change 1; change 2; change 3; change 4"
