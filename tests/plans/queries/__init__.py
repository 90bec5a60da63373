"""The generator of queries: valid operations over the whole schema, chosen by a seed."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, parse, print_ast

from tests.plans.queries.query_shape import QueryShape
from tests.plans.queries.query_writer import ABSENT, QueryWriter
from tests.plans.queries.selections import SelectionGenerator


@dataclass(frozen=True)
class GeneratedQuery:
    """An operation and its variables. A text `@kind:number` in it is a placeholder."""

    document: DocumentNode
    variables: Mapping[str, Any]
    name: str | None

    @property
    def text(self) -> str:
        return print_ast(self.document)

    def __str__(self) -> str:
        return f"\n{self.text}\nvariables: {self.variables}\noperationName: {self.name}\n"


def generate_query(seed: str, shape: QueryShape, *, is_reader: bool) -> GeneratedQuery:
    """The query of that seed; `is_reader` tells whether the caller may read all orders."""
    writer = QueryWriter(random.Random(seed))
    generator = SelectionGenerator(writer, shape, is_reader)
    selections = generator.root_selections()
    name = writer.choice([None, None, "Question"])
    declared = ", ".join(
        variable.declaration(variable_name) for variable_name, variable in writer.variables.items()
    )
    head = f"query {name or ''}{f'({declared})' if declared else ''}"
    fragments = map(str, generator.fragments)
    definitions = [f"{head} {{ {' '.join(map(str, selections))} }}", *fragments]
    if name and writer.chance(3):
        definitions.append("query Another { viewer { name } }")
    values = {
        variable_name: variable.value
        for variable_name, variable in writer.variables.items()
        if variable.value is not ABSENT
    }
    return GeneratedQuery(parse("\n".join(definitions)), values, name)
