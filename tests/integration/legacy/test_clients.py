"""Code that was written against the older systems, run with another base URL and nothing else changed."""

from collections.abc import Callable

import pytest

from tests.integration.legacy import catalog_client, flask_api_client, flask_app_client, preqlin_client, web3m_client
from tests.integration.platform_choice import Platform
from tests.integration.platform_client import Api, User, confirmation_token, log_in, wait_for_mail

Mailbox = Callable[[str], str]

BASES = ("/legacy/{}", "")


@pytest.fixture
def read_mail(api: Api) -> Mailbox:
    """The text of the newest mail to an address at the shared platform, where addresses are confirmed."""
    return lambda email: wait_for_mail(api, email)["text"]


@pytest.fixture(params=BASES, ids=["prefix", "root"])
def base_of(request: pytest.FixtureRequest, platform: Platform) -> Callable[[str], str]:
    """The base URL of a system at the shared platform: its own, and the root."""
    return lambda system: platform.url + request.param.format(system)


@pytest.fixture
def free(hasty_platform: Platform) -> Api:
    """A platform where nobody confirms an address."""
    return Api(hasty_platform.url)


def test_preqlin(api: Api, base_of: Callable[[str], str], read_mail: Mailbox) -> None:
    person = preqlin_client.register(base_of("preqlin"), read_mail)
    preqlin_client.work(person, lambda token: int(api.get("/api/auth/me", token=token).json()["id"]))


def test_what_preqlin_tells_anybody(api: Api) -> None:
    preqlin_client.look_around(f"{api.url}/legacy/preqlin")
    assert api.get("/status").json().keys() == {"message"}


def test_flask_app_where_nobody_confirms_an_address(free: Api) -> None:
    base, name = f"{free.url}/legacy/flask-app", flask_app_client.new_name()
    flask_app_client.register(base, name)
    token = flask_app_client.use_login(base, name)
    flask_app_client.make_arrays(base, token)
    flask_app_client.make_arrays(free.url, token)


def test_flask_app_where_addresses_are_confirmed(platform: Platform, api: Api) -> None:
    base, name = f"{platform.url}/legacy/flask-app", flask_app_client.new_name()
    email = f"{name}@people.example"
    flask_app_client.register_with_mail(base, name, email)
    confirm(api, email)
    flask_app_client.make_arrays(base, flask_app_client.use_login(base, name))


def test_flask_api(base_of: Callable[[str], str], new_user: Callable[[], User]) -> None:
    user, base = new_user(), base_of("flask-api")
    # At the root preqlin's and today's routes answer first; what is only flask-api's is there too.
    flask_api_client.use(base, user["username"], user["password"])
    flask_api_client.read_documentation(base)


def test_flask_api_counts_nobody_who_is_not_logged_in(platform: Platform) -> None:
    flask_api_client.be_refused(f"{platform.url}/legacy/flask-api")


def test_catalog_where_nobody_confirms_an_address(free: Api) -> None:
    base = f"{free.url}/legacy/catalog"
    account, other = catalog_client.sign_up(base), catalog_client.sign_up(base)
    token = catalog_client.log_in(base, account["username"])
    for mine in (token, account["access_token"]):
        catalog_client.keep_products(base, mine, other["access_token"])


def test_catalog_where_an_address_may_be_confirmed_later(usual_limits: Platform) -> None:
    base = f"{usual_limits.url}/legacy/catalog"
    catalog_client.log_in(base, catalog_client.sign_up(base)["username"])


def test_catalog_where_addresses_are_confirmed(platform: Platform, api: Api, new_user: Callable[[], User]) -> None:
    base = f"{platform.url}/legacy/catalog"
    body = catalog_client.sign_up_to_confirm(base)
    confirm(api, body["email"])
    catalog_client.keep_products(base, catalog_client.log_in(base, body["username"]), new_user()["access_token"])


def test_web3m(base_of: Callable[[str], str], read_mail: Mailbox) -> None:
    web3m_client.work(web3m_client.register(base_of("web3m"), read_mail))
    web3m_client.find_admin(base_of("web3m"))


def test_whoever_registered_at_an_old_route_logs_in_at_the_new_one(
    platform: Platform, api: Api, read_mail: Mailbox
) -> None:
    person = preqlin_client.register(f"{platform.url}/legacy/preqlin", read_mail)
    assert log_in(api, person.username, person.email, preqlin_client.PASSWORD)["email"] == person.email


def confirm(api: Api, email: str) -> None:
    """Press the button that the mail's link leads to."""
    token = confirmation_token(wait_for_mail(api, email))
    assert api.post("/api/auth/confirm", json={"token": token}).status_code == 200
