"""Observers of SQL statements: they are told the text and the time of each, never its values."""

from collections.abc import Callable

Observer = Callable[[str, float], None]
"""Takes the text of a statement with placeholders, and the seconds that it took."""

_observers: list[Observer] = []


def add_observer(observer: Observer) -> None:
    """Tell the observer of the statements on each connection that is opened from now on."""
    if observer not in _observers:
        _observers.append(observer)


def remove_observer(observer: Observer) -> None:
    if observer in _observers:
        _observers.remove(observer)


def is_observed() -> bool:
    return bool(_observers)


def observe_statement(text: str, seconds: float) -> None:
    for observer in _observers:
        observer(text, seconds)
