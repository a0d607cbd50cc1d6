"""The secrets of a deployment."""

import hashlib
import json
import re
import ssl
from pathlib import Path

import pytest

from devtools.deployment_secrets import make_secrets, redis_account
from devtools.given import ROOT
from devtools.problem import Problem


def texts(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in folder.iterdir()}


def test_secrets_are_made_once_and_kept(tmp_path: Path) -> None:
    made = make_secrets(tmp_path / "secrets")
    first = texts(tmp_path / "secrets")
    assert set(made) == set(first)
    assert make_secrets(tmp_path / "secrets") == []
    assert texts(tmp_path / "secrets") == first


def test_one_that_is_missing_is_made_and_the_others_stay(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    first = texts(tmp_path)
    (tmp_path / "internal_secret").unlink()
    assert make_secrets(tmp_path) == ["internal_secret"]
    changed = {name for name, text in texts(tmp_path).items() if text != first[name]}
    assert changed == {"internal_secret"}


def test_what_an_operator_put_there_stays(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    (tmp_path / "mysql_ca").write_text("the provider's authority")
    (tmp_path / "internal_secret").unlink()
    make_secrets(tmp_path)
    assert (tmp_path / "mysql_ca").read_text() == "the provider's authority"


@pytest.mark.parametrize("gone", ["redis_url", "redis_users", "mysql_ca", "mysql_certificate", "mysql_key"])
def test_half_of_what_belongs_together_is_refused_and_nothing_is_written(gone: str, tmp_path: Path) -> None:
    make_secrets(tmp_path)
    (tmp_path / gone).unlink()
    (tmp_path / "internal_secret").unlink()
    first = texts(tmp_path)
    with pytest.raises(Problem, match=f"Bring back {gone}, or remove"):
        make_secrets(tmp_path)
    assert texts(tmp_path) == first


def test_two_deployments_share_no_secret(tmp_path: Path) -> None:
    make_secrets(tmp_path / "one")
    make_secrets(tmp_path / "two")
    assert set(texts(tmp_path / "one").values()) & set(texts(tmp_path / "two").values()) == {""}


def test_credentials_of_aws_are_the_operators_to_give(tmp_path: Path) -> None:
    (tmp_path / "aws_credentials").write_text("[default]")
    assert "aws_credentials" not in make_secrets(tmp_path)
    make_secrets(tmp_path / "new")
    assert (tmp_path / "new" / "aws_credentials").read_text() == ""


def test_nobody_else_may_enter_the_folder(tmp_path: Path) -> None:
    make_secrets(tmp_path / "secrets")
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    (tmp_path / "secrets").chmod(0o755)
    make_secrets(tmp_path / "secrets")
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


def test_containers_can_read_the_files_under_their_own_user_ids(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o644}


def test_the_authority_is_one_that_strict_clients_take(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    server.load_cert_chain(tmp_path / "mysql_certificate", tmp_path / "mysql_key")
    client.load_verify_locations(tmp_path / "mysql_ca")
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server_side = server.wrap_bio(to_server, to_client, server_side=True)
    client_side = client.wrap_bio(to_client, to_server, server_hostname="mysql")
    done: set[ssl.SSLObject] = set()
    for side in (client_side, server_side, client_side, server_side):
        try:
            side.do_handshake()
            done.add(side)
        except ssl.SSLWantReadError:
            pass
    assert done == {client_side, server_side}


def test_a_certificate_of_the_gateway_is_made_where_it_is_asked_for(tmp_path: Path) -> None:
    assert not {name for name in make_secrets(tmp_path) if name.startswith("tls")}
    names = ["tls_authority", "tls_certificate", "tls_key"]
    assert make_secrets(tmp_path, tls=True) == names
    assert make_secrets(tmp_path, tls=True) == []
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(tmp_path / "tls_certificate", tmp_path / "tls_key")


def test_a_certificate_that_an_operator_put_there_needs_no_authority(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    for name in ("tls_certificate", "tls_key"):
        (tmp_path / name).write_text("the operator's")
    make_secrets(tmp_path, tls=True)
    assert (tmp_path / "tls_certificate").read_text() == "the operator's"


def digest_in(users: str, user: str) -> str:
    found = re.search(f"^user {user} on #([0-9a-f]+) ", users, re.MULTILINE)
    assert found
    return found[1]


def test_the_exporter_of_redis_reads_figures_and_no_key(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    (password,) = json.loads((tmp_path / "redis_exporter").read_text()).values()
    users = (tmp_path / "redis_users").read_text()
    assert digest_in(users, "exporter") == hashlib.sha256(password.encode()).hexdigest()
    (rights,) = re.findall("^user exporter on (.*)$", users, re.MULTILINE)
    assert not re.search(r"[~&]|\+@|allkeys", rights)


def test_a_deployment_of_an_older_version_keeps_its_accounts_until_they_are_made_anew(tmp_path: Path) -> None:
    (tmp_path / "redis_users").write_text("user default off")
    (tmp_path / "redis_url").write_text("redis://counter:old@redis:6379/0")
    made = make_secrets(tmp_path)
    assert {"redis_exporter", "mysql_exporter", "grafana_admin_password"} <= set(made)
    assert (tmp_path / "redis_users").read_text() == "user default off"
    (tmp_path / "redis_users").unlink()
    (tmp_path / "redis_url").unlink()
    assert set(make_secrets(tmp_path)) == {"redis_url", "redis_users"}
    (password,) = json.loads((tmp_path / "redis_exporter").read_text()).values()
    digest = hashlib.sha256(password.encode()).hexdigest()
    assert digest_in((tmp_path / "redis_users").read_text(), "exporter") == digest


def test_the_documents_give_counter_the_account_that_deployments_do() -> None:
    words = redis_account("redis")["redis_users"].split("user counter on ")[1].split()
    rules = " ".join(word for word in words if not word.startswith("#"))
    assert f"needs `{rules}`" in (ROOT / "docs/operations/redis.md").read_text().replace("\n  ", " ")
