"""MySQL too gives a price back digit for digit."""

from collections.abc import Iterator
from typing import cast

import pytest
from apiflask import APIFlask
from hypothesis import given
from hypothesis import strategies as st

from catalog import create_app
from catalog.routes.current import KEY
from catalog.settings import CatalogSettings
from quartet.database import Database
from quartet.migrations import migrate
from quartet.testing import TokenMaker
from services.catalog.tests.prices import DIGITS, returned, spellings
from services.catalog.tests.seller import Seller
from services.catalog.tests.test_prices import lasting

pytestmark = pytest.mark.containers


@pytest.fixture
def app(settings: CatalogSettings, mysql_url: str) -> Iterator[APIFlask]:
    migrate(mysql_url, "catalog")
    app = create_app(settings.model_copy(update={"database_url": mysql_url}))
    yield app
    cast(Database, app.extensions[KEY]).engine.dispose()


@pytest.fixture
def ada(app: APIFlask, tokens: TokenMaker) -> Seller:
    return Seller(app.test_client(), tokens, "ada")


@lasting
@given(data=st.data(), currency=st.sampled_from(sorted(DIGITS)))
def test_a_price_comes_back_digit_for_digit(ada: Seller, currency: str, data: st.DataObject) -> None:
    spelled, plain = data.draw(spellings(DIGITS[currency]))
    assert returned(ada, currency, spelled) == [plain] * 4
