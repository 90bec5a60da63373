"""Programs that tests need and that only the system can bring."""

from collections.abc import Callable

import pytest

from devservices.programs import ServiceMissing, is_everything_required

ARE_LEFT_OUT = "TESTS ARE LEFT OUT"
"""The words by which the summary of a run finds these among the reasons of skipped tests."""


def need(find: Callable[[], object], left_out: str) -> None:
    """Leave the test out, loudly, if a program is missing; never in continuous integration."""
    try:
        find()
    except ServiceMissing as missing:
        if is_everything_required():
            raise
        pytest.skip(f"{left_out}: {missing}")
