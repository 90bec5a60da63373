"""The lines of refused orders go where --rejects says."""

import os
from pathlib import Path

import pytest

from tests.commands.conftest import RunCommand
from tests.commands.order_files import build_csv_line, write_csv_file

BAD = build_csv_line(item_quantity="two", customer_name="Kundin Ä")
REJECTS = f"line,reason,original\n2,item_quantity: 'two' is not a whole number.,\"{BAD}\"\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "input"
    folder.mkdir()
    return write_csv_file(folder, BAD)


def test_rejects_can_be_written_to_another_file(
    run: RunCommand, tmp_path: Path, file: Path
) -> None:
    path = tmp_path / "refused.csv"

    result = run("import", file, "--rejects", path)

    assert result.exit_code == 1
    assert result.stderr == (
        "The first rejected order, on line 2: item_quantity: 'two' is not a whole number.\n"
        f"1 order: 0 new, 0 already there, 1 rejected (see {path}).\n"
    )
    assert path.read_text(encoding="utf-8") == REJECTS
    assert os.listdir(file.parent) == ["orders.csv"]


def test_rejects_can_be_written_to_standard_output(run: RunCommand, file: Path) -> None:
    result = run("import", file, "--rejects", "-")

    assert result.exit_code == 1
    assert result.stdout_bytes.decode() == REJECTS
    assert result.stderr == (
        "The first rejected order, on line 2: item_quantity: 'two' is not a whole number.\n"
        "1 order: 0 new, 0 already there, 1 rejected (see standard output).\n"
    )
    assert os.listdir(file.parent) == ["orders.csv"]


def test_the_file_itself_is_not_overwritten(run: RunCommand, file: Path) -> None:
    before = file.read_bytes()

    result = run("import", file, "--rejects", file)

    assert result.exit_code == 2
    assert "--rejects would overwrite FILE." in result.stderr
    assert file.read_bytes() == before


def test_a_device_stays(run: RunCommand, file: Path) -> None:
    result = run("import", file, "--rejects", "/dev/null")

    assert result.exit_code == 1
    assert Path("/dev/null").is_char_device()


def test_a_folder_that_cannot_be_written_is_named_with_what_helps(
    run: RunCommand, tmp_path: Path, file: Path
) -> None:
    path = tmp_path / "nowhere" / "refused.csv"

    result = run("import", file, "--rejects", path)

    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: {path} cannot be written: No such file or directory; say --rejects PATH.\n"
    )
