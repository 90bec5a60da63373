"""The committed schema, from which clients generate code, is the served one."""

from pathlib import Path

from graphql import build_schema, get_introspection_query, is_scalar_type, specified_scalar_types

from schema.sdl import sdl

COMMITTED = Path(__file__).parents[2] / "schema.graphql"


def test_the_committed_schema_is_the_one_that_is_served():
    assert COMMITTED.read_text() == sdl(), "run `make schema`"


def test_everything_in_the_schema_has_a_description():
    undescribed = []
    for name, type_ in build_schema(sdl()).type_map.items():
        if name.startswith("__") or name in specified_scalar_types:
            continue
        descriptions = {name: type_.description}
        for field, definition in getattr(type_, "fields", {}).items():
            descriptions[f"{name}.{field}"] = definition.description
            for argument, argument_definition in getattr(definition, "args", {}).items():
                descriptions[f"{name}.{field}({argument})"] = argument_definition.description
        for value, definition in getattr(type_, "values", {}).items():
            descriptions[f"{name}.{value}"] = definition.description
        undescribed += [place for place, text in descriptions.items() if not text]

    assert undescribed == []


def test_scalars_name_the_specification_of_their_form():
    types = build_schema(sdl()).type_map.values()
    scalars = {type_.name: type_.specified_by_url for type_ in types if is_scalar_type(type_)}

    assert {name: url for name, url in scalars.items() if url is not None} == {
        "DateTime": "https://www.rfc-editor.org/rfc/rfc3339",
        "Decimal": "https://www.w3.org/TR/xmlschema11-2/#decimal",
    }


async def test_the_introspection_of_tools_fits_the_limits_of_a_document(api):
    asked = await api.fetch(get_introspection_query(descriptions=True))

    assert asked["__schema"]["queryType"] == {"name": "Query", "kind": "OBJECT"}
