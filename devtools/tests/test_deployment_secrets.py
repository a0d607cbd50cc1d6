"""The secrets of a deployment."""

import ssl
from pathlib import Path

from devtools.deployment_secrets import make_secrets


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


def test_half_of_a_pair_is_made_anew_with_the_other_half(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    (tmp_path / "redis_url").unlink()
    assert make_secrets(tmp_path) == ["redis_url", "redis_users"]


def test_two_deployments_share_no_secret(tmp_path: Path) -> None:
    make_secrets(tmp_path / "one")
    make_secrets(tmp_path / "two")
    assert not set(texts(tmp_path / "one").values()) & set(texts(tmp_path / "two").values())


def test_nobody_else_may_enter_the_folder(tmp_path: Path) -> None:
    make_secrets(tmp_path / "secrets")
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


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
