"""The certificate of `make run TLS=1`."""

import ssl
from datetime import timedelta
from pathlib import Path

import pytest

from devtools import local_tls
from devtools.certificates import make_authority, private_pem_of, read_authority
from devtools.local_tls import LIFE, NAMES, LocalTls


@pytest.fixture
def tls(tmp_path: Path) -> LocalTls:
    made = LocalTls(tmp_path / "certificates")
    made.prepare()
    return made


def texts(tls: LocalTls) -> dict[str, str]:
    return {file.name: file.read_text() for file in tls.folder.iterdir()}


def shake_hands(server: tuple[Path, Path], trusted: Path, name: str) -> None:
    """Raise SSLError unless a strict client that trusts `trusted` takes the server for `name`."""
    server_side, client_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    server_side.load_cert_chain(*server)
    client_side.load_verify_locations(trusted)
    client_side.verify_flags |= ssl.VERIFY_X509_STRICT
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client_side.wrap_bio(to_client, to_server, server_hostname=name),
        server_side.wrap_bio(to_server, to_client, server_side=True),
    ]
    for end in (*ends, ends[0]):
        try:
            end.do_handshake()
        except ssl.SSLWantReadError:
            continue


@pytest.mark.parametrize("name", NAMES)
def test_a_strict_client_that_trusts_the_authority_takes_every_name(tls: LocalTls, name: str) -> None:
    shake_hands((tls.certificate, tls.key), tls.authority, name)


def test_a_client_that_does_not_trust_it_refuses(tls: LocalTls, tmp_path: Path) -> None:
    other = LocalTls(tmp_path / "other")
    other.prepare()
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands((tls.certificate, tls.key), other.authority, "localhost")


@pytest.mark.parametrize("name", ["bank.example", "10.0.0.1"])
def test_the_authority_is_worth_nothing_for_other_names(tls: LocalTls, tmp_path: Path, name: str) -> None:
    authority = read_authority(tls.authority.read_bytes(), tls.authority_key.read_bytes())
    certificate, key = authority.issue([name])
    (tmp_path / "certificate").write_text(certificate)
    (tmp_path / "key").write_text(key)
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        shake_hands((tmp_path / "certificate", tmp_path / "key"), tls.authority, name)


def test_nobody_else_may_read_a_key(tls: LocalTls) -> None:
    assert tls.folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in tls.folder.iterdir()} == {0o600}


def test_all_is_kept_between_runs(tls: LocalTls) -> None:
    first = texts(tls)
    tls.prepare()
    assert texts(tls) == first


def test_a_certificate_is_renewed_before_it_expires_by_the_same_authority(
    tls: LocalTls, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = texts(tls)
    monkeypatch.setattr(local_tls, "RENEWED_BEFORE", LIFE + timedelta(days=1))
    tls.prepare()
    changed = {name for name, text in texts(tls).items() if text != first[name]}
    assert changed == {"certificate.pem", "key.pem"}
    shake_hands((tls.certificate, tls.key), tls.authority, "localhost")


@pytest.mark.parametrize("name", ["authority.pem", "authority-key.pem", "certificate.pem", "key.pem"])
@pytest.mark.parametrize("damage", ["gone", "garbage", "another's"])
def test_what_is_missing_or_does_not_fit_is_made_anew(tls: LocalTls, name: str, damage: str) -> None:
    if damage == "gone":
        (tls.folder / name).unlink()
    elif damage == "garbage":
        (tls.folder / name).write_text("garbage")
    else:
        other = make_authority("another")
        (tls.folder / name).write_text(private_pem_of(other.key) if "key" in name else other.pem)
    tls.prepare()
    shake_hands((tls.certificate, tls.key), tls.authority, "localhost")
