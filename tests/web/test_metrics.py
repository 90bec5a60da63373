"""Prometheus reads what the servers have counted, on a port of its own."""

import os
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from devservices.ports import free_port
from runtime import metrics
from runtime.metrics import MAXIMUM_NAMES, Metrics
from server import CannotServe, serve
from tests.live_changes import FOLLOW_ALL, READER_SCOPES
from tests.live_server import build_settings
from tests.server_processes import ServerProcesses, server_processes
from tests.timeouts import poll_until

PAGE = Path(__file__).parent.parent.parent / "docs" / "operate.md"
Samples = dict[str, float]


@pytest.fixture(autouse=True)
def _off() -> Iterator[None]:
    yield
    metrics.turn_off()


async def scrape(port: int) -> Samples:
    """The samples by name and labels."""
    async with httpx2.AsyncClient(verify=False) as http:
        response = await http.get(f"http://127.0.0.1:{port}/metrics")
    assert response.status_code == 200
    return {
        sample.name.removeprefix("whereabouts_")
        + "".join(f" {value}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


async def post(server: ServerProcesses, query: str, key: str | None = None) -> None:
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    response = await server.service.http.post("/graphql", json={"query": query}, headers=headers)
    assert response.status_code in (200, 401)


async def test_a_server_counts_what_it_answers(tmp_path: Path, db: str, broadcast_url: str) -> None:
    port = free_port()
    async with server_processes(
        tmp_path, db, broadcast_url, WHEREABOUTS_METRICS_PORT=str(port)
    ) as server:
        key = await server.service.key(*READER_SCOPES)
        for _ in range(3):
            await post(server, "query Known { changes(first: 1) { nodes { position } } }", key)
        await post(server, "query Stranger { position }")
        await post(server, "query { changes { nodes { position } } }")
        await post(server, "query Broken { nothing }")
        await post(server, "{ position }", "wrong")
        page = await server.service.http.get("/graphql", headers={"Accept": "text/html"})
        assert page.status_code == 200
        async with server.service.socket(*READER_SCOPES) as client:
            await client.subscribe("1", FOLLOW_ALL)
            await poll_until_sampled(port, "followers", 1.0)
            samples = await scrape(port)

    assert {name: samples[name] for name in samples if name.startswith("requests_total")} == {
        "requests_total ok http": 4.0,
        "requests_total refused http": 3.0,
    }
    assert {name: samples[name] for name in samples if name.startswith("operations_total")} == {
        "operations_total Known": 3.0,
        "operations_total other": 1.0,
        "operations_total unnamed": 1.0,
        "operations_total refused": 2.0,
    }
    assert {name: samples[name] for name in samples if name.startswith("errors_total")} == {
        "errors_total FORBIDDEN": 1.0,
        "errors_total GRAPHQL_VALIDATION_FAILED": 1.0,
        "errors_total UNAUTHENTICATED": 1.0,
    }
    assert samples["security_events_total FORBIDDEN"] == 1.0
    assert samples["security_events_total REFUSED_CREDENTIALS"] == 1.0
    assert samples["operation_seconds_count query"] == 5.0
    assert samples["sql_seconds_count"] >= 4.0
    assert samples["sql_seconds_sum"] > 0.0
    assert samples["process_resident_memory_bytes"] > 10_000_000
    assert (samples["workers"], samples["feed_lag_changes"]) == (1.0, 0.0)
    assert (samples["consumer_lag_changes"], samples["intake_backlog"]) == (0.0, 0.0)
    assert samples["queue_overflows_total"] == 0.0


async def poll_until_sampled(port: int, name: str, value: float) -> None:
    samples: Samples = {}
    while samples.get(name) != value:
        samples = await scrape(port)


async def test_the_numbers_of_all_workers_are_added_up_and_survive_them(
    tmp_path: Path, db: str, broadcast_url: str
) -> None:
    if broadcast_url == "memory://":
        pytest.skip("a SQLite file serves one process")
    port = free_port()
    async with server_processes(
        tmp_path,
        db,
        broadcast_url,
        WHEREABOUTS_WORKERS="2",
        WHEREABOUTS_METRICS_PORT=str(port),
    ) as server:
        await poll_until_sampled(port, "workers", 2.0)
        for _ in range(20):
            async with httpx2.AsyncClient(verify=False) as http:
                await http.post(f"http://{server.address}/graphql", json={"query": "{ position }"})
        await poll_until_sampled(port, "requests_total ok http", 20.0)
        victim = server.workers()[0]

        os.kill(victim, signal.SIGKILL)

        await poll_until(lambda: victim not in server.workers())
        await poll_until_sampled(port, "workers", 2.0)
        samples = await scrape(port)
        assert samples["requests_total ok http"] == 20.0
        assert samples["process_resident_memory_bytes"] > 20_000_000


async def test_without_the_setting_nothing_is_counted(
    tmp_path: Path, db: str, broadcast_url: str
) -> None:
    async with server_processes(tmp_path, db, broadcast_url) as server:
        await post(server, "{ position }")
        response = await server.service.http.get("/metrics")

    assert response.status_code == 404
    assert not metrics.is_on()


@pytest.mark.usefixtures("unchanged_logging")
def test_a_port_that_is_taken_is_named_in_one_line(
    tmp_path: Path, database_url: str, broadcast_url: str
) -> None:
    other = free_port()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = build_settings(
            database_url,
            broadcast_url,
            WHEREABOUTS_PORT=str(other),
            WHEREABOUTS_METRICS_PORT=str(port),
        )
        with pytest.raises(CannotServe) as refused:
            serve(settings)

    assert str(refused.value) == (
        f"The metrics cannot be served at 127.0.0.1, port {port}: Address already in use."
        " Set WHEREABOUTS_METRICS_HOST and WHEREABOUTS_METRICS_PORT."
    )


def test_the_page_names_every_metric_and_alerts_use_no_others() -> None:
    text = PAGE.read_text()
    table = text.split("| metric, after `whereabouts_` |")[1].split("\n\n")[0]
    documented = set(re.findall(r"`([a-z_]+)`", "".join(re.findall(r"^\| (.*?) \|", table, re.M))))
    known = {
        family.name.removeprefix("whereabouts_") + ("_total" if family.type == "counter" else "")
        for family in Metrics().registry.collect()
    }

    assert documented == known
    used = {name.removesuffix("_bucket") for name in re.findall(r"\bwhereabouts_(\w+)[{\[ ]", text)}
    assert used
    assert used <= known


def test_the_number_of_names_is_bounded_and_strangers_add_none() -> None:
    counted = Metrics()

    names = {counted.name_of(f"Mine{number}", is_trusted=True) for number in range(1000)}

    assert len(names - {"other"}) == MAXIMUM_NAMES - 2
    assert counted.name_of("Mine0", is_trusted=False) == "Mine0"
    assert counted.name_of("Theirs", is_trusted=False) == "other"
