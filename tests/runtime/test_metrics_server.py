"""The numbers of several processes are added up from their files."""

from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.mmap_dict import MmapedDict, mmap_key

from runtime.metrics_server import WorkersCollector


def test_the_empty_file_of_a_process_that_begins_does_not_hide_the_others(tmp_path: Path) -> None:
    numbers = MmapedDict(str(tmp_path / "counter_1.db"))
    key = mmap_key("requests", "requests_total", [], [], "Each operation counts once.")
    numbers.write_value(key, 2.0, 0.0)
    numbers.close()
    (tmp_path / "counter_2.db").touch()

    (metric,) = WorkersCollector(CollectorRegistry(), tmp_path).collect()

    assert [(sample.name, sample.value) for sample in metric.samples] == [("requests_total", 2.0)]
