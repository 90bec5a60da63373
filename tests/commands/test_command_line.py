"""The command line's output, messages and exit codes."""

import errno
import os
from pathlib import Path

import pytest

from commands.command_runtime import read_settings
from commands.command_runtime import run as run_to_its_end
from schema.sdl import sdl
from tests.commands.conftest import RunCommand
from tests.commands.order_files import (
    build_csv_line,
    build_json_order,
    write_csv_file,
    write_json_file,
)


def test_an_import_reports_what_became_of_the_orders(run: RunCommand, tmp_path: Path) -> None:
    file = write_csv_file(
        tmp_path, build_csv_line(), build_csv_line(reference="A-2", item_quantity="0")
    )

    first, second = run("import", file), run("import", file)

    assert (first.exit_code, first.stdout) == (1, "")
    first_reject = (
        "The first rejected order, on line 3: item_quantity: Send a quantity from 1 to 1000000.\n"
    )
    assert first.stderr == (
        f"{first_reject}2 orders: 1 new, 0 already there, 1 rejected (see {file}.rejects).\n"
    )
    assert second.stderr == (
        f"{first_reject}2 orders: 0 new, 1 already there, 1 rejected (see {file}.rejects).\n"
    )


def test_an_import_without_rejects_ends_with_zero(run: RunCommand, tmp_path: Path) -> None:
    result = run("import", write_json_file(tmp_path, build_json_order()), "--batch", 10)

    assert result.exit_code == 0
    assert result.stderr == "1 order: 1 new, 0 already there, 0 rejected.\n"


def test_standard_input_can_be_imported(
    run: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = write_csv_file(tmp_path, build_csv_line(), "x").read_text()

    result = run("import", "-", "--format", "csv", input=text)

    assert result.exit_code == 1
    assert result.stderr.endswith("1 new, 0 already there, 1 rejected (see stdin.rejects).\n")
    assert Path("stdin.rejects").read_text() == (
        "line,reason,original\n3,Has 1 columns; the first line has 12.,x\n"
    )


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("orders.csv", "a,b\n", "are missing: idempotency_key or reference, customer_name,"),
        ("orders.txt", "", "It is empty: its first line must name the columns."),
        ("orders.csv", "", "It is empty: its first line must name the columns."),
    ],
)
def test_a_file_that_cannot_be_read_ends_with_two(
    name: str, content: str, message: str, run: RunCommand, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_text(content)

    result = run("import", file)

    assert result.exit_code == 2
    assert result.stderr.startswith(f"Error: {file} cannot be read: ")
    assert message in result.stderr
    assert os.listdir(tmp_path) == [name]


def test_a_file_that_is_not_there_ends_with_two(run: RunCommand, tmp_path: Path) -> None:
    result = run("import", tmp_path / "orders.csv")

    assert result.exit_code == 2
    assert "orders.csv' does not exist." in result.stderr


@pytest.mark.parametrize("command", [("migrate",), ("serve",), ("keys", "list")])
def test_a_wrong_setting_is_one_line_and_ends_with_two(
    command: tuple[str, ...], run: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHEREABOUTS_PORTS", "8000")

    result = run(*command)

    assert result.exit_code == 2
    assert result.output == (
        "Error: WHEREABOUTS_PORTS is not a setting; did you mean WHEREABOUTS_PORT?\n"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [(None, "cannot be read: No such file or directory"), ("[]", "is not a JSON object")],
)
def test_a_file_of_keys_that_cannot_be_read_is_one_line(
    run: RunCommand,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    text: str | None,
    reason: str,
) -> None:
    file = tmp_path / "keys.json"
    if text is not None:
        file.write_text(text)
    monkeypatch.setenv("WHEREABOUTS_JWT_JWKS", str(file))
    monkeypatch.setenv("WHEREABOUTS_JWT_ISSUER", "https://login.example")
    monkeypatch.setenv("WHEREABOUTS_JWT_AUDIENCE", "whereabouts")

    result = run("serve")

    assert result.exit_code == 2
    assert result.output == f"Error: WHEREABOUTS_JWT_JWKS: {file} {reason}.\n"


def test_a_brand_that_cannot_be_used_is_one_line(
    run: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "brand.toml"
    file.write_text('nmae = "Sample shop"')
    monkeypatch.setenv("WHEREABOUTS_BRAND", str(file))

    result = run("serve")

    assert result.exit_code == 2
    assert result.output == (
        f"Error: WHEREABOUTS_BRAND: {file}: nmae is not known; did you mean name?\n"
    )


def test_a_database_that_is_not_there_is_one_line(
    run: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHEREABOUTS_DATABASE_URL", f"sqlite://{tmp_path}/none.sqlite3")

    result = run("keys", "list")

    assert result.exit_code == 1
    assert result.output == (
        f"Error: There is no database {tmp_path}/none.sqlite3 yet:"
        " run `whereabouts migrate` first.\n"
    )
    assert os.listdir(tmp_path) == []


def test_a_database_that_does_not_answer_is_one_line(
    run: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHEREABOUTS_DATABASE_URL", "postgres://user:secret@127.0.0.1:9/none")

    result = run("keys", "list")

    assert result.exit_code == 1
    assert result.output.startswith("Error: The database cannot be used: ")
    assert result.output.count("\n") == 1
    assert "secret" not in result.output


def test_a_reader_that_has_read_enough_is_not_a_fault_of_the_database() -> None:
    async def write_more() -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    with pytest.raises(BrokenPipeError):
        run_to_its_end(write_more())


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("postgres://user:secret@no-such-host.invalid:5433/none", "no-such-host.invalid:5433/none"),
        ("postgres://user:secret@/none?host=/nonexistent&port=5433", "/nonexistent:5433/none"),
    ],
)
def test_a_host_that_is_not_there_is_named(
    run: RunCommand, monkeypatch: pytest.MonkeyPatch, address: str, place: str
) -> None:
    monkeypatch.setenv("WHEREABOUTS_DATABASE_URL", address)

    result = run("keys", "list")

    assert result.exit_code == 1
    assert result.output.startswith("Error: The database cannot be used: ")
    assert result.output.endswith(f" (postgres://{place})\n")
    assert result.output.count("\n") == 1


def test_the_schema_is_printed_as_it_is(run: RunCommand) -> None:
    result = run("schema")

    assert result.exit_code == 0
    assert result.stdout == sdl()


def test_settings_come_from_the_environment(
    run: RunCommand, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("--help").exit_code == 0
    assert read_settings().database_url.get_secret_value() == database_url


@pytest.mark.parametrize(
    ("workers", "message"),
    [
        ("2", "a SQLite file serves only one process"),
        ("none", "use a whole number from 1 to 64"),
    ],
)
def test_workers_are_checked_however_they_are_given(
    workers: str, message: str, run: RunCommand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WHEREABOUTS_WORKERS", "1")
    monkeypatch.setenv("WHEREABOUTS_DATABASE_URL", f"sqlite://{tmp_path}/orders.sqlite3")

    result = run("serve", "--workers", workers)

    assert result.exit_code == 2
    assert f"WHEREABOUTS_WORKERS='{workers}': {message}" in result.stderr
