"""Takes the screenshots of the documentation: `make screenshots` runs it.

It serves an example order of the demo, opens its page as its customer and as anybody, and writes
small PNG files with a palette.
"""

import asyncio
import struct
import sys
import zlib
from base64 import b64decode, b64encode
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import numpy
from playwright.async_api import Browser, ViewportSize, async_playwright, expect

from access.scopes import Scope
from commands.demo_data import BRAND_TEXT
from commands.example_orders import EXAMPLES, place_example
from devservices.chromium import find_chromium
from tests.live_server import RunningService, build_settings, running_service
from tests.pages.visitors import FLAGS
from unit_of_work.unit_of_work import Tracker

LARGEST_FILE = 60_000
"""Bytes of a screenshot: the repository keeps each version of it."""
COLOR_BITS = 5
"""Bits that are kept of each color: the pages then have no more colors than a palette."""
PALETTE = 256
LINK = "mutation ($id: ID!) { trackingLinkCreate(trackingId: $id) { url } }"
PIXELS = """async (png) => {
  const file = await fetch(`data:image/png;base64,${png}`);
  const picture = await createImageBitmap(await file.blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0);
  const { data, width, height } = context.getImageData(0, 0, picture.width, picture.height);
  const reader = new FileReader();
  const loaded = new Promise((resolve) => (reader.onload = resolve));
  reader.readAsDataURL(new Blob([data]));
  await loaded;
  return { width, height, data: reader.result.split(",")[1] };
}"""


@dataclass(frozen=True, slots=True)
class Screenshot:
    """A file, and the window in which the page is seen."""

    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"] = "light"
    is_customer: bool = True
    language: str | None = None
    """The language that the address names."""


SCREENSHOTS = (
    Screenshot("order-wide", 1280, 1300),
    Screenshot("order-phone", 390, 844, is_customer=False),
    Screenshot("order-dark", 390, 844, "dark"),
    Screenshot("order-arabic", 390, 844, language="ar"),
)


async def main(folder: Path) -> None:
    """Write all of SCREENSHOTS into a folder. Raises ValueError if one is too large."""
    async with _example() as (address, link), async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for screenshot in SCREENSHOTS:
            url = link if screenshot.is_customer else address
            content = await _small(browser, await _taken(browser, screenshot, url))
            if len(content) > LARGEST_FILE:
                raise ValueError(f"{screenshot.name} has {len(content)} bytes")
            (folder / f"{screenshot.name}.png").write_bytes(content)
            print(f"{screenshot.name}: {len(content):,} bytes")  # noqa: T201 (a program)
        await browser.close()


@asynccontextmanager
async def _example() -> AsyncGenerator[tuple[str, str], None]:
    """Serve the first example. Yields the address of its page, and its customer's link."""
    with TemporaryDirectory() as folder:
        brand = Path(folder) / "brand.toml"
        brand.write_text(BRAND_TEXT)
        settings = build_settings(
            f"sqlite://{folder}/orders.sqlite3", "memory://", WHEREABOUTS_BRAND=str(brand)
        )
        async with running_service(settings) as service:
            yield await _addresses(service)


async def _addresses(service: RunningService) -> tuple[str, str]:
    tracker = Tracker(announce=lambda _head: None)
    id_ = await place_example(tracker, 1, EXAMPLES[0], datetime.now(UTC).replace(microsecond=0))
    created = await service.fetch(LINK, Scope.ADMIN, id=id_)
    page = f"http://{service.address}/t/{id_}"
    return page, f"{page}?{created['trackingLinkCreate']['url'].partition('?')[2]}"


async def _taken(browser: Browser, screenshot: Screenshot, url: str) -> bytes:
    size = ViewportSize(width=screenshot.width, height=screenshot.height)
    context = await browser.new_context(viewport=size, color_scheme=screenshot.scheme)
    page = await context.new_page()
    await page.goto(url)
    if screenshot.language is not None:
        await page.goto(f"{page.url}?lang={screenshot.language}")
    await expect(page.locator("[data-word=live]")).to_be_visible()
    picture = await page.screenshot()
    await context.close()
    return picture


async def _small(browser: Browser, png: bytes) -> bytes:
    """Return the picture as a PNG with a palette of few colors."""
    page = await browser.new_page()
    found = await page.evaluate(PIXELS, b64encode(png).decode())
    await page.close()
    pixels = numpy.frombuffer(b64decode(found["data"]), numpy.uint8).reshape(-1, 4)[:, :3]
    shift = 8 - COLOR_BITS
    coarse = (pixels >> shift << shift) + (pixels >> COLOR_BITS)
    colors, indexes = numpy.unique(coarse, axis=0, return_inverse=True)
    if len(colors) > PALETTE:
        raise ValueError(f"The page has {len(colors)} colors, and a palette {PALETTE}.")
    rows = indexes.reshape(found["height"], found["width"]).astype(numpy.uint8)
    return b"".join(_png(found["width"], found["height"], colors.tobytes(), rows))


def _png(width: int, height: int, palette: bytes, rows: Any) -> Iterator[bytes]:
    # Each row begins with its filter: none compresses best where most of it is plain.
    lines = numpy.concatenate([numpy.zeros((height, 1), numpy.uint8), rows], axis=1).tobytes()
    yield b"\x89PNG\r\n\x1a\n"
    yield _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))
    yield _chunk(b"PLTE", palette)
    yield _chunk(b"IDAT", zlib.compress(lines, 9))
    yield _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
