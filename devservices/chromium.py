"""The browser Chromium, and chromedriver, by which the tests drive it."""

from __future__ import annotations

import shutil

from devservices.programs import ServiceMissing

PROGRAMS = ("chromium", "chromedriver")
DEBIAN_PACKAGES = ("chromium", "chromium-driver")
LEFT_OUT = "THE BROWSER TESTS ARE LEFT OUT"


def find_chromium() -> str:
    """Return the path of Chromium, or raise `ServiceMissing`."""
    return _find()[0]


def find_chromedriver() -> str:
    """Return the path of chromedriver, or raise `ServiceMissing` if it or Chromium is not there."""
    return _find()[1]


def _find() -> list[str]:
    """Return the paths of the programs, which are installed together."""
    found = {name: shutil.which(name) for name in PROGRAMS}
    missing = [name for name, path in found.items() if path is None]
    if missing:
        raise ServiceMissing(
            f"{' and '.join(missing)} not found: install a browser for the tests "
            f"(Debian: apt-get install {' '.join(DEBIAN_PACKAGES)})"
        )
    return [path for path in found.values() if path is not None]
