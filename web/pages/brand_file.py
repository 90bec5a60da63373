"""The brand's file: TOML with the values of `Brand`, whose pictures stand beside it."""

import difflib
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from web.pages.brand import Brand

LARGEST_FILE = 65_536
"""Bytes of the file: its longest texts in all languages are a tenth of this."""


class BrokenBrand(Exception):
    """The brand cannot be used. The message has a line for each wrong key, with what to do."""


def read_brand(file: Path, locales: Sequence[str]) -> Brand:
    """Read and check the brand, which may choose among `locales`. Raises BrokenBrand."""
    tables = _tables(file)
    try:
        return Brand.model_validate(tables, context={"folder": file.parent, "locales": locales})
    except ValidationError as error:
        problems = error.errors(include_url=False)
        raise BrokenBrand(
            "\n".join(f"{file}: {_sentence(problem)}" for problem in problems)
        ) from None


def _tables(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise BrokenBrand(f"{file} cannot be read: {error.strerror}.") from None
    if len(content) > LARGEST_FILE:
        raise BrokenBrand(f"{file} has more than {LARGEST_FILE} bytes. Use the brand's file.")
    try:
        return tomllib.loads(content.decode())
    except (UnicodeDecodeError, RecursionError):
        raise BrokenBrand(f"{file} is not a text in UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise BrokenBrand(f"{file} is not TOML: {error}.") from None


def _sentence(problem: ErrorDetails) -> str:
    """Name the key, and say what to write."""
    *tables, name = problem["loc"] or ("",)
    key = ".".join(map(str, problem["loc"]))
    match problem["type"]:
        case "extra_forbidden":
            return f"{key} is not known; {_advice(str(name), _table(map(str, tables)))}"
        case "missing":
            return f"{key} is missing."
        case "value_error":
            message = str(problem["ctx"]["error"])
            return f"{key}: {message}." if key else f"{message}."
        case _:
            return f"{key}: write a table [{key}]."


def _advice(name: str, table: type[BaseModel]) -> str:
    known = list(table.model_fields)
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else f"it may have {', '.join(known)}."


def _table(path: Iterator[str]) -> type[BaseModel]:
    """Return the class of the table at a path."""
    table: type[BaseModel] = Brand
    for name in path:
        annotation = table.model_fields[name].annotation
        table = next(part for part in (annotation, *get_args(annotation)) if _is_table(part))
    return table


def _is_table(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, BaseModel)
