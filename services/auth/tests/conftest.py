from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from auth.resources import Resources
from auth.settings import AuthSettings
from auth.use_cases import keys
from quartet.migrations import migrate
from quartet.testing import INTERNAL_SECRET
from quartet.testing.at_once import ISOLATION_LEVELS
from services.auth.tests.api import Api
from services.auth.tests.importing import Importing, MakeImporting
from services.auth.tests.site import Site

MakeSettings = Callable[..., AuthSettings]


@pytest.fixture
def make_settings(tmp_path: Path) -> MakeSettings:
    """Settings of a fresh auth, with changes."""

    def make(**changes: Any) -> AuthSettings:
        values: dict[str, Any] = {
            "environment": "testing",
            "state_dir": tmp_path,
            "internal_secret": SecretStr(INTERNAL_SECRET),
            "secret_keys": (SecretStr("secret-key-of-the-tests-0123456789abcdef"),),
            "public_url": "https://quartet.example",
        }
        return AuthSettings(**{**values, **changes})

    return make


@pytest.fixture
def settings(make_settings: MakeSettings) -> AuthSettings:
    return make_settings()


@pytest.fixture
def auth(settings: AuthSettings) -> Iterator[Resources]:
    """The resources of a migrated auth, for use cases called directly."""
    migrate(settings.database, "auth")
    resources = Resources.of(settings)
    keys.ensure(resources)
    yield resources
    resources.database.engine.dispose()


@pytest.fixture
def make_api(make_settings: MakeSettings) -> Iterator[Callable[..., Api]]:
    made: list[Api] = []

    def make(**changes: Any) -> Api:
        made.append(Api(make_settings(**changes)))
        return made[-1]

    yield make
    for each in made:
        each.resources.database.engine.dispose()


@pytest.fixture
def api(make_api: Callable[..., Api]) -> Api:
    return make_api()


@pytest.fixture(params=ISOLATION_LEVELS)
def mysql_site(request: pytest.FixtureRequest, mysql_url: str, make_settings: MakeSettings) -> Site:
    """A migrated auth on MySQL, at one isolation level after the other; its tests are marked `containers`."""
    site = Site(make_settings(database_url=mysql_url, hash_slots=64), request.param)
    migrate(mysql_url, "auth")
    with site.opened() as auth:
        keys.ensure(auth)
    return site


@pytest.fixture
def make_importing(make_api: Callable[..., Api], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeImporting:
    """`make_importing(policy)`: `auth import-users` over the database of a fresh auth."""

    def make(policy: str = "required") -> Importing:
        api = make_api(email_confirmation=policy)
        monkeypatch.chdir(tmp_path)  # away from a developer's .env
        monkeypatch.setenv("STATE_DIR", str(tmp_path))
        monkeypatch.setenv("DATABASE_URL", api.resources.settings.database)
        monkeypatch.setenv("EMAIL_CONFIRMATION", policy)
        return Importing(api, tmp_path)

    return make


@pytest.fixture
def importing(make_importing: MakeImporting) -> Importing:
    return make_importing()
