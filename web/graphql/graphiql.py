"""GraphiQL: the page in which people try queries, and the files of its libraries.

Strawberry's page names the libraries in pinned versions, each with the hash of its file. A file is
served from here if npm has installed that very file (`make graphiql`), so that the page works
offline; else the browser fetches it from where Strawberry's page does. It checks the hash in both
cases.
"""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256, sha384
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from strawberry.http.ides import get_graphql_ide_html

FOLDER = Path(__file__).parent / "graphiql_assets"
LIBRARY = re.compile(
    r'<(?:script|link)\b[^>]*(?:src|href)="(?P<url>https://[^/"]+/(?P<file>[^"]+))"'
    r'[^>]*integrity="sha384-(?P<hash>[^"]+)"[^>]*>(?:</script>)?'
)
"""An element of Strawberry's page that loads a library."""
VERSION = re.compile(r"(?<=[^@/])@[^/]+")
"""The version in a library's address, which npm's folders do not have in their names."""
INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
UNUSED = "js-cookie@"
"""The library that only Strawberry's page needs: it sends a cookie of Django's."""
PLACEHOLDER = "<!-- libraries -->"
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
"""A file's address has its version, so it never changes."""


class Graphiql:
    """The page, and the files that are served for it by their names."""

    def __init__(self, path: str, folder: Path = FOLDER) -> None:
        self._path = path
        self._files: dict[str, Path] = {}
        source = get_graphql_ide_html("graphiql")
        self._sources = {"'self'"}
        elements = [
            self._element(match, folder)
            for match in LIBRARY.finditer(source)
            if not match["file"].startswith(UNUSED)
        ]
        page = (folder / "page.html").read_text()
        self.page = page.replace(PLACEHOLDER, "\n    ".join(elements)).encode()
        self.policy = _policy(page, sorted(self._sources)).encode()

    @property
    def files(self) -> Mapping[str, Path]:
        return self._files

    def routes(self) -> list[Route]:
        """Return the routes of the files."""
        return [Route(f"{self._path}/libraries/{{name:path}}", self._send_file)]

    def _element(self, match: re.Match[str], folder: Path) -> str:
        """Return the element with the address of the installed file, if there is one."""
        name = match["file"]
        file = folder / "node_modules" / VERSION.sub("", name, count=1)
        if not file.is_file() or _hash(file) != match["hash"]:
            self._sources.add(_origin(match["url"]))
            return match[0]
        self._files[name] = file
        # Relative to the page, which a proxy may serve under another path.
        address = f"{self._path.rpartition('/')[2]}/libraries/{name}"
        return match[0].replace(match["url"], address)

    async def _send_file(self, request: Request) -> Response:
        file = self._files.get(request.path_params["name"])
        if file is None:
            return Response(status_code=404)
        return FileResponse(file, headers=FOREVER)


def _policy(page: str, sources: Sequence[str]) -> str:
    """Return the content security policy: the page's own script, and its libraries, by address.

    The editor writes styles into its elements. The page talks to this service alone.
    """
    scripts = [f"'sha256-{_sha256(script)}'" for script in INLINE.findall(page)]
    listed = " ".join(sources)
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(scripts)} {listed}",
            f"style-src 'unsafe-inline' {listed}",
            f"font-src data: {listed}",
            "img-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _sha256(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


def _hash(file: Path) -> str:
    return b64encode(sha384(file.read_bytes()).digest()).decode()
