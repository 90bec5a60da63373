"""The pages of the documentation, and the examples in them."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))


@dataclass(frozen=True, slots=True)
class Page:
    """A page in Markdown."""

    path: Path
    text: str

    def blocks(self, language: str) -> list[str]:
        """The blocks of code in a language, in their order."""
        return re.findall(rf"^```{language}\n(.*?)^```", self.text, re.DOTALL | re.MULTILINE)

    @property
    def shell_lines(self) -> list[str]:
        """The commands of all shell blocks, without comments."""
        lines = [line for block in self.blocks("sh") for line in block.splitlines()]
        return [line for line in lines if line.strip() and not line.startswith("#")]

    @property
    def code_spans(self) -> list[str]:
        """The texts between backquotes outside blocks of code."""
        return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", self.text, flags=re.DOTALL))

    @property
    def links(self) -> list[str]:
        """The targets of links to other pages and files of the project."""
        targets = re.findall(r"\]\(([^)\s]+)\)", self.text)
        return [target for target in targets if not target.startswith(("http", "#"))]

    def __str__(self) -> str:
        return str(self.path.relative_to(ROOT))


def read_page(name: str) -> Page:
    path = ROOT / name
    return Page(path, path.read_text())


def read_pages() -> list[Page]:
    return [Page(path, path.read_text()) for path in PAGES]
