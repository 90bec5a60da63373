"""Estimates: which of several is current, and which was the first."""

import random

from hypothesis import given
from hypothesis import strategies as st

from models.enums import EstimateSource
from models.estimates import (
    Estimate,
    current_estimate,
    expectation_of,
    first_estimate,
    in_order,
    promise_of,
    put_expectation,
)
from tests.factories.in_memory import build_estimate, build_order, build_shipment, hour

CARRIER, OPERATOR = EstimateSource.CARRIER, EstimateSource.OPERATOR
PREDICTION, PROMISE = EstimateSource.PREDICTION, EstimateSource.PROMISE
THE_PROMISE = promise_of(build_order(promised_at=hour(48)))


def latest(estimates: list[Estimate], promise: bool = True) -> object:
    current = current_estimate(estimates, THE_PROMISE if promise else None)
    return current and (current.source, current.latest)


def test_the_newest_by_its_own_moment_is_current() -> None:
    newer, older = build_estimate(CARRIER, 5, 30), build_estimate(OPERATOR, 4, 40)

    assert latest([newer, older]) == (CARRIER, hour(30))


def test_the_operator_is_current_on_a_tie() -> None:
    operator = build_estimate(OPERATOR, 5, 40, tie_break="a")
    carrier = build_estimate(CARRIER, 5, 30, tie_break="b")

    assert latest([operator, carrier]) == latest([carrier, operator]) == (OPERATOR, hour(40))


def test_without_an_estimate_the_promise_is_current() -> None:
    assert latest([]) == (PROMISE, hour(48))
    assert latest([], promise=False) is None


def test_an_old_estimate_is_current_over_the_promise() -> None:
    assert latest([build_estimate(CARRIER, -500, 60)]) == (CARRIER, hour(60))


def test_a_prediction_is_current_only_without_all_else() -> None:
    prediction, carrier = build_estimate(PREDICTION, 9, 70), build_estimate(CARRIER, 1, 60)

    assert latest([prediction]) == (PROMISE, hour(48))
    assert latest([prediction, carrier]) == (CARRIER, hour(60))
    assert latest([prediction], promise=False) == (PREDICTION, hour(70))


def test_a_retracted_estimate_is_neither_current_nor_first() -> None:
    retracted = build_estimate(CARRIER, 1, 60, is_retracted=True)
    standing = build_estimate(CARRIER, 0, 50)

    assert latest([retracted, standing]) == (CARRIER, hour(50))
    assert first_estimate([retracted]) is None


def test_the_first_estimate_is_the_first_by_moment() -> None:
    late, early = build_estimate(OPERATOR, 1, 50), build_estimate(CARRIER, 0, 60)

    assert first_estimate([late, early]) is early
    assert in_order([late, early]) == [early, late]


def test_an_expectation_is_read_as_it_was_put() -> None:
    shipment = build_shipment()
    current = current_estimate([build_estimate(CARRIER, 1, 60, reason="Snow")], None)

    put_expectation(shipment, current)
    assert expectation_of(shipment) == current

    put_expectation(shipment, None)
    assert expectation_of(shipment) is None


some = st.lists(
    st.builds(
        build_estimate,
        st.sampled_from([CARRIER, OPERATOR, PREDICTION]),
        st.integers(0, 2),
        st.integers(10, 90),
    ),
    max_size=8,
)


@given(some, st.booleans(), st.randoms(use_true_random=False))
def test_any_order_of_arrival_leaves_the_same_estimate_current(
    estimates: list[Estimate], has_promise: bool, chance: random.Random
) -> None:
    shuffled = chance.sample(estimates, len(estimates))
    promise = THE_PROMISE if has_promise else None

    assert current_estimate(shuffled, promise) == current_estimate(estimates, promise)
    assert first_estimate(shuffled) is first_estimate(estimates)
