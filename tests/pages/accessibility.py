"""What can be measured of accessibility: axe's rules, and whether a page fits into its window."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Frame, Page

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
OPTIONS = {"runOnly": {"type": "tag", "values": [*RULES]}, "resultTypes": ["violations"]}
OVERFLOWING = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const isOutside = (box) => box.width && (box.right > width + 1 || box.left < -1);
  return [...document.body.querySelectorAll("*")]
    .filter((element) => isOutside(element.getBoundingClientRect()))
    .map((element) => element.outerHTML.slice(0, 120));
}"""
AXE = Axe()


async def axe_violations(page: Page | Frame) -> list[str]:
    """Return the violations of RULES, each with the elements that are concerned."""
    results = await AXE.run(page, options=OPTIONS)
    return [
        f"{found['id']}: {', '.join(str(node['target']) for node in found['nodes'])}"
        for found in results.response["violations"]
    ]


async def overflowing_elements(page: Page) -> list[str]:
    """Return what sticks out of the window at its sides, if the page can be scrolled to it."""
    found: list[str] = await page.evaluate(OVERFLOWING)
    return found
