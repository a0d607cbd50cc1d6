"""`catalog seed` makes up as many products as are missing, tells what it does, and keeps out of production."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from catalog import seeds
from catalog.cli import main
from catalog.currencies import check_price
from catalog.models import Product
from catalog.money import amount
from catalog.use_cases import seeding
from quartet.database import Database
from quartet.migrations import migrate


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A migrated database that the commands are told of."""
    url = f"sqlite:///{tmp_path / 'catalog.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    migrate(url, "catalog")
    return url


def seed(*options: str) -> Result:
    return CliRunner().invoke(main, ["seed", *options])


def test_it_makes_what_is_missing_and_tells_so(url: str) -> None:
    first = seed("--products", "30", "--owners", "3")
    assert (first.exit_code, first.output.splitlines()[-1]) == (
        0,
        "catalog: made 30 products; now there are 30 of 3 owners",
    )
    again = seed("--products", "30", "--owners", "3")
    assert again.output == "catalog: 30 made-up products are there already; nothing changed\n"
    more = seed("--products", "50", "--owners", "3")
    assert "30 are there; making 20" in more.output
    assert seeding.count(Database(url)) == 50


def test_ended_midway_it_goes_on_to_the_same_products(url: str, tmp_path: Path) -> None:
    seed("--products", "10", "--owners", "3")
    seed("--products", "25", "--owners", "3")
    other = f"sqlite:///{tmp_path / 'other.db'}"
    migrate(other, "catalog")
    seeding.make_owners(Database(other), 3)
    seeding.add(Database(other), range(25), 3)
    assert names(url) == names(other)
    assert len(set(names(url))) > 20


def names(url: str) -> list[str]:
    with Database(url).reading() as session:
        return list(session.scalars(select(Product.name).order_by(Product.id)))


def test_what_users_made_is_neither_counted_nor_changed(url: str) -> None:
    with Database(url).writing() as session:
        session.connection().exec_driver_sql("INSERT INTO owners (subject, name, version) VALUES ('x', 'ada', 1)")
        session.commit()
    seed("--products", "5")
    assert seeding.count(Database(url)) == 5


def test_it_keeps_out_of_production_unless_it_is_forced(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    monkeypatch.setenv("INTERNAL_SECRET", "a-secret-of-more-than-thirty-two-characters")
    refused = seed("--products", "5")
    assert (refused.exit_code, seeding.count(Database(url))) == (1, 0)
    assert "--force" in refused.output
    assert seed("--products", "5", "--force").exit_code == 0
    assert seeding.count(Database(url)) == 5


@pytest.mark.parametrize(
    "options", [(), ("--products", "0"), ("--products", "x"), ("--products", "1", "--owners", "0")]
)
def test_a_number_that_makes_no_sense_is_refused(url: str, options: tuple[str, ...]) -> None:
    assert seed(*options).exit_code == 2
    assert seeding.count(Database(url)) == 0


def test_made_up_products_are_what_a_user_could_have_made() -> None:
    for number in range(2000):
        made = seeds.product(number, 7)
        check_price(amount(made["price"]), made["currency"])
        assert made["price"] > 0
        assert made["owner_id"] in {seeds.owner(each)["subject"] for each in range(7)}
