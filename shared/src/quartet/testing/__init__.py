"""pytest plugin: a stand-in for auth (keys and feed over real HTTP), good tokens, and every forgery we know.

Load it with `-p quartet.testing`. A service's tests take `auth_server` for its address, `tokens` to make tokens with,
and `forged_token`, which runs the test once for each forgery.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from quartet.testing.auth_server import INTERNAL_SECRET, AuthServer
from quartet.testing.forgeries import FORGERIES
from quartet.testing.token_maker import AUDIENCE, ISSUER, SigningKey, TokenMaker, base64url

if TYPE_CHECKING:
    from quartet.testing.mysql import MySQLServer

__all__ = ["AUDIENCE", "FORGERIES", "INTERNAL_SECRET", "ISSUER", "AuthServer", "SigningKey", "TokenMaker", "base64url"]


@pytest.fixture(scope="session")
def signing_key() -> SigningKey:
    return SigningKey()


@pytest.fixture(scope="session")
def tokens(signing_key: SigningKey) -> TokenMaker:
    return TokenMaker(signing_key)


@pytest.fixture
def auth_server(signing_key: SigningKey) -> Iterator[AuthServer]:
    server = AuthServer([signing_key])
    yield server
    server.close()


@pytest.fixture(params=FORGERIES)
def forged_token(request: pytest.FixtureRequest, tokens: TokenMaker) -> str:
    """One forgery after the other."""
    return FORGERIES[request.param](tokens)


@pytest.fixture(scope="session")
def mysql() -> Iterator["MySQLServer"]:
    """A MySQL for all tests of this process; its tests are marked `containers`."""
    from quartet.testing.mysql import run_mysql

    with run_mysql() as server:
        yield server


@pytest.fixture
def mysql_url(mysql: "MySQLServer") -> Iterator[str]:
    """The URL of an empty MySQL database."""
    from quartet.testing.mysql import new_database

    with new_database(mysql) as url:
        yield url
