"""Redis behind TLS, with a password: the public image's Redis, since Valkey's wheel knows no TLS."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import docker
import pytest

from counter.errors import StoreUnavailable
from counter.repository import visits
from counter.repository.store import Store
from devtools.certificates import make_authority
from quartet.testing.ports import free_port
from quartet.testing.waiting import eventually

pytestmark = pytest.mark.containers

IMAGE = "redis:8.0"
PASSWORD = "p@ss:w/ord"
QUOTED = "p%40ss%3Aw%2Ford"

START = f"""
tls="--tls-cert-file /tls/certificate --tls-key-file /tls/key --tls-ca-cert-file /tls/ca --tls-auth-clients no"
tls="$tls --tls-replication yes --tls-cluster yes --port 0"
redis-server $tls --tls-port $SINGLE --requirepass '{PASSWORD}' &
echo "sentinel monitor counts 127.0.0.1 $SINGLE 1\nsentinel auth-pass counts {PASSWORD}" >/tmp/sentinel.conf
redis-server /tmp/sentinel.conf --sentinel $tls --tls-port $SENTINEL --requirepass '{PASSWORD}' &
redis-server $tls --tls-port $CLUSTER --cluster-enabled yes --cluster-port $BUS --requirepass '{PASSWORD}' &
export REDISCLI_AUTH='{PASSWORD}'
until redis-cli --tls --cacert /tls/ca -p $CLUSTER cluster addslotsrange 0 16383; do sleep 0.1; done
wait
"""


@dataclass(frozen=True)
class SecureRedis:
    authority: Path
    ports: dict[str, str]

    def url(self, kind: str) -> str:
        place = f":{QUOTED}@localhost:{self.ports[kind]}"
        match kind:
            case "SENTINEL":
                return f"rediss+sentinel://{place}/counts?sentinel_password={QUOTED}"
            case "CLUSTER":
                return f"rediss+cluster://{place}"
        return f"rediss://{place}"

    def store(self, kind: str = "SINGLE") -> Store:
        return Store(self.url(kind), self.authority)


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecureRedis]:
    folder = tmp_path_factory.mktemp("tls")
    authority = make_authority("Tests")
    (folder / "ca").write_text(authority.pem)
    for name, text in zip(("certificate", "key"), authority.issue(["localhost", "127.0.0.1"]), strict=True):
        (folder / name).write_text(text)
    redis = SecureRedis(folder / "ca", {name: str(free_port()) for name in ("SINGLE", "SENTINEL", "CLUSTER", "BUS")})
    client = docker.from_env()
    # On the host's network: a Sentinel and a cluster tell addresses at which clients have to reach the others.
    container = client.containers.run(
        IMAGE,
        ["sh", "-c", START],
        detach=True,
        environment=redis.ports,
        volumes={str(folder): {"bind": "/tls", "mode": "ro"}},
        network_mode="host",
    )
    try:
        for kind in ("SINGLE", "SENTINEL", "CLUSTER"):
            eventually(lambda kind=kind: answers(redis.store(kind)), what=f"{kind} answers")  # type: ignore[misc]
        yield redis
    finally:
        container.remove(force=True, v=True)
        client.close()


def answers(store: Store) -> bool:
    try:
        store.check()
    except StoreUnavailable:
        return False
    return True


@pytest.mark.parametrize("kind", ["SINGLE", "SENTINEL", "CLUSTER"])
def test_it_counts_behind_tls(secure: SecureRedis, kind: str) -> None:
    store = secure.store(kind)
    first = visits.add(store)
    assert visits.add(store) == first + 1


@pytest.mark.parametrize("kind", ["SINGLE", "SENTINEL", "CLUSTER"])
def test_a_certificate_of_an_unknown_authority_is_not_taken(secure: SecureRedis, kind: str) -> None:
    assert not answers(Store(secure.url(kind)))


def test_a_certificate_of_another_host_is_not_taken(secure: SecureRedis) -> None:
    assert not answers(Store(secure.url("SINGLE").replace("localhost", "127.0.0.2"), secure.authority))


def test_without_tls_or_with_another_password_there_is_no_answer(secure: SecureRedis) -> None:
    assert not answers(Store(secure.url("SINGLE").replace("rediss", "redis")))
    assert not answers(Store(secure.url("SINGLE").replace(QUOTED, "another"), secure.authority))
