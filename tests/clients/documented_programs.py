"""The programs that docs/follow.md prints, written to files with the address of a test's server."""

import re
from pathlib import Path

from tests.clients.node import FOLDER
from tests.documentation import Page, read_page

FOLLOW = read_page("docs/follow.md")
PRINTED_ADDRESS = "127.0.0.1:8000"
PRINTED_ID = "WA-7K3M-9QXP-2V4T-8HRC-5"
FIRST_LINE = re.compile(r"// (\w+\.js)\n")
WITHOUT_NAME = {"js": "follow.mjs", "python": "follow.py"}
"""The names of programs that stand alone: of the one for Node, and of the one in Python."""


def write_programs(folder: Path, address: str, tracking_id: str) -> None:
    """Write all programs of the page to a folder in which Node finds npm's packages."""
    (folder / "node_modules").symlink_to(FOLDER / "node_modules")
    (folder / "package.json").write_text('{"type": "module"}')
    for name, program in programs(FOLLOW).items():
        here = program.replace(PRINTED_ADDRESS, address).replace(PRINTED_ID, tracking_id)
        (folder / name).write_text(here)


def programs(page: Page) -> dict[str, str]:
    """The programs of a page by the names of their files, without those for browsers."""
    found: dict[str, str] = {}
    for language, name in WITHOUT_NAME.items():
        for program in page.blocks(language):
            first_line = FIRST_LINE.match(program)
            if "new EventSource" not in program:
                found[first_line[1] if first_line else name] = program
    return found


def browser_program(page: Page, tracking_id: str) -> str:
    """The program of a page that runs in a browser."""
    (program,) = [block for block in page.blocks("js") if "new EventSource" in block]
    assert PRINTED_ID in program
    return program.replace(PRINTED_ID, tracking_id)
