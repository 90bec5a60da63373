"""A brand says how pages look, and a wrong one is refused with what to do about it."""

import struct
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from language.catalog import CODES
from tests.documentation import read_page
from web.pages.brand import Brand, Palette
from web.pages.brand_file import LARGEST_FILE, BrokenBrand, read_brand
from web.pages.brand_values import Font
from web.pages.contrast import contrast
from web.pages.logo import LARGEST_FILE as LARGEST_LOGO

LOCALES = ("en", "de", "ar")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="240" height="80"/>'
WHOLE = """
name = "Sample shop"
home_url = "https://shop.example/"
radius = 0
font = "serif"
locales = ["de", "en"]
show_prices = false
hide_contents = true

[logo]
light = "logo.svg"
dark = "dark.png"

[light]
accent = "#7A1FA2"
on_accent = "#ffffff"

[dark]
accent = "#d9a7f0"
on_accent = "#210330"

[help]
url = "https://shop.example/help?topic=tracking"
mail = "help@shop.example"
phone = "+49 30 123456"

[legal]
imprint_url = "https://shop.example/imprint"
privacy_url = "https://shop.example/privacy"

[refunds]
en = "Your money comes back within five days."
de = "Ihr Geld kommt innerhalb von fünf Tagen zurück."
"""

Read = Callable[[str], Brand]


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + b"rest"


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read_text(text: str) -> Brand:
        (tmp_path / "brand.toml").write_text(text)
        return read_brand(tmp_path / "brand.toml", LOCALES)

    return read_text


@pytest.fixture
def refusal(read: Read, tmp_path: Path) -> Callable[[str], str]:
    """The message without the path of the file."""

    def message_of(text: str) -> str:
        with pytest.raises(BrokenBrand) as caught:
            read(text)
        return str(caught.value).replace(f"{tmp_path}/", "")

    return message_of


