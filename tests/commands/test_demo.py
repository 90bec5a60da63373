"""The demo prints a working address, key and tracking id, and leaves no process behind."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from urllib.request import urlopen

import pytest
from graphql import build_schema, parse, validate

from commands.command_runtime import Failure, WrongInput
from commands.demo_data import DemoData, only_demo, place_of
from commands.example_orders import EXAMPLES
from commands.greeting import QUERY, SUBSCRIPTION, greeting
from commands.local_server import LocalServer, open_port
from config import PROJECT
from devservices.ports import HOST, free_port
from devservices.processes import is_alive, wait_until
from schema.sdl import sdl

KEY = re.compile(r"API key +(wa_live_\w+)")
PAGE = re.compile(r"http://[\d.:]+/t/\S+")
BRAND_NAME = re.compile(r'<span class="brand-name">(.*?)</span>')
TRACKING_ID = re.compile(r"Tracking id +(WA-[\w-]+)")
SECONDS = 45.0

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Generator[Start, None, None]:
    """Starts a demo of thirty orders in a folder of its own."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: object) -> subprocess.Popen[str]:
        options = ["--orders", "30", "--folder", str(tmp_path / "demo"), *map(str, arguments)]
        process = subprocess.Popen(
            [sys.executable, "-m", "commands", "demo", *options],
            cwd=PROJECT,
            env=_environ(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.terminate()
        process.communicate(timeout=SECONDS)


def _environ() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if "WHEREABOUTS" not in name}


def _read_greeting(process: subprocess.Popen[str]) -> str:
    """The lines that the demo prints until it is running."""
    assert process.stdout is not None
    lines = ""
    for line in process.stdout:
        lines += line
        if line.startswith("And follow it live"):
            break
    return lines


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    assert match is not None, text
    return match[1]


def _shown(address: str) -> str:
    """The name of the brand on the page of an order, which must be there."""
    with urlopen(address) as reply:  # noqa: S310 (an address of the demo)
        return _found(BRAND_NAME, reply.read().decode())


@pytest.mark.slow
@pytest.mark.timeout(3 * SECONDS)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_demo_serves_orders_that_move_until_it_is_stopped(
    number: signal.Signals, start: Start
) -> None:
    port = free_port()
    process = start("--port", port)
    told = _read_greeting(process)
    server, key = LocalServer(HOST, port), _found(KEY, told)
    tracking_id = _found(TRACKING_ID, told)
    children = _children(process.pid)

    def has_moved() -> bool:
        data = server.execute(QUERY.format(tracking_id=tracking_id), key)
        return bool(data["order"]["shipments"])

    assert "30 orders: 30 new, 0 already there, 0 rejected." in told
    assert [_shown(address) for address in PAGE.findall(told)] == ["Sample shop"] * (
        2 + len(EXAMPLES)
    )
    assert len(children) == 2
    assert wait_until(has_moved, SECONDS)

    process.send_signal(number)
    rest, _ = process.communicate(timeout=SECONDS)

    assert process.returncode == 0
    assert rest.endswith("Stopped.\n")
    assert [pid for pid in children if is_alive(pid)] == []


@pytest.mark.slow
def test_a_port_that_is_taken_while_the_data_is_made_is_left_to_its_owner(start: Start) -> None:
    port = free_port()
    process = start("--port", port)
    assert process.stdout is not None
    assert process.stdout.readline() == "Creating the tables and an API key.\n"

    with socket.create_server((HOST, port)):
        told = _read_greeting(process)

    assert f"Port {port} is taken; the demo listens on " in told
    assert f":{port}/graphql" not in told


@pytest.mark.slow
def test_a_demo_whose_server_dies_says_so_and_ends(start: Start) -> None:
    process = start("--port", free_port())
    _read_greeting(process)
    server, simulator = _children(process.pid)

    os.kill(server, signal.SIGKILL)
    rest, _ = process.communicate(timeout=SECONDS)

    assert process.returncode == 1
    assert "Error: The server has ended. It said:\n" in rest
    assert "Application startup complete" in rest
    assert not is_alive(simulator)


def test_only_one_demo_runs_in_a_folder(tmp_path: Path) -> None:
    with (
        only_demo(tmp_path / "demo"),
        pytest.raises(Failure, match="Another demo is running"),
        only_demo(tmp_path / "demo"),
    ):
        pass


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "whereabouts.sqlite3").touch()

    with pytest.raises(Failure, match="a folder of its own"), only_demo(tmp_path):
        pass

    assert os.listdir(tmp_path) == ["whereabouts.sqlite3"]


