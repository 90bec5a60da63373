"""`python -m benchmarks.pages`: what the page of an order costs, and how fast customers see it.

The page is measured in this process beside the bare answer of the API to the operation by which it
asks, in turns: `page_ms` is the median processor time of a page that is rendered, and `page_ratio`
that of the answer divided by it. Then Chromium opens the page on slow 3G with a slow processor
(`lcp_ms`, `cls`, `bytes_gz`), waits for changes (`visible_ms`), and many viewers follow one order.
The last line is one JSON object.
"""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

import click
import orjson

from benchmarks.fanout.servers import raise_file_limit
from benchmarks.pages.browsing import (
    FirstView,
    measure_first_view,
    measure_visibility,
    open_browser,
)
from benchmarks.pages.rendering import ServerTimes, measure_rendering
from benchmarks.pages.shop import open_shop
from benchmarks.pages.viewers import Wave, measure_viewers
from settings.limits import UNLIMITED


@dataclass(frozen=True, slots=True)
class Extent:
    """How often each thing is measured."""

    rounds: int
    first_views: int
    changes: int
    viewers: int


FULL = Extent(rounds=60, first_views=9, changes=20, viewers=1_000)
QUICK = Extent(rounds=10, first_views=3, changes=5, viewers=200)


@click.command()
@click.option("--quick", is_flag=True, help="Measure less often, in less than a minute.")
def main(*, quick: bool) -> None:
    """Measure the pages for customers."""
    raise_file_limit()
    figures = asyncio.run(measured(QUICK if quick else FULL))
    print(orjson.dumps(figures).decode())


async def measured(extent: Extent) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="whereabouts-") as folder:
        url = f"sqlite://{folder}/shop.sqlite3"
        async with open_shop(url) as shop, open_browser() as browser:
            views = [await measure_first_view(browser, shop) for _ in range(extent.first_views)]
            visible = await measure_visibility(browser, shop, extent.changes)
            wave = await measure_viewers(shop, extent.viewers)
        environ = {"WHEREABOUTS_DATABASE_URL": url, "WHEREABOUTS_LOG_LEVEL": "error", **UNLIMITED}
        ids = [parcel.tracking_id for parcel in shop.parcels]
        times = await measure_rendering(environ, ids, extent.rounds)
    print_times(times)
    print_views(views)
    print(f"a change: visible after {visible:.0f} ms")
    print_wave(wave)
    return {
        "page_ms": round(times.page_ms, 2),
        "page_ratio": round(times.answer_ms / times.page_ms, 3),
        "lcp_ms": round(median(view.lcp_ms for view in views)),
        "cls": round(max(view.cls for view in views), 4),
        "bytes_gz": max(view.body_bytes for view in views),
        "visible_ms": round(visible),
    }


def print_times(times: ServerTimes) -> None:
    print(
        f"one order: answer {times.answer_ms:.2f} ms, page {times.page_ms:.2f} ms"
        f" ({1000 / times.page_ms:,.0f} pages/s), page that is kept {times.kept_page_ms:.2f} ms"
        f" ({1000 / times.kept_page_ms:,.0f} pages/s)"
    )


def print_views(views: Sequence[FirstView]) -> None:
    lcp = median(view.lcp_ms for view in views)
    largest = max(views, key=lambda view: view.body_bytes)
    print(
        f"first view on slow 3G: LCP {lcp:.0f} ms, CLS {max(view.cls for view in views):.4f},"
        f" {largest.body_bytes:,} bytes in {largest.requests} requests"
    )


def print_wave(wave: Wave) -> None:
    heard, shown = (median(moments) for moments in (wave.heard, wave.shown))
    p99 = quantiles(wave.shown, n=100)[-1]
    print(
        f"{len(wave.shown):,} viewers of one order: a change was heard after {heard:.2f} s, shown"
        f" after {shown:.2f} s (p99 {p99:.2f} s); the server computed {wave.server_seconds:.2f} s"
    )


if __name__ == "__main__":
    main()
