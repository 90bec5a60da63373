"""Checks the types of the pages' scripts, which their comments tell, by TypeScript.

It fetches TypeScript by npm, in the version of the lock file, if it is not there yet.
"""

import subprocess
import sys
from pathlib import Path

from devservices.node import find_node
from devservices.programs import ServiceMissing, is_everything_required
from tests.clients.node import install_packages

FOLDER = Path(__file__).parent.parent / "tests" / "pages"
COMPILER = "node_modules/typescript/bin/tsc"
LEFT_OUT = "*** THE TYPES OF THE SCRIPTS ARE NOT CHECKED: {missing} ***"


def main() -> int:
    """Check the files that tsconfig.json names, and return the exit code.

    Without Node it says loudly that nothing was checked, and fails where all is required.
    """
    try:
        command = [find_node(), COMPILER, "--project", "."]
        install_packages(FOLDER)
    except ServiceMissing as missing:
        print(LEFT_OUT.format(missing=missing), file=sys.stderr)
        return int(is_everything_required())
    return subprocess.run(command, cwd=FOLDER, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
