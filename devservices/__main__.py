"""`python -m devservices`: install what the tests need and this machine lacks."""

from __future__ import annotations

import subprocess
import sys

from devservices.chromium import LEFT_OUT
from devservices.installation import install_browser, install_services, say
from devservices.programs import ServiceMissing, is_everything_required


def main() -> None:
    """Exit with a message if a service, or in continuous integration the browser, is missing."""
    try:
        install_services()
    except subprocess.CalledProcessError:
        sys.exit("The services that the tests start could not be installed; pip says why above.")
    try:
        install_browser()
    except ServiceMissing as missing:
        if is_everything_required():
            sys.exit(f"{missing}")
        say(f"\n*** {LEFT_OUT}: {missing}. ***\n")


if __name__ == "__main__":
    main()
