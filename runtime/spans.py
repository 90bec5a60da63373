"""Spans of operations: nothing is traced, and no library is loaded, until `turn_on` is called."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

BeginSpan = Callable[[str, str | None, str | None], AbstractContextManager[object]]
"""Begins the span of an operation, by its type, its name, and the `traceparent` of its caller."""

NO_SPAN = nullcontext()

_begin: BeginSpan | None = None


def turn_on(begin: BeginSpan) -> None:
    """Let `begin` make the span of each operation from now on."""
    global _begin
    _begin = begin


def turn_off() -> None:
    global _begin
    _begin = None


def operation_span(
    type_: str, name: str | None, traceparent: str | None
) -> AbstractContextManager[object]:
    """Return the span of an operation, which lasts as long as the block."""
    return NO_SPAN if _begin is None else _begin(type_, name, traceparent)
