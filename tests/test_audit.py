"""The audit fails for vulnerable packages, and not where nobody can be asked."""

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

AUDIT = runpy.run_path(str(Path(__file__).parent.parent / ".ci" / "audit.py"))
UNREACHABLE = (
    "The advisory service cannot be reached: known vulnerabilities of lock.txt were not looked for."
)
SAFE = {"name": "safe", "version": "1.0", "vulns": []}
SKIPPED = {"name": "other", "skip_reason": "not found"}
BROKEN = {
    "name": "broken",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1", "2.0"]}, {"id": "B", "fix_versions": []}],
}


def verdict(code: int, *packages: dict[str, Any], errors: str = "") -> tuple[int, str]:
    output = json.dumps({"dependencies": packages}) if packages else ""
    result: tuple[int, str] = AUDIT["verdict"]("lock.txt", code, output, errors)
    return result


def test_packages_without_vulnerabilities_pass() -> None:
    assert verdict(0, SAFE) == (0, "1 packages of lock.txt have no known vulnerability.")


def test_each_vulnerability_is_named_and_fails() -> None:
    assert verdict(1, SAFE, BROKEN) == (
        1,
        "broken 1.0: PYSEC-1, mended in 1.1, 2.0\nbroken 1.0: B, mended in no version yet",
    )


@pytest.mark.parametrize(
    "errors", ["Could not connect to PyPI's vulnerability feed", "requests: ConnectionError"]
)
def test_a_service_that_is_away_is_said_and_does_not_fail(errors: str) -> None:
    assert verdict(1, errors=errors) == (0, UNREACHABLE)
    assert verdict(0, SKIPPED) == (0, UNREACHABLE)


def test_a_package_that_alone_is_not_known_fails() -> None:
    assert verdict(0, SAFE, SKIPPED) == (1, "other: it could not be checked")


def test_any_other_error_fails_with_its_text() -> None:
    assert verdict(1, errors="the lock has no hashes\n") == (1, "the lock has no hashes")
