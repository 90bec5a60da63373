"""Questions by chance: valid operations over the whole schema."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, parse, print_ast

from tests.plans.questions.drawing import Artist, Shape
from tests.plans.questions.pen import ABSENT, Pen


@dataclass(frozen=True)
class Question:
    """An operation; `@kind:number` in it stands for a thing of the shop."""

    document: DocumentNode
    variables: Mapping[str, Any]
    name: str | None

    @property
    def text(self) -> str:
        return print_ast(self.document)

    def __str__(self) -> str:
        return f"\n{self.text}\nvariables: {self.variables}\noperationName: {self.name}\n"


def draw_question(seed: str, shape: Shape, *, is_reader: bool) -> Question:
    pen = Pen(random.Random(seed))
    artist = Artist(pen, shape, is_reader)
    selections = artist.roots()
    name = pen.one_of([None, None, "Question"])
    declared = ", ".join(one.declared(variable) for variable, one in pen.variables.items())
    head = f"query {name or ''}{f'({declared})' if declared else ''}"
    definitions = [f"{head} {{ {' '.join(map(str, selections))} }}", *map(str, artist.fragments)]
    if name and pen.is_so(3):
        definitions.append("query Another { viewer { name } }")
    given = {name: one.value for name, one in pen.variables.items() if one.value is not ABSENT}
    return Question(parse("\n".join(definitions)), given, name)