def test_settings_of_the_environment_hold(tmp_path: Path) -> None:
    named = place_of(tmp_path, {"WHEREABOUTS_DATABASE_URL": "sqlite:///srv/x.sqlite3"}, None)
    own = place_of(tmp_path, {"WHEREABOUTS_PORT": "9000"}, 9001)

    assert named.settings.database_url.get_secret_value() == "sqlite:///srv/x.sqlite3"
    assert not named.is_ours
    assert (
        own.settings.database_url.get_secret_value() == f"sqlite://{tmp_path}/whereabouts.sqlite3"
    )
    assert (own.is_ours, own.settings.port) == (True, 9001)
    with pytest.raises(WrongInput, match="WHEREABOUTS_KEY is not a setting"):
        place_of(tmp_path, {"WHEREABOUTS_KEY": "x"}, None)


def test_a_taken_port_is_left_to_its_owner() -> None:
    port = free_port()
    assert open_port(HOST, port) == port

    with socket.create_server((HOST, port)):
        assert open_port(HOST, port) != port


@pytest.mark.parametrize("document", [QUERY, SUBSCRIPTION])
def test_the_printed_documents_are_valid(document: str) -> None:
    assert validate(build_schema(sdl()), parse(document.format(tracking_id="WA-1"))) == []


def test_pages_of_development_servers_may_use_the_demo(tmp_path: Path) -> None:
    origins = place_of(tmp_path, {}, None).settings.allowed_origins
    chosen = {"WHEREABOUTS_ALLOWED_ORIGINS": "https://shop.example"}

    assert set(origins) == {
        *("http://localhost:5173", "http://127.0.0.1:5173"),
        *("http://localhost:3000", "http://127.0.0.1:3000"),
        *("http://localhost:8080", "http://127.0.0.1:8080"),
        *("http://localhost:4200", "http://127.0.0.1:4200"),
    }
    assert place_of(tmp_path, chosen, None).settings.allowed_origins == ("https://shop.example",)


def test_the_greeting_begins_with_the_page_of_an_order() -> None:
    server, data = LocalServer("127.0.0.1", 8000), DemoData("KEY", {"late": "WA-2", "lost": "WA-3"})

    lines = greeting(
        server, data, "WA-1", "http://127.0.0.1:8000/t/WA-1?k=T", Path("x")
    ).splitlines()

    assert lines[3:6] == [
        "  Order page    http://127.0.0.1:8000/t/WA-1",
        "  with a link   http://127.0.0.1:8000/t/WA-1?k=T",
        "  GraphiQL      http://127.0.0.1:8000/graphql#key=KEY&trackingId=WA-1",
    ]
    assert "  late   http://127.0.0.1:8000/t/WA-2" in lines
    assert "  lost   http://127.0.0.1:8000/t/WA-3" in lines


def test_the_greeting_has_no_link_and_no_examples_where_there_are_none() -> None:
    server, data = LocalServer("127.0.0.1", 8000), DemoData("KEY", {})

    lines = greeting(server, data, "WA-1", None, Path("x")).splitlines()

    assert lines[3:5] == [
        "  Order page    http://127.0.0.1:8000/t/WA-1",
        "  GraphiQL      http://127.0.0.1:8000/graphql#key=KEY&trackingId=WA-1",
    ]
    assert "The order page is what a customer sees of an order, live." in lines
