"""What docs/operate.md says about installing, running and copying the service is so."""

import asyncio
import os
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
from configparser import ConfigParser
from contextlib import closing
from pathlib import Path

import pytest

from access.scopes import Scope
from config import PROJECT, VERSION, Settings
from database.connections import READER_POOLS
from database.migrations import migrate
from devservices.ports import free_port
from server import GRACE_SECONDS
from tests.documentation import read_page
from tests.live_server import build_settings, running_service
from tests.server_processes import until_dead
from tests.timeouts import TIMEOUT, poll_until
from web.connection_registry import DRAIN_SECONDS

OPERATE = read_page("docs/operate.md")
ENVIRONMENT = "/opt/whereabouts"
INSTALL_SECONDS = 300
"""The time to fetch and unpack all packages on a slow machine."""
NOT_IN_A_CLONE = shutil.ignore_patterns(
    ".git", ".venv", ".demo", ".*_cache", ".hypothesis", "node_modules", "__pycache__", "build",
    "*.egg-info", "*.sqlite3*",
)  # fmt: skip
PLACE = read_page("README.md").blocks("graphql")[0]


@pytest.mark.slow
@pytest.mark.timeout(INSTALL_SECONDS)
def test_the_printed_commands_install_the_service_from_a_clone(tmp_path: Path) -> None:
    clone, elsewhere = tmp_path / "clone", tmp_path / "elsewhere"
    shutil.copytree(PROJECT, clone, ignore=NOT_IN_A_CLONE)
    elsewhere.mkdir()
    printed = OPERATE.blocks("sh")[0].replace(ENVIRONMENT, str(tmp_path / "environment"))
    script = f"{printed}\ncd {elsewhere}\nwhereabouts --version\nwhereabouts migrate\n"
    folder = Path(sys.executable).parent

    result = subprocess.run(
        ["sh", "-e", "-c", script],
        check=False,
        cwd=clone,
        env=os.environ | {"PATH": f"{folder}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )

    assert result.returncode == 0, result.stderr
    assert f"whereabouts {VERSION}\nApplied 0001_orders." in result.stdout
    assert (elsewhere / "whereabouts.sqlite3").exists()


def unit() -> dict[str, str]:
    """The values of the section [Service] of the unit for systemd."""
    parser = ConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    (text,) = OPERATE.blocks("ini")
    parser.read_string(text)
    return dict(parser["Service"])


def test_the_unit_leaves_time_to_finish_and_tells_only_the_main_process() -> None:
    service = unit()

    assert service["KillMode"] == "mixed"
    assert int(service["TimeoutStopSec"]) > DRAIN_SECONDS + GRACE_SECONDS
    assert service["WorkingDirectory"] == f"/var/lib/{service['StateDirectory']}"
    assert service["ExecStart"].startswith(f"{ENVIRONMENT}/bin/")


@pytest.mark.slow
async def test_the_command_of_the_unit_serves_until_its_main_process_gets_the_signal(
    db: str, broadcast_url: str, tmp_path: Path
) -> None:
    program, *arguments = shlex.split(unit()["ExecStart"])
    workers = "1" if broadcast_url == "memory://" else "2"
    environ = {
        "WHEREABOUTS_DATABASE_URL": db,
        "WHEREABOUTS_BROADCAST_URL": broadcast_url,
        "WHEREABOUTS_PORT": str(free_port()),
        "WHEREABOUTS_WORKERS": workers,
    }
    with (tmp_path / "log").open("wb") as log:
        main = await asyncio.create_subprocess_exec(
            *(program.replace(ENVIRONMENT, sys.prefix), *arguments),
            cwd=tmp_path,
            env=os.environ | environ,
            stderr=log,
            start_new_session=True,
        )
    try:
        ready = "Application startup complete"
        await poll_until(lambda: (tmp_path / "log").read_text().count(ready) == int(workers))
        started = child_processes(main.pid)
        main.send_signal(signal.SIGTERM)
        async with asyncio.timeout(TIMEOUT):
            code = await main.wait()
    finally:
        if main.returncode is None:
            os.killpg(main.pid, signal.SIGKILL)
            await main.wait()

    assert code in (0, -signal.SIGTERM)
    for pid in started:
        await until_dead(pid)


def child_processes(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_the_connections_add_up() -> None:
    (sum_,) = re.findall(
        r"(\d+) \u00d7 (\d+) \u00d7 \((\d+) \+ (\d+)\) = (\d+) connections", OPERATE.text
    )
    servers, workers, own, others, all_ = map(int, sum_)

    assert own == Settings.from_env({}).database_connections
    assert others == sum(READER_POOLS.values())
    assert all_ == servers * workers * (own + others)


async def test_a_sqlite_file_is_copied_while_the_server_runs(tmp_path: Path) -> None:
    file, copy = tmp_path / "orders.sqlite3", tmp_path / "copy.sqlite3"
    await migrate(f"sqlite://{file}")
    (statement,) = re.findall(r"`(VACUUM INTO '.*?')`", OPERATE.text)

    async with running_service(build_settings(f"sqlite://{file}", "memory://")) as service:
        answer = await service.fetch(PLACE, Scope.ORDERS_READ, Scope.ORDERS_WRITE)
        with closing(sqlite3.connect(file)) as connection:
            connection.execute(statement.replace("copy.sqlite3", str(copy)))
    async with running_service(build_settings(f"sqlite://{copy}", "memory://")) as restored:
        tracking_id = answer["orderCreate"]["order"]["trackingId"]
        found = await restored.fetch(f'{{ order(trackingId: "{tracking_id}") {{ status }} }}')

    assert found == {"order": {"status": "PENDING"}}
