"""Tests of a program that a machine lacks are left out, but never in continuous integration."""

from collections.abc import Generator
from contextlib import contextmanager

import pytest

from devservices.programs import ServiceMissing, is_everything_required


@contextmanager
def left_out_if_missing(left_out: str) -> Generator[None, None, None]:
    """Skip the test if the block raises `ServiceMissing`; the text says what is left out."""
    try:
        yield
    except ServiceMissing as missing:
        if is_everything_required():
            raise
        pytest.skip(f"{left_out}: {missing}")
