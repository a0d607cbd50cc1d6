"""TLS to MySQL: with DATABASE_TLS_CA the server must prove who it is, and nothing goes in the clear."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

from quartet.database import Database, DatabaseSettings
from quartet.migrations import head, migrate
from quartet.settings import BrokenSetting, load
from quartet.testing.mysql import MySQLServer
from shared.tests.certificates import Authority

OUR_AUTHORITY = Authority("our authority")
DATA = "/var/lib/mysql"


class ToySettings(DatabaseSettings):
    service: ClassVar[str] = "toy"


@pytest.fixture(scope="module")
def server(mysql: MySQLServer) -> Iterator[MySQLServer]:
    """MySQL with a certificate for `localhost`, signed by our authority."""
    certificate, key = OUR_AUTHORITY.sign("localhost")
    for name, pem in (("our-ca", OUR_AUTHORITY.certificate), ("our-cert", certificate), ("our-key", key)):
        write = ["sh", "-c", f'umask 077; printf %s "$PEM" > {DATA}/{name}.pem; chown mysql {DATA}/{name}.pem']
        assert mysql.container.exec_run(write, environment={"PEM": pem}).exit_code == 0
    use(mysql, "our-ca", "our-cert", "our-key")
    yield mysql
    use(mysql, "ca", "server-cert", "server-key")


def use(mysql: MySQLServer, ca: str, certificate: str, key: str) -> None:
    mysql.execute(
        f"SET GLOBAL ssl_ca = '{ca}.pem', GLOBAL ssl_cert = '{certificate}.pem', GLOBAL ssl_key = '{key}.pem'",
        "ALTER INSTANCE RELOAD TLS",
    )


def settings(mysql_url: str, folder: Path, authority: Authority, host: str = "localhost") -> ToySettings:
    file = folder / "authority.pem"
    file.write_text(authority.certificate)
    url = make_url(mysql_url).set(host=host).render_as_string(hide_password=False)
    return ToySettings(database_url=url, database_tls_ca=file)


def cipher(url: str) -> str:
    database = Database(url)
    try:
        with database.reading() as session:
            return str(session.execute(text("SHOW STATUS LIKE 'Ssl_cipher'")).one()[1])
    finally:
        database.engine.dispose()


@pytest.mark.containers
@pytest.mark.usefixtures("server")
def test_a_server_that_our_authority_vouches_for_is_talked_to_in_cipher(mysql_url: str, tmp_path: Path) -> None:
    url = settings(mysql_url, tmp_path, OUR_AUTHORITY).database
    assert cipher(url).startswith("TLS_")
    assert migrate(url, "catalog") == head("catalog")


@pytest.mark.containers
@pytest.mark.usefixtures("server")
def test_a_server_that_another_authority_vouches_for_is_refused(mysql_url: str, tmp_path: Path) -> None:
    with pytest.raises(OperationalError, match="certificate verify failed"):
        cipher(settings(mysql_url, tmp_path, Authority("another")).database)


@pytest.mark.containers
@pytest.mark.usefixtures("server")
def test_a_server_with_the_certificate_of_another_host_is_refused(mysql_url: str, tmp_path: Path) -> None:
    with pytest.raises(OperationalError, match="IP address mismatch"):
        cipher(settings(mysql_url, tmp_path, OUR_AUTHORITY, host="127.0.0.1").database)


@pytest.mark.containers
def test_a_server_without_tls_is_refused(server: MySQLServer, mysql_url: str, tmp_path: Path) -> None:
    server.execute("SET GLOBAL ssl_cert = 'none.pem'", "ALTER INSTANCE RELOAD TLS NO ROLLBACK ON ERROR")
    try:
        with pytest.raises(OperationalError, match="SSL"):
            cipher(settings(mysql_url, tmp_path, OUR_AUTHORITY).database)
    finally:
        use(server, "our-ca", "our-cert", "our-key")


def test_a_weaker_wish_in_the_url_does_not_count(tmp_path: Path) -> None:
    lax = settings("mysql+pymysql://nobody@localhost/none?ssl_check_hostname=false", tmp_path, OUR_AUTHORITY)
    assert make_url(lax.database).query["ssl_check_hostname"] == "true"


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_an_authority_that_cannot_be_read_stops_the_start(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "authority.pem"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv("DATABASE_TLS_CA", str(file))
    with pytest.raises(BrokenSetting, match=r"^DATABASE_TLS_CA: there is no file with certificates"):
        load(ToySettings)


def test_sqlite_needs_no_authority(tmp_path: Path) -> None:
    file = tmp_path / "authority.pem"
    file.write_text(OUR_AUTHORITY.certificate)
    assert ToySettings(state_dir=tmp_path, database_tls_ca=file).database == f"sqlite:///{tmp_path / 'toy'}.db"
