"""Workers: the tests that belong together are where the schedule looks for them."""

import pytest

from config import PROJECT
from tests.workers import TOGETHER


@pytest.mark.parametrize("place", TOGETHER)
def test_a_place_whose_tests_go_to_one_worker_is_there(place: str) -> None:
    assert (PROJECT / place).exists()