def test_everything_can_be_chosen(read: Read, tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_bytes(SVG)
    (tmp_path / "dark.png").write_bytes(png(30, 10))

    brand = read(WHOLE)

    assert (brand.name, brand.home_url) == ("Sample shop", "https://shop.example/")
    assert (brand.radius, brand.font, brand.locales) == (0, Font.SERIF, ("de", "en"))
    assert (brand.show_prices, brand.hide_contents) == (False, True)
    assert brand.light == Palette(accent="#7a1fa2", on_accent="#ffffff")
    assert brand.dark_palette == Palette(accent="#d9a7f0", on_accent="#210330")
    assert brand.help.url == "https://shop.example/help?topic=tracking"
    assert (brand.help.mail, brand.help.phone) == ("help@shop.example", "+49 30 123456")
    assert brand.legal.imprint_url == "https://shop.example/imprint"
    assert brand.legal.privacy_url == "https://shop.example/privacy"
    assert brand.refunds == {
        "en": "Your money comes back within five days.",
        "de": "Ihr Geld kommt innerhalb von fünf Tagen zurück.",
    }


def test_a_language_is_named_by_its_tag_or_by_its_code() -> None:
    for spelling in ("pt-BR", "pt_BR"):
        tables = {"locales": [spelling], "refunds": {spelling: "Em cinco dias."}}
        brand = Brand.model_validate(tables, context={"locales": CODES})
        assert (brand.locales, brand.refunds) == (("pt_BR",), {"pt_BR": "Em cinco dias."})


def test_without_locales_a_language_may_lack_words_on_refunds(read: Read) -> None:
    assert read('[refunds]\nen = "Soon"').refunds == {"en": "Soon"}


def test_an_empty_file_gives_the_neutral_brand(read: Read) -> None:
    brand = read("")

    assert brand == Brand()
    assert (brand.name, brand.logo, brand.home_url) == ("Order tracking", None, None)
    assert brand.help.model_dump() == {"url": None, "mail": None, "phone": None}
    assert (brand.show_prices, brand.hide_contents, brand.locales) == (True, False, ())


def test_logos_keep_their_proportions_at_the_height_of_the_head(read: Read, tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_bytes(SVG)
    (tmp_path / "dark.png").write_bytes(png(30, 10))

    logo = read(WHOLE).logo

    assert logo is not None
    assert logo.dark is not None
    assert (logo.light.width, logo.light.height) == (120, 40)
    assert (logo.dark.width, logo.dark.height) == (30, 10)


def test_the_assets_of_a_brand_are_its_style_and_its_logos(read: Read, tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_bytes(SVG)
    (tmp_path / "dark.png").write_bytes(png(30, 10))

    files = read(WHOLE).asset_files()

    assert [name.rpartition(".")[2] for name in files] == ["css", "svg", "png"]
    assert [*files.values()][1:] == [SVG, png(30, 10)]
    assert files["brand.css"].decode() == (
        ":root{--paper:#ffffff;--accent:#7a1fa2;--on-accent:#ffffff;--accent-text:#7a1fa2;"
        '--radius:0px;--font:Charter, Georgia, Cambria, "Liberation Serif", serif}\n'
        "@media screen and (prefers-color-scheme:dark){:root{--paper:#14181c;--accent:#d9a7f0;"
        "--on-accent:#210330;--accent-text:#d9a7f0;}}\n"
    )


def test_an_accent_that_is_too_pale_for_words_colors_none(read: Read) -> None:
    brand = read('[light]\naccent = "#1a8cff"\non_accent = "#000000"')

    style = brand.asset_files()["brand.css"].decode()

    assert 3 < contrast("#1a8cff", "#ffffff") < 4.5
    assert "--accent:#1a8cff;--on-accent:#000000;--accent-text:currentColor;" in style
    assert "--paper:#14181c;--accent:#1a8cff;--on-accent:#000000;--accent-text:#1a8cff;" in style


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.478),
        ("#ff0000", "#ffffff", 3.998),
    ],
)
def test_contrasts_are_those_of_the_guidelines(one: str, other: str, expected: float) -> None:
    assert contrast(one, other) == pytest.approx(expected, abs=0.001)
    assert contrast(other, one) == contrast(one, other)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[light]\naccent = "#777777"\non_accent = "#ffffff"',
            "light: on_accent #ffffff on accent #777777 has a contrast of 4.47:1, which is 0.03"
            " less than the 4.5:1 that eyes need; choose colors that differ more in brightness.",
        ),
        (
            '[light]\naccent = "#ffcc00"\non_accent = "#000000"',
            "light.accent #ffcc00 on paper #ffffff has a contrast of 1.51:1, which is 1.49 less"
            " than the 3:1 that eyes need; choose colors that differ more in brightness.",
        ),
        (
            '[light]\naccent = "#0a2a5a"\non_accent = "#ffffff"',
            "light.accent #0a2a5a on dark paper #14181c has a contrast of 1.26:1, which is 1.74"
            " less than the 3:1 that eyes need; give dark pages colors of their own in a table"
            " [dark].",
        ),
        (
            '[dark]\naccent = "#333333"\non_accent = "#ffffff"',
            "dark.accent #333333 on dark paper #14181c has a contrast of 1.41:1, which is 1.59"
            " less than the 3:1 that eyes need; choose colors that differ more in brightness.",
        ),
    ],
)
def test_colors_that_cannot_be_read_are_refused_by_how_much(
    text: str, message: str, refusal: Callable[[str], str]
) -> None:
    assert refusal(text) == f"brand.toml: {message}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('nmae = "x"', "nmae is not known; did you mean name?"),
        ('[help]\nemail = "a@b.example"', "help.email is not known; did you mean mail?"),
        (
            "[legal]\nx = 1",
            "legal.x is not known; it may have imprint_url, privacy_url.",
        ),
        ('[light]\naccent = "#000000"', "light.on_accent is missing."),
        ("help = 1", "help: write a table [help]."),
        ("name = 1", "name: write a text of one line in quotes."),
        ('name = " "', "name: write a text of one line in quotes."),
        ('name = "a\\nb"', "name: write a text of one line in quotes."),
        ('name = "a\\u202Eb"', "name: write a text of one line in quotes."),
        (f'name = "{"a" * 61}"', "name: write at most 60 characters, not 61."),
        ("radius = 25", "radius: write a whole number of pixels from 0 to 24."),
        ("radius = true", "radius: write a whole number of pixels from 0 to 24."),
        ('font = "Comic"', "font: write one of system, humanist, grotesque, rounded, serif."),
        ('show_prices = "no"', "show_prices: write true or false."),
        ('locales = ["xx"]', "locales: write a list of languages, of en, de, ar."),
        ("locales = []", "locales: write a list of languages, of en, de, ar."),
        (
            'locales = ["de", "en", "ar"]\n[refunds]\nen = "Soon"',
            "refunds: write a text for de, ar, too.",
        ),
        (
            '[refunds]\nfr = "Oui"',
            "refunds: write a table with a text for each language, of en, de, ar.",
        ),
        (
            '[light]\naccent = "red"\non_accent = "#ffffff"',
            'light.accent: write a color as "#RRGGBB", with hexadecimal digits.',
        ),
        ('[help]\nmail = "nobody"', "help.mail: write an e-mail address."),
        (
            '[help]\nphone = "call us"',
            "help.phone: write a telephone number with its country, such as +49 30 123456.",
        ),
    ],
)
def test_a_wrong_key_is_named_with_what_to_write(
    text: str, message: str, refusal: Callable[[str], str]
) -> None:
    assert refusal(text) == f"brand.toml: {message}"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//shop.example",
        "shop.example",
        "https://",
        "https://bank.example@shop.example",
        'https://shop.example/\\"onclick',
        "https://shop.example/a b",
        "https://[",
    ],
)
def test_links_lead_to_web_pages_only(url: str, refusal: Callable[[str], str]) -> None:
    assert refusal(f'home_url = "{url}"') == (
        "brand.toml: home_url: write the address of a web page, such as https://HOST/PATH."
    )


