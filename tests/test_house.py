"""Rules of the code base: what a file may import, and how long it may be."""

import ast
from collections.abc import Iterable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = (
    *("access", "commands", "database", "engine", "intake", "language", "models", "portal"),
    *("projections", "resolvers", "runtime", "schema", "settings", "simulator", "sources"),
    *("subscriptions", "tracking", "unit_of_work", "web"),
)
GROUND = ("config.py", "errors.py", "urls.py")
"""import-linter does not accept a single file as a root, so the tests here check these files."""
COMPOSITION = ("server.py", "identity.py", "monitoring.py", "pages.py")
"""The files that know every part."""
LONGEST_FILE = 250
BESIDE = ("devservices", "benchmarks")
"""These packages do not belong to the product, and no module of the product imports them."""
OURS = {*FLOORS, *(name.removesuffix(".py") for name in (*COMPOSITION, *GROUND))}


def _files_of(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def _files() -> Iterator[Path]:
    yield from _files_of(*FLOORS)
    yield from (ROOT / name for name in (*GROUND, *COMPOSITION))


def _modules_imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return names


def _imported(path: Path) -> set[str]:
    """The top-level names of the modules that a file imports."""
    return {name.split(".")[0] for name in _modules_imported(path)}


def test_every_room_with_code_is_looked_at() -> None:
    outside = {*BESIDE, "build", "migrations", "tests"}

    assert {path.parent.name for path in ROOT.glob("*/__init__.py")} - outside == set(FLOORS)


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("errors.py", set()),
        (
            "config.py",
            {
                *("settings.identity", "settings.limits", "settings.monitoring"),
                *("settings.names", "settings.pages", "settings.secret_files"),
                *("settings.values", "urls"),
            },
        ),
        ("settings/identity.py", {"settings.names", "settings.values", "urls"}),
        ("settings/limits.py", {"settings.names", "settings.values"}),
        ("settings/monitoring.py", {"settings.names", "settings.values", "urls"}),
        ("settings/pages.py", {"settings.names", "settings.values", "urls"}),
        ("settings/secret_files.py", set()),
        ("settings/names.py", set()),
        ("settings/values.py", set()),
        ("urls.py", {"database.postgres_address"}),
        ("database/postgres_address.py", {"database.address_parameters"}),
        ("database/address_parameters.py", set()),
    ],
)
def test_ground_modules_import_nothing_of_the_product(name: str, allowed: set[str]) -> None:
    """Settings are read without the rest, so the addresses that they check stand by themselves."""
    modules = _modules_imported(ROOT / name)

    assert {module for module in modules if module.split(".")[0] in OURS} <= allowed


def test_only_the_composition_root_and_commands_read_settings() -> None:
    sources = {"config", "settings", "urls"}
    readers = {str(path.relative_to(ROOT)) for path in _files() if sources & _imported(path)}

    assert {name for name in readers if not name.startswith(("commands/", "settings/"))} <= {
        *COMPOSITION,
        "config.py",
    }


def test_nothing_of_the_product_imports_what_stands_beside_it() -> None:
    beside = {*BESIDE, "tests"}

    assert [str(path.relative_to(ROOT)) for path in _files() if beside & _imported(path)] == []


def test_the_servers_of_the_tests_and_the_benchmarks_do_not_stand_on_tests() -> None:
    assert [
        str(path.relative_to(ROOT)) for path in _files_of(*BESIDE) if "tests" in _imported(path)
    ] == []


def test_the_servers_of_the_tests_know_nothing_of_the_product() -> None:
    assert [
        str(path.relative_to(ROOT)) for path in _files_of("devservices") if OURS & _imported(path)
    ] == []


FILES = [*_files(), *_files_of(*BESIDE)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_longer_than_a_reader_can_hold(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


def test_nothing_is_imported_inside_a_function() -> None:
    hidden = [
        f"{path.relative_to(ROOT)}:{inner.lineno}"
        for path in _files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]

    assert hidden == []


def _modules() -> dict[str, Path]:
    """The files of the product by the names of their modules."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in _files()
    }


def _imported_modules(path: Path, modules: Iterable[str]) -> Iterator[str]:
    """The modules of the product that a file imports, also those for type checkers only."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                imported = submodule if submodule in modules else node.module
                if imported in modules:
                    yield imported


def test_no_files_import_each_other_in_a_circle() -> None:
    """GraphQL types refer to each other in both directions, lazily: they alone are excepted."""
    modules = _modules()
    types = {name for name in modules if name.startswith("schema.types.")}
    imports = {
        name: set(_imported_modules(path, modules)) - (types if name in types else set())
        for name, path in modules.items()
    }

    # It raises CycleError, which shows the circle.
    TopologicalSorter(imports).prepare()


def _type_names(rooms: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The public name of each class in the rooms, with its file."""
    for path in _files_of(*rooms):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield node.name, str(path.relative_to(ROOT))


def test_a_type_name_has_one_meaning() -> None:
    """The GraphQL surface shows models under their own names; the simulator is another program."""
    places: dict[str, list[str]] = {}
    for name, place in _type_names(room for room in FLOORS if room not in ("schema", "simulator")):
        places.setdefault(name, []).append(place)
    views = {name: place for name, place in _type_names(["schema"]) if name in places}

    assert {name: files for name, files in places.items() if len(files) > 1} == {}
    assert {name: place for name, place in views.items() if not _are_facts(places[name])} == {}


def _are_facts(places: list[str]) -> bool:
    """Whether a type below is a fact or an input, which a GraphQL type of the same name shows."""
    return all(place.startswith(("models/", "access/", "tracking/inputs")) for place in places)
