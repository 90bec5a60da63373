"""Morphing, in the browser: any tree becomes any other one, and what stays is the same."""

from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.pages.small_site import SmallSite
from tests.pages.visitors import Visitors

RANDOM_TREES = (Path(__file__).parent / "random_trees.js").read_text()
TREES = 1_000
WITHOUT_MOVES = "delete Element.prototype.moveBefore;"
"""Browsers without it move elements by taking them out, so that they lose their focus."""


async def morph(page: Page, shown: str, target: str) -> list[object]:
    """Morph HTML into other HTML; return the outcome, and where each element has gone."""
    script = """async ([address, shown, target]) => {
      const { morph, readPage } = await import(address);
      const main = document.querySelector("main");
      morph(main, readPage(`<main id="main">${shown}</main>`).querySelector("main"));
      const before = [...main.children];
      morph(main, readPage(`<main id="main">${target}</main>`).querySelector("main"));
      return [main.innerHTML, before.map((one) => [...main.children].indexOf(one))];
    }"""
    address = await page.locator("script[type=module]").get_attribute("src")
    module = str(address).replace("live.js", "morph.js")
    found: list[object] = await page.evaluate(script, [module, shown, target])
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("scripts", [[], [WITHOUT_MOVES]], ids=["moves", "inserts"])
async def test_a_random_tree_becomes_another_one(
    site: SmallSite, visitors: Visitors, seed: int, scripts: list[str]
) -> None:
    """Elements with the same id stay the same, and so does the focus."""
    page = await visitors.visit(site.url, scripts=scripts)
    address = await page.locator("link[rel=modulepreload]").get_attribute("href")
    options = {"address": address, "seed": seed, "count": TREES}

    assert await page.evaluate(RANDOM_TREES, options) is None


@pytest.mark.parametrize(
    ("shown", "target", "places"),
    [
        # An item that is new moves none of the others.
        ('<i id="a"></i><i id="b"></i>', '<i id="n"></i><i id="a"></i><i id="b"></i>', [1, 2]),
        ('<i id="a"></i><i id="b"></i><i id="c"></i>', '<i id="c"></i>', [-1, -1, 0]),
        ('<i id="a"></i><i id="b"></i>', '<i id="b"></i><i id="a"></i>', [1, 0]),
        # Without ids, a kind follows its order, and another kind goes in between.
        ("<i></i><b></b>", "<u></u><i></i><b></b>", [1, 2]),
        ("<i></i><i></i>", "<i>1</i>", [0, -1]),
        # An id of another kind is another element.
        ('<i id="a"></i>', '<b id="a"></b>', [-1]),
    ],
)
async def test_elements_stay_where_they_have_ids_or_a_kind(
    site: SmallSite, visitors: Visitors, shown: str, target: str, places: list[int]
) -> None:
    page = await visitors.visit(site.url)

    assert await morph(page, shown, target) == [target, places]


async def test_opened_details_stay_open_and_forms_that_are_kept_stay_whole(
    site: SmallSite, visitors: Visitors
) -> None:
    page = await visitors.visit(site.url)
    shown = '<details open=""><p>1</p></details><form id="f" data-keep=""><p>1</p></form>'
    target = '<details><p>2</p></details><form id="f" data-keep=""><p>2</p></form>'

    outcome, places = await morph(page, shown, target)

    assert outcome == '<details open=""><p>2</p></details><form id="f" data-keep=""><p>1</p></form>'
    assert places == [0, 1]
