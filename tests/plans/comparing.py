"""Comparing an answer of the service with the oracle's."""

from collections.abc import Iterator
from typing import Any

from tests.plans.oracle import Expected, Path

MOST_SHOWN = 20
"""Errors of one answer; which of more is left to the service."""
LONGEST_SAID = 300


def differences(answer: dict[str, Any], expected: Expected) -> list[str]:
    """What is wrong with the answer, in words."""
    if "data" not in answer:
        return [f"There is no data, but {answer}"]
    errors = answer.get("errors", [])
    wrong = list(_of_values((), answer["data"], expected.data))
    if wrong and answer["data"] is None:
        wrong.append(f"The errors are {errors}")
    return wrong or list(_of_errors(errors, expected))


def _of_values(path: Path, given: Any, right: Any) -> Iterator[str]:
    if isinstance(given, dict) and isinstance(right, dict):
        if list(given) != list(right):
            yield f"{_shown(path)} has the names {list(given)}, not {list(right)}"
        for name in given.keys() & right.keys():
            yield from _of_values((*path, name), given[name], right[name])
    elif isinstance(given, list) and isinstance(right, list):
        if len(given) != len(right):
            yield f"{_shown(path)} has {len(given)} things, not {len(right)}"
        for index, (one, other) in enumerate(zip(given, right, strict=False)):
            yield from _of_values((*path, index), one, other)
    elif not _is_same(given, right):
        yield f"{_shown(path)} is {_short(given)}, not {_short(right)}"


def _is_same(given: Any, right: Any) -> bool:
    """True is no 1."""
    if isinstance(given, bool) or isinstance(right, bool):
        return given is right
    return bool(given == right)


def _of_errors(given: list[dict[str, Any]], expected: Expected) -> Iterator[str]:
    paths = [tuple(error.get("path", ())) for error in given]
    if len(set(paths)) < len(paths):
        yield f"A path has two errors: {paths}"
    for error, path in zip(given, paths, strict=True):
        right = expected.errors.get(path)
        said = {name: error.get(name) for name in ("message", "extensions")}
        if right is None:
            yield f"There is no error at {_shown(path)}: {error}"
        elif said != right:
            yield f"The error at {_shown(path)} is {said}, not {right}"
    missing = list(_missing(set(paths), expected))
    if missing and len(given) < MOST_SHOWN:
        yield f"No error is given at {missing}"
    if len(given) > MOST_SHOWN:
        yield f"{len(given)} errors are shown"


def _missing(given: set[Path], expected: Expected) -> Iterator[str]:
    """Of several that null the same place, one is enough."""
    for path in expected.errors:
        nulled = _nulled(path, expected.data)
        if nulled == path and path not in given:
            yield _shown(path)
        if not any(one[: len(nulled)] == nulled for one in given):
            yield f"{_shown(nulled)} or within"


def _nulled(path: Path, data: Any) -> Path:
    """The place that is null because of an error at that path."""
    for depth, step in enumerate(path):
        if data is None:
            return path[:depth]
        data = data[step]
    return path


def _shown(path: Path) -> str:
    return ".".join(map(str, path)) or "the data"


def _short(value: Any) -> str:
    said = repr(value)
    return said if len(said) <= LONGEST_SAID else f"{said[:LONGEST_SAID]}..."
