"""Pages come in the visitor's language, which their links keep once it was chosen."""

import pytest

from language.catalog import CODES
from tests.portal.page_text import PageText
from tests.portal.stub_site import TRACKING_ID, StubAsker, visiting
from web.pages.brand import Brand

ORDER = f"/t/{TRACKING_ID}"


@pytest.mark.parametrize("code", CODES)
async def test_every_language_has_its_page_and_its_direction(code: str) -> None:
    tag = code.replace("_", "-")
    async with visiting(StubAsker()) as client:
        reply = await client.get(f"{ORDER}?lang={tag}")

    assert reply.headers["content-language"] == tag
    direction = "rtl" if code == "ar" else "ltr"
    assert PageText(reply.text).attributes["html"] == {"lang": tag, "dir": direction}


async def test_the_browser_chooses_unless_the_visitor_has_chosen() -> None:
    wanted = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
    async with visiting(StubAsker()) as client:
        by_browser = await client.get(ORDER, headers=wanted)
        by_visitor = await client.get(f"{ORDER}?lang=fr", headers=wanted)

    assert by_browser.headers["content-language"] == "de"
    assert by_visitor.headers["content-language"] == "fr"
    assert by_browser.headers["vary"] == "Accept-Language, Cookie, Accept-Encoding"


async def test_a_language_that_nobody_has_chosen_stays_out_of_the_links() -> None:
    async with visiting(StubAsker()) as client:
        chosen = (await client.get(f"{ORDER}?lang=pt-BR")).text
        found = (await client.get(ORDER, headers={"Accept-Language": "pt"})).text

    assert f'href="{ORDER}/print?lang=pt-BR"' in chosen
    assert f'href="{ORDER}/print"' in found


async def test_a_form_opens_the_order_in_the_language_of_its_page() -> None:
    """Otherwise the order would turn to the language that its customer has told the shop."""
    async with visiting(StubAsker()) as client:
        locked = (await client.get(ORDER, headers={"Accept-Language": "pt"})).text
        track = (await client.get("/track", headers={"Accept-Language": "pt"})).text

    assert f'action="{ORDER}/unlock?lang=pt-BR#proof"' in locked
    assert 'action="/track?lang=pt-BR#proof"' in track
    assert '<input type="hidden" name="lang" value="pt-BR">' in track


async def test_a_page_names_each_language_in_its_own_tongue() -> None:
    async with visiting(StubAsker()) as client:
        page = (await client.get(f"{ORDER}?lang=de")).text

    assert f'<a href="{ORDER}?lang=ar" lang="ar" hreflang="ar" dir="rtl">العربية</a>' in page
    own = f'<a href="{ORDER}?lang=de" lang="de" hreflang="de" dir="ltr" aria-current="true">'
    assert own + "Deutsch</a>" in page


async def test_a_brand_offers_its_languages_only_and_its_first_one_to_others() -> None:
    brand = Brand.model_validate({"locales": ["nl", "fr"]}, context={"locales": CODES})
    async with visiting(StubAsker(), brand) as client:
        other = await client.get(ORDER, headers={"Accept-Language": "es"})

    assert other.headers["content-language"] == "nl"
    assert other.text.count("hreflang=") == 2


@pytest.mark.parametrize("lang", ["xx", "%00", "de%22%3E%3Cscript%3E", "e" * 10_000])
async def test_what_is_no_language_of_ours_is_nobody_s_choice(lang: str) -> None:
    async with visiting(StubAsker()) as client:
        reply = await client.get(f"{ORDER}?lang={lang}")

    assert (reply.status_code, reply.headers["content-language"]) == (200, "en")
    assert "<script>" not in reply.text.replace('<script type="module"', "")
    assert lang not in reply.text
