"""The settings of the pages for customers: the brand, and the sites that may frame an order."""

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_settings import NoDecode

from settings.names import NamedSettings
from settings.values import read_file
from urls import read_origins


def read_brand_file(text: str) -> Path | None:
    """Accept the path of a file, or nothing for none."""
    # An address, perhaps with a password in it, was meant for another setting.
    if "://" in text:
        raise ValueError("use the path of a file")
    return read_file(text)


class PageSettings(NamedSettings):
    """The part of the settings that says how pages look and where they may be shown."""

    brand: Annotated[Path | None, BeforeValidator(read_brand_file)] = None
    """The file of the brand; without it, pages have neutral colors and nobody's name."""
    embed_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(read_origins)] = ()
    """Origins of the sites whose pages may show an order in a frame."""
