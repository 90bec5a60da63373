"""The brand: the name, the looks and the addresses by which customers know the shop."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from web.pages.brand_values import (
    Font,
    read_color,
    read_font,
    read_locales,
    read_mail,
    read_name,
    read_phone,
    read_picture,
    read_radius,
    read_refunds,
    read_switch,
    read_web_url,
)
from web.pages.contrast import LEAST_OF_SHAPES, LEAST_OF_TEXT, contrast, demand_contrast
from web.pages.logo import Logo

PAPER_LIGHT = "#ffffff"
PAPER_DARK = "#14181c"
"""The background of light and of dark pages, on which a brand's colors must be seen."""

ADVICE = "choose colors that differ more in brightness"
DARK_ADVICE = "give dark pages colors of their own in a table [dark]"

Color = Annotated[str, BeforeValidator(read_color)]
Picture = Annotated[Logo, BeforeValidator(read_picture)]
Switch = Annotated[bool, BeforeValidator(read_switch)]
WebUrl = Annotated[str, BeforeValidator(read_web_url)]


class BrandPart(BaseModel):
    """A table of the brand's file: it is frozen, and has no other keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Palette(BrandPart):
    """The colors of light or of dark pages."""

    accent: Color
    """The color of buttons, and of the steps that are done."""
    on_accent: Color
    """The color of text on the accent."""

    @model_validator(mode="after")
    def _is_readable(self) -> Self:
        demand_contrast(
            ("on_accent", self.on_accent), ("accent", self.accent), LEAST_OF_TEXT, ADVICE
        )
        return self


DEFAULT_LIGHT = Palette(accent="#1d5f8a", on_accent="#ffffff")
DEFAULT_DARK = Palette(accent="#7fbde6", on_accent="#0b1d2a")
"""The colors of dark pages whose brand chooses no colors at all."""


class Logos(BrandPart):
    """The pictures beside the name, or in its place."""

    light: Picture
    dark: Picture | None = None
    """The picture on dark pages; the other one, if there is none."""


class Help(BrandPart):
    """Where customers turn to."""

    url: WebUrl | None = None
    mail: Annotated[str, BeforeValidator(read_mail)] | None = None
    phone: Annotated[str, BeforeValidator(read_phone)] | None = None


class LegalPages(BrandPart):
    """The pages that the law demands a link to."""

    imprint_url: WebUrl | None = None
    privacy_url: WebUrl | None = None


class Brand(BrandPart):
    """Everything that a shop chooses about its pages; the defaults are nobody's."""

    name: Annotated[str, BeforeValidator(read_name)] = "Order tracking"
    home_url: WebUrl | None = None
    """The shop's own page, to which `/` leads; without one, `/` leads to the form."""
    logo: Logos | None = None
    light: Palette = DEFAULT_LIGHT
    dark: Palette | None = None
    """The colors of dark pages; those of light pages, if there are none."""
    radius: Annotated[int, BeforeValidator(read_radius)] = 8
    """Pixels of the corners' radius."""
    font: Annotated[Font, BeforeValidator(read_font)] = Font.SYSTEM
    help: Help = Help()
    legal: LegalPages = LegalPages()
    locales: Annotated[tuple[str, ...], BeforeValidator(read_locales)] = ()
    """The languages that pages are offered in, the first one first; all, if there are none."""
    refunds: Annotated[Mapping[str, str], BeforeValidator(read_refunds)] = {}
    """The words of a cancelled order about its money, in each language of the brand. Without
    `locales`, a language may lack it: its pages then say nothing about money."""
    show_prices: Switch = True
    """Whether the customer, who has the link, sees prices."""
    hide_contents: Switch = False
    """Whether only the customer, who has the link, sees what is in the parcels."""

    @property
    def dark_palette(self) -> Palette:
        """The colors of dark pages."""
        return self.dark or self.light

    @model_validator(mode="before")
    @classmethod
    def _with_default_colors(cls, tables: Any) -> Any:
        if isinstance(tables, dict) and not {"light", "dark"} & tables.keys():
            return tables | {"dark": DEFAULT_DARK}
        return tables

    @model_validator(mode="after")
    def _is_seen(self) -> Self:
        demand_contrast(
            ("light.accent", self.light.accent), ("paper", PAPER_LIGHT), LEAST_OF_SHAPES, ADVICE
        )
        key, advice = ("dark.accent", ADVICE) if self.dark else ("light.accent", DARK_ADVICE)
        accent = self.dark_palette.accent
        demand_contrast((key, accent), ("dark paper", PAPER_DARK), LEAST_OF_SHAPES, advice)
        return self

    @model_validator(mode="after")
    def _has_words_on_refunds(self) -> Self:
        missing = [code for code in self.locales if code not in self.refunds]
        if self.refunds and missing:
            raise ValueError(f"refunds: write a text for {', '.join(missing)}, too")
        return self

    def asset_files(self) -> dict[str, bytes]:
        """Return what pages load of the brand, by its name among the assets."""
        logos = [self.logo.light, self.logo.dark] if self.logo else []
        return {"brand.css": self._style_sheet().encode()} | {
            logo.asset_name: logo.content for logo in logos if logo
        }

    def _style_sheet(self) -> str:
        """Return the custom properties by which the pages' own style sheets are colored."""
        return (
            f":root{{{_properties(self.light, PAPER_LIGHT)}"
            f"--radius:{self.radius}px;--font:{self.font.stack}}}\n"
            "@media screen and (prefers-color-scheme:dark)"
            f"{{:root{{{_properties(self.dark_palette, PAPER_DARK)}}}}}\n"
        )


def _properties(palette: Palette, paper: str) -> str:
    # An accent may be seen well enough as a shape, and still be too pale for words.
    is_legible = contrast(palette.accent, paper) >= LEAST_OF_TEXT
    words = palette.accent if is_legible else "currentColor"
    return (
        f"--paper:{paper};--accent:{palette.accent};--on-accent:{palette.on_accent};"
        f"--accent-text:{words};"
    )