def test_every_wrong_key_has_a_line(refusal: Callable[[str], str]) -> None:
    assert refusal("radius = -1\nshow_prices = 1").splitlines() == [
        "brand.toml: radius: write a whole number of pixels from 0 to 24.",
        "brand.toml: show_prices: write true or false.",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff", "brand.toml is not a text in UTF-8."),
        (b"a" * (LARGEST_FILE + 1), f"brand.toml has more than {LARGEST_FILE} bytes."),
        (b"name =", "brand.toml is not TOML: Invalid value (at end of document)."),
        (None, "brand.toml cannot be read: No such file or directory."),
    ],
)
def test_a_file_that_is_no_brand_is_refused(
    content: bytes | None, message: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "brand.toml").write_bytes(content)

    with pytest.raises(BrokenBrand) as caught:
        read_brand(tmp_path / "brand.toml", LOCALES)

    assert str(caught.value).replace(f"{tmp_path}/", "").startswith(message)


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (b"GIF89a", "logo.svg is neither an SVG nor a PNG picture."),
        (b"<html/>", "logo.svg is neither an SVG nor a PNG picture."),
        (
            b'<!DOCTYPE a [<!ENTITY b "c">]><a/>',
            "logo.svg declares entities; save it as plain SVG.",
        ),
        (
            f'<!DOCTYPE svg [<!ENTITY b "c">]>{SVG.decode()}'.encode("utf-16"),
            "logo.svg declares entities; save it as plain SVG.",
        ),
        (
            SVG.replace(b"240", b"100%"),
            "logo.svg needs a width and a height from 1 to 4000 pixels.",
        ),
        (png(0, 10), "logo.svg needs a width and a height from 1 to 4000 pixels."),
        (png(5000, 10), "logo.svg needs a width and a height from 1 to 4000 pixels."),
        (
            SVG + b" " * LARGEST_LOGO,
            f"logo.svg has more than {LARGEST_LOGO} bytes; use a smaller picture.",
        ),
        (None, "logo.svg cannot be read: No such file or directory."),
    ],
)
def test_a_logo_that_cannot_be_shown_is_refused(
    picture: bytes | None, message: str, refusal: Callable[[str], str], tmp_path: Path
) -> None:
    if picture is not None:
        (tmp_path / "logo.svg").write_bytes(picture)

    assert refusal('[logo]\nlight = "logo.svg"') == f"brand.toml: logo.light: {message}"


def test_a_drawing_without_a_size_has_that_of_its_view_box(read: Read, tmp_path: Path) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32.0 16"/>'
    (tmp_path / "logo.svg").write_bytes(drawing)

    logo = read('[logo]\nlight = "logo.svg"').logo

    assert logo is not None
    assert (logo.light.width, logo.light.height) == (32, 16)
    assert logo.light.media_type == "image/svg+xml"


def test_the_documented_brand_can_be_used(read: Read, tmp_path: Path) -> None:
    page = read_page("docs/portal.md")
    (example,) = page.blocks("toml")
    for name in ("logo.svg", "logo-dark.svg"):
        (tmp_path / name).write_bytes(SVG)

    keys = {
        f"{table}.{key}" if isinstance(values, dict) and table != "refunds" else table
        for table, values in tomllib.loads(example).items()
        for key in (values if isinstance(values, dict) else [""])
    }

    assert read(example).name == "Sample shop"
    assert keys <= set(page.code_spans)
    assert {key.split(".")[0] for key in keys} == set(Brand.model_fields)
