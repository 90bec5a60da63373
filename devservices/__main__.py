"""`python -m devservices`: install what the tests need and this machine lacks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

from devservices import certificates, chromium, pgbouncer
from devservices.installation import (
    install_browser,
    install_openssl,
    install_pooler,
    install_services,
    say,
)
from devservices.programs import ServiceMissing, is_everything_required


def main() -> None:
    """Exit with a message if a service, or in continuous integration anything, is missing."""
    try:
        install_services()
    except subprocess.CalledProcessError:
        sys.exit("The services that the tests start could not be installed; pip says why above.")
    leave_out(chromium.LEFT_OUT, install_browser)
    leave_out(pgbouncer.LEFT_OUT, install_pooler)
    leave_out(certificates.LEFT_OUT, install_openssl)


def leave_out(left_out: str, install: Callable[[], None]) -> None:
    """Say loudly which tests will be left out if what they need cannot be installed."""
    try:
        install()
    except ServiceMissing as missing:
        if is_everything_required():
            sys.exit(f"{missing}")
        say(f"\n*** {left_out}: {missing}. ***\n")


if __name__ == "__main__":
    main()
