"""Questions by chance: valid operations over the whole schema."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import parse, print_ast
from hypothesis import strategies as st

from tests.plans.oracle.asking import Asker
from tests.plans.questions.drawing import Artist
from tests.plans.questions.pen import ABSENT, Draw, Pen


@dataclass(frozen=True)
class Question:
    """An operation; `@kind:number` in it stands for a thing of the shop."""

    text: str
    variables: Mapping[str, Any]
    name: str | None

    def __repr__(self) -> str:
        text = print_ast(parse(self.text))
        return f"\n{text}\nvariables: {self.variables}\noperationName: {self.name}\n"


@st.composite
def questions(draw: Draw, asker: Asker, room: int) -> Question:
    """`room`: how many things a list within lists may come to, at the most."""
    pen = Pen(draw)
    artist = Artist(pen, asker.has("ORDERS_READ"))
    selections = artist.roots(room)
    name = pen.one_of([None, None, "Question"])
    declared = ", ".join(one.declared(name) for name, one in pen.variables.items())
    head = f"query {name or ''}{f'({declared})' if declared else ''}"
    definitions = [f"{head} {{ {' '.join(map(str, selections))} }}", *map(str, artist.fragments)]
    if name and pen.is_so(3):
        definitions.append("query Another { viewer { name } }")
    variables = {name: one.value for name, one in pen.variables.items() if one.value is not ABSENT}
    return Question("\n".join(definitions), variables, name)
