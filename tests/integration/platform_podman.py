"""The platform under test as a cluster would run it: the pods of k8s/overlays/dev, played by podman."""

import os
import secrets
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import requests

from devtools.deployment_secrets import make_secrets
from devtools.given import ROOT
from devtools.parts import IMAGES
from devtools.ports import free_block
from tests.integration import podman_pods as pods
from tests.integration.images import build_images
from tests.integration.platform_deployed import DeployedPlatform
from tests.integration.platform_logs import records
from tests.integration.platform_starting import told_why_not
from tests.integration.podman_engine import podman_with

STORES = ("mysql:9.7", "redis:8.0")
DOMAIN = "quartet.svc.cluster.local"
BREATH = 0.2  # between two rounds of a pod's probes
PROBES = ("startupProbe", "readinessProbe", "livenessProbe")


class PodmanPlatform(DeployedPlatform):
    """A running platform of one pod for each workload, started in no order, as a cluster starts them.

    Names are resolved as headless Services are: to the address of the pod. What its probes ask is asked from here.
    """

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        """Start a platform and wait until it is healthy; AssertionError with the pods' words when not."""
        build_images()
        self._podman = podman_with(*(f"quartet/{name}:dev" for name in IMAGES), *STORES)
        self._prefix = f"quartet-{secrets.token_hex(4)}"
        port = free_block()[0]
        super().__init__(f"http://127.0.0.1:{port}")
        # kustomize reads nothing outside the folders that it is given, and each platform has secrets of its own.
        for name in ("compose", "k8s"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("files", "tests"))
        self._secrets = folder / "k8s/secrets/files"
        make_secrets(self._secrets)
        documents = pods.rendered(folder / "k8s/overlays/dev")
        given = {"PUBLIC_URL": self.url, "RESOLVER": self._make_network()} | settings
        self._documents = pods.configured(documents, given)
        self._workloads = pods.workloads(self._documents)
        self._killed: dict[str, int] = {}
        with told_why_not(self):
            self._play({"gateway": {"http": port}})
            self.wait_healthy(180)

    @property
    def admin_password(self) -> str:
        return self.admin_password_file.read_text().strip()

    @property
    def admin_password_file(self) -> Path:
        return self._secrets / "admin_password"

    def stop(self, part: str) -> None:
        """End a part in good order; it stays down until `start`."""
        self._podman("stop", self.container(part))

    def start(self, part: str) -> None:
        """Start a part that was stopped."""
        self._podman("start", self.container(part))

    def kill(self, part: str) -> None:
        """SIGKILL a part; it is started again by itself."""
        self._killed[part] = self._pid(part)
        os.kill(self._killed[part], signal.SIGKILL)

    def wait_healthy(self, patience: float = 90) -> None:
        """Return when every step has ended well and what goes on answers as each of its probes wants it to."""
        deadline = time.monotonic() + patience
        for name, workload in self._workloads.items():
            healthy = self._has_ended_well if workload["kind"] == "Job" else self._passes_its_probes
            while not healthy(name):
                assert time.monotonic() < deadline, f"{name}: not healthy after {patience} s\n{self.last_words()}"
                time.sleep(BREATH)
        self._killed.clear()

    def run(self, service: str, *arguments: str) -> str:
        """Run a command of a service with that service's settings; return what it printed."""
        return self._podman("exec", self.container(service), "service", *arguments)

    def address(self, part: str) -> str:
        """Where a part listens, behind the gateway's back."""
        return f"http://{self._ip(part)}:8000"

    def logs(self, part: str) -> list[dict[str, Any]]:
        """The log of a part, oldest record first; lines that are no JSON object are left out."""
        return records(self._podman.output(self.container(part)))

    def last_words(self, lines: int = 8) -> str:
        """The end of every pod's log, for the report of a failed test."""
        return "\n".join(
            f"── {name}\n{self._podman.output(self.container(name), lines).rstrip()}" for name in self._workloads
        )

    def close(self) -> None:
        """End everything, and its data."""
        self._podman("pod", "rm", "--force", "--time", "3", *(f"{self._prefix}-{name}" for name in self._workloads))
        self._podman("network", "rm", "--force", self._prefix)
        self._podman("volume", "prune", "--force")
        self._podman("secret", "rm", *(f"{self._prefix}-{name}" for name in pods.secrets(self._documents)))

    def container(self, name: str) -> str:
        """The container of a workload's pod."""
        (container,) = self._workloads[name]["spec"]["template"]["spec"]["containers"]
        return f"{self._prefix}-{name}-{container['name']}"

    def _make_network(self) -> str:
        """Make the network; return its name server. Pods are told of the machine's too, which knows none of them."""
        self._podman("network", "create", self._prefix)
        return self._podman("network", "inspect", "--format", "{{(index .Subnets 0).Gateway}}", self._prefix).strip()

    def _play(self, published: dict[str, dict[str, int]]) -> None:
        for name, secret in pods.secrets(self._documents).items():
            self._podman("secret", "create", f"{self._prefix}-{name}", "-", stdin=secret)
        for name in self._workloads:
            network = f"{self._prefix}:alias={name},alias={name}.{DOMAIN}"
            manifest = pods.playable(self._documents, name, self._prefix, published.get(name, {}))
            self._podman("kube", "play", "--network", network, "-", stdin=manifest)

    def _ip(self, name: str) -> str:
        pod = self._podman.inspect(self.container(name))["Pod"]
        infra = self._podman("pod", "inspect", "--format", "{{.InfraContainerID}}", pod).strip()
        return str(self._podman.inspect(infra)["NetworkSettings"]["Networks"][self._prefix]["IPAddress"])

    def _pid(self, name: str) -> int:
        return int(self._podman.inspect(self.container(name))["State"]["Pid"])

    def _has_ended_well(self, name: str) -> bool:
        state = self._podman.inspect(self.container(name))["State"]
        return (state["Status"], state["ExitCode"]) == ("exited", 0)

    def _passes_its_probes(self, name: str) -> bool:
        if self._pid(name) == self._killed.get(name):
            return False
        (container,) = self._workloads[name]["spec"]["template"]["spec"]["containers"]
        return all(self._passes(name, container, container[kind]) for kind in PROBES if kind in container)

    def _passes(self, name: str, container: pods.Document, probe: pods.Document) -> bool:
        if "exec" in probe:
            try:
                self._podman("exec", self.container(name), *probe["exec"]["command"])
            except AssertionError:
                return False
            return True
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        get = probe["httpGet"]
        address = f"http://{self._ip(name)}:{ports.get(get['port'], get['port'])}{get['path']}"
        try:
            return requests.get(address, timeout=probe["timeoutSeconds"]).status_code == 200
        except requests.RequestException:
            return False
