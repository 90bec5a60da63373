"""Checks a lock for known vulnerabilities by pip-audit.

It fails for each that is found, unless ACCEPTED names it. It does not fail where the service that
knows them cannot be reached, and says so.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

ACCEPTED: Mapping[str, str] = {}
"""The ids of vulnerabilities that do not concern us, each with the reason."""
UNREACHABLE = (
    "The advisory service cannot be reached: known vulnerabilities of {lock} were not looked for."
)
NETWORK_ERRORS = ("Could not connect", "ConnectionError", "Max retries exceeded", "timed out")
"""Parts of pip-audit's messages when it gets no answer."""


def main(lock: str) -> int:
    """Check the lock, and return the exit code."""
    ignored = [option for id_ in ACCEPTED for option in ("--ignore-vuln", id_)]
    command = [sys.executable, "-m", "pip_audit", "--requirement", lock, "--format", "json"]
    # The lock names every package with its hash, so that nothing has to be installed.
    options = ["--disable-pip", "--require-hashes", "--progress-spinner", "off", *ignored]
    audit = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    code, message = verdict(lock, audit.returncode, audit.stdout, audit.stderr)
    print(message)
    return code


def verdict(lock: str, code: int, output: str, errors: str) -> tuple[int, str]:
    """Return the exit code and what to say, from what pip-audit returned and wrote."""
    try:
        packages: list[dict[str, Any]] = json.loads(output)["dependencies"]
    except (ValueError, KeyError):
        is_away = any(text in errors for text in NETWORK_ERRORS)
        return (0, UNREACHABLE.format(lock=lock)) if is_away else (code or 1, errors.strip())
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    # A registry that mirrors packages alone knows no advisories for any of them.
    if packages and len(skipped) == len(packages):
        return 0, UNREACHABLE.format(lock=lock)
    lines = [
        f"{package['name']} {package['version']}: {one['id']}, mended in"
        f" {', '.join(one['fix_versions']) or 'no version yet'}"
        for package in packages
        for one in package.get("vulns", ())
    ]
    lines += [f"{name}: it could not be checked" for name in skipped]
    if lines:
        return 1, "\n".join(lines)
    return code, f"{len(packages)} packages of {lock} have no known vulnerability."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
