"""Released migrations never change: databases that have applied one would miss what it gained."""

import hashlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LISTED = Path(__file__).with_name("sha256sums.txt")


def listed_hashes() -> dict[str, str]:
    """The hash of each released migration by its path, as `sha256sum` writes them."""
    pairs = [line.split() for line in LISTED.read_text().splitlines()]
    assert len({path for _, path in pairs}) == len(pairs), f"{LISTED.name} lists a file twice"
    return {path: hash_ for hash_, path in pairs}


def faults(root: Path, listed: dict[str, str]) -> list[str]:
    """Return advice about each migration that was changed, removed or not listed."""
    found = {
        f"migrations/{file.name}": hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted((root / "migrations").glob("[0-9]*.py"))
    }
    changed = [
        f"{path} was released and must not change: take the change back, and write a new migration"
        for path, hash_ in listed.items()
        if found.get(path) != hash_
    ]
    new = [
        f"{path} is new: once it is finished, run `sha256sum {path} >>"
        f" tests/migrations/{LISTED.name}` in the project's folder"
        for path in found
        if path not in listed
    ]
    return [*changed, *new]


def test_released_migrations_are_as_they_were_released() -> None:
    assert faults(ROOT, listed_hashes()) == []


def test_the_first_ten_were_released() -> None:
    numbers = [path.removeprefix("migrations/")[:4] for path in listed_hashes()]

    assert numbers[:10] == [f"{number:04}" for number in range(1, 11)]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("has_changed", [True, False])
def test_each_edit_says_what_to_do_instead(tmp_path: Path, has_changed: bool) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    if has_changed:
        (folder / "0001_orders.py").write_text("# edited")
    (folder / "0002_more.py").write_text("# new")

    assert faults(tmp_path, {"migrations/0001_orders.py": "0" * 64}) == [
        "migrations/0001_orders.py was released and must not change: take the change back, and"
        " write a new migration",
        "migrations/0002_more.py is new: once it is finished, run"
        " `sha256sum migrations/0002_more.py >> tests/migrations/sha256sums.txt` in the project's"
        " folder",
    ]
