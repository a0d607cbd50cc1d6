"""The real rsyslog, with the overlay's configuration, before something that answers as Elasticsearch does."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from deploy.tests.logs.bulk_receiver import receiving
from deploy.tests.logs.conftest import Line
from devtools.given import ROOT
from quartet.testing.ports import free_port
from quartet.testing.waiting import eventually

ELK = ROOT / "compose/monitoring/elk"


@contextmanager
def shipping(folder: Path, elasticsearch: str) -> Iterator[None]:
    (folder / "spool").mkdir(exist_ok=True)
    environment = os.environ | {
        "SPOOL": str(folder / "spool"),
        "LOG_FILES": f"{folder}/containers/*/*-json.log",
        "ELASTICSEARCH": elasticsearch,
    }
    command = ["rsyslogd", "-n", "-i", str(folder / "pid"), "-f", str(ELK / "rsyslog.conf")]
    with (folder / "said").open("a") as said:
        shipper = subprocess.Popen(command, env=environment, cwd=folder, stdout=said, stderr=said)
    try:
        yield
    finally:
        shipper.terminate()
        shipper.wait(30)


def write(folder: Path, container: str, lines: list[Line]) -> None:
    file = folder / "containers" / container / f"{container}-json.log"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as log:
        log.writelines(line.as_docker_keeps_it() for line in lines)


def expected(line: Line) -> dict[str, Any]:
    fields = line.fields
    return {"part": line.part, "@timestamp": fields.pop("time"), **fields}


def by_text(documents: Any) -> list[str]:
    return sorted(json.dumps(document, sort_keys=True) for document in documents)


@pytest.mark.needs("rsyslogd")
def test_every_line_arrives_once_as_it_was_written(
    gateway_lines: list[Line], service_lines: list[Line], tmp_path: Path
) -> None:
    lines = gateway_lines + service_lines
    port = free_port()
    write(tmp_path, "one", lines)
    with shipping(tmp_path, f"http://127.0.0.1:{port}"):
        eventually(lambda: "connect" in (tmp_path / "said").read_text(), within=60, what="a try to connect")
        with receiving(port) as elasticsearch:
            eventually(lambda: len(elasticsearch.documents) >= len(lines), within=60, what="all lines")
    write(tmp_path, "one", service_lines[:1])
    write(tmp_path, "two", service_lines[:1])
    with receiving() as after, shipping(tmp_path, after.url):
        eventually(lambda: len(after.documents) >= 2, within=60, what="what came later")
    assert elasticsearch.indices == after.indices == {"logs-quartet-default"}
    assert by_text(elasticsearch.documents.values()) == by_text(map(expected, lines))
    assert by_text(after.documents.values()) == by_text([expected(service_lines[0])] * 2)


@pytest.mark.needs("rsyslogd")
def test_what_is_no_json_is_a_message_and_other_containers_are_left_alone(tmp_path: Path) -> None:
    texts = ['2026 [Warning] plain\ttext "q" \\x', "{broken", "[1]", "null", "10"]
    with receiving() as elasticsearch:
        write(tmp_path, "one", [Line(None, '{"secret": "of another"}'), Line(None, "plain, of another")])
        write(tmp_path, "two", [Line("mysql", text) for text in texts])
        with shipping(tmp_path, elasticsearch.url):
            eventually(lambda: len(elasticsearch.documents) >= len(texts), within=60, what="all lines")
        found = elasticsearch.documents.values()
        assert sorted(document["message"] for document in found) == sorted(texts)
        assert {(document["part"], document["@timestamp"]) for document in found} == {
            ("mysql", "2026-11-22T02:50:39.123456789Z")
        }


@pytest.mark.needs("curl")
def test_elasticsearch_is_told_of_fields_and_retention() -> None:
    with receiving() as elasticsearch:
        command = [ELK / "set-up.sh"]
        environment = os.environ | {"ELASTICSEARCH": elasticsearch.url, "no_proxy": "127.0.0.1"}
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)
        template = elasticsearch.put["/_index_template/quartet-logs"]
        policy = template["template"]["settings"]["index.lifecycle.name"]
        assert elasticsearch.put[f"/_ilm/policy/{policy}"]["policy"]["phases"]["delete"]["min_age"] == "14d"
        assert template["index_patterns"] == ["logs-quartet-*"]
