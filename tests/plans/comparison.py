"""The comparison of an answer of the service with the answer of the reference implementation."""

from collections.abc import Iterator
from typing import Any

from tests.plans.reference import ExpectedAnswer, Path

MOST_ERRORS = 20
"""The service reports at most this many errors of one answer, and chooses which."""
LONGEST_VALUE = 300
"""Characters of a value that a difference shows."""


def differences(answer: dict[str, Any], expected: ExpectedAnswer) -> list[str]:
    """Each difference between the two answers as a sentence; an empty list if they are equal."""
    if "data" not in answer:
        return [f"There is no data, but {answer}"]
    errors = answer.get("errors", [])
    wrong_values = list(_value_differences((), answer["data"], expected.data))
    if wrong_values and answer["data"] is None:
        wrong_values.append(f"The errors are {errors}")
    return wrong_values or list(_error_differences(errors, expected))


def _value_differences(path: Path, actual: Any, expected: Any) -> Iterator[str]:
    if isinstance(actual, dict) and isinstance(expected, dict):
        if list(actual) != list(expected):
            yield f"{_path_text(path)} has the names {list(actual)}, not {list(expected)}"
        for name in actual.keys() & expected.keys():
            yield from _value_differences((*path, name), actual[name], expected[name])
    elif isinstance(actual, list) and isinstance(expected, list):
        if len(actual) != len(expected):
            yield f"{_path_text(path)} has {len(actual)} elements, not {len(expected)}"
        for index, (value, other) in enumerate(zip(actual, expected, strict=False)):
            yield from _value_differences((*path, index), value, other)
    elif not _is_same(actual, expected):
        yield f"{_path_text(path)} is {_shortened(actual)}, not {_shortened(expected)}"


def _is_same(actual: Any, expected: Any) -> bool:
    """Python says that True equals 1; JSON does not."""
    if isinstance(actual, bool) or isinstance(expected, bool):
        return actual is expected
    return bool(actual == expected)


def _error_differences(errors: list[dict[str, Any]], expected: ExpectedAnswer) -> Iterator[str]:
    paths = [tuple(error.get("path", ())) for error in errors]
    if len(set(paths)) < len(paths):
        yield f"A path has two errors: {paths}"
    for error, path in zip(errors, paths, strict=True):
        expected_error = expected.errors.get(path)
        actual = {name: error.get(name) for name in ("message", "extensions")}
        if expected_error is None:
            yield f"There should be no error at {_path_text(path)}: {error}"
        elif actual != expected_error:
            yield f"The error at {_path_text(path)} is {actual}, not {expected_error}"
    missing = list(_missing_errors(set(paths), expected))
    if missing and len(errors) < MOST_ERRORS:
        yield f"No error is reported at {missing}"
    if len(errors) > MOST_ERRORS:
        yield f"{len(errors)} errors are reported"


def _missing_errors(paths: set[Path], expected: ExpectedAnswer) -> Iterator[str]:
    """Where an error should be. Of several errors that null the same value, one is enough."""
    for path in expected.errors:
        nulled = _nulled_path(path, expected.data)
        if nulled == path and path not in paths:
            yield _path_text(path)
        if not any(reported[: len(nulled)] == nulled for reported in paths):
            yield f"{_path_text(nulled)} or within"


def _nulled_path(path: Path, data: Any) -> Path:
    """The path of the value that is null because of an error at the given path."""
    for depth, step in enumerate(path):
        if data is None:
            return path[:depth]
        data = data[step]
    return path


def _path_text(path: Path) -> str:
    return ".".join(map(str, path)) or "the data"


def _shortened(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}..."
