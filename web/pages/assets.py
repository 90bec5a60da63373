"""Assets: the scripts, styles and pictures of pages, read at start and served under one digest.

Modules import each other by relative addresses, so the digest of all of them is one folder in the
address, and a file never changes at its address.
"""

from collections.abc import Mapping, Sequence
from gzip import compress
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOLDER = Path(__file__).parent / "assets"
"""The assets that all pages share."""
PATH = "/assets"
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
COMPRESSED_ALREADY = (".png",)
DIGEST_LENGTH = 16
"""Hexadecimal digits in an address: enough that no two releases ever share one."""
FOREVER = "public, max-age=31536000, immutable"
UNKEPT = "no-store"


class Asset:
    """A file that pages load: its bytes, and what they are."""

    def __init__(self, name: str, content: bytes) -> None:
        """Raises KeyError if the name does not say what kind of file it is."""
        suffix = Path(name).suffix
        self.content = content
        self.media_type = MEDIA_TYPES[suffix]
        is_short = suffix in COMPRESSED_ALREADY
        self.compressed = None if is_short else compress(content, mtime=0)


class DoubleAsset(Exception):
    """Two folders have a file of the same name, of which pages could load only one."""


class Assets:
    """The files of some folders by their names, and those that are made at start."""

    def __init__(
        self,
        folders: Sequence[Path] = (),
        generated: Mapping[str, bytes] | None = None,
        *,
        joined: Mapping[str, Sequence[str]] | None = None,
        prefix: str = "",
    ) -> None:
        """Read the files. `joined` names files that are served in the place of several others,
        one after the other: a browser that is far away waits a round trip for each file. `prefix`
        is the path below which a proxy serves the service.

        Raises DoubleAsset, and KeyError if one of the others does not exist.
        """
        self._prefix = prefix
        self._assets: dict[str, Asset] = {}
        for folder in (FOLDER, *folders):
            for file in sorted(folder.iterdir()):
                self._add(file.name, file.read_bytes())
        for name, content in (generated or {}).items():
            self._add(name, content)
        for name, parts in (joined or {}).items():
            self._add(name, b"\n".join(self._assets.pop(part).content for part in parts))
        self.digest = self._digest()

    def address(self, name: str) -> str:
        """Return the address of an asset. Raises KeyError if there is none of this name."""
        self._assets[name]
        return f"{self._prefix}{PATH}/{self.digest}/{name}"

    @property
    def names(self) -> list[str]:
        return sorted(self._assets)

    def routes(self) -> list[Route]:
        return [Route(f"{PATH}/{{digest}}/{{name}}", self._send)]

    def _add(self, name: str, content: bytes) -> None:
        if name in self._assets:
            raise DoubleAsset(f"Two assets have the name {name}.")
        self._assets[name] = Asset(name, content)

    def _digest(self) -> str:
        digest = sha256()
        for name, asset in sorted(self._assets.items()):
            digest.update(b"%s %d " % (name.encode(), len(asset.content)))
            digest.update(asset.content)
        return digest.hexdigest()[:DIGEST_LENGTH]

    async def _send(self, request: Request) -> Response:
        """Send an asset. A page of another release gets ours, but must not keep it: while servers
        are replaced, any of them may be asked, and a page without its style is worse."""
        asset = self._assets.get(request.path_params["name"])
        if asset is None:
            return Response(status_code=404)
        is_current = request.path_params["digest"] == self.digest
        headers = {
            "Content-Type": asset.media_type,
            "Cache-Control": FOREVER if is_current else UNKEPT,
            "Vary": "Accept-Encoding",
            # Pages of shops load the widget, which browsers do only if it is for everybody.
            "Access-Control-Allow-Origin": "*",
        }
        if asset.compressed is None or not accepts_gzip(request):
            return Response(asset.content, headers=headers)
        return Response(asset.compressed, headers={**headers, "Content-Encoding": "gzip"})


def accepts_gzip(request: Request) -> bool:
    """Return whether the client reads gzip. One that refuses it by a weight of zero does not."""
    parts = request.headers.get("accept-encoding", "").replace(" ", "").lower().split(",")
    return any(
        part == "gzip" or (part.startswith("gzip;q=") and part[7:].strip("0.")) for part in parts
    )
