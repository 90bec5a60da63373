"""The schema as text."""

from schema.build import build_schema


def sdl() -> str:
    return f"{build_schema().as_str()}\n"
