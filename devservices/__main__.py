"""`python -m devservices`: install what the tests need and this machine lacks."""

from __future__ import annotations

import subprocess
import sys

from devservices import installation
from devservices.installation import install_services, install_system_program, say
from devservices.programs import ServiceMissing, is_everything_required


def main() -> None:
    """Exit with a message if a service is missing, or a system's program where all are required."""
    try:
        install_services()
    except subprocess.CalledProcessError:
        sys.exit("The services that the tests start could not be installed; pip says why above.")
    for program in installation.SYSTEM_PROGRAMS:
        try:
            install_system_program(program)
        except ServiceMissing as missing:
            if is_everything_required():
                sys.exit(f"{missing}")
            say(f"\n*** {program.left_out}: {missing}. ***\n")


if __name__ == "__main__":
    main()
