"""Lists in every order, narrowed down and searched; and what cannot be asked."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from catalog.models import Owner
from catalog.searches import ByName, ByPrice
from quartet.database import Database
from quartet.paging import NewestFirst, OldestFirst
from services.catalog.tests import stock
from services.catalog.tests.seller import Seller
from services.catalog.tests.stock import ADA, SORTS, walk

LISTS = ["/api/products", "/api/products/my"]


@pytest.fixture
def stocked(database: Database) -> list[dict[str, Any]]:
    return stock.fill(database)


def fields(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [error["field"] for error in answer.get_json()["errors"]]


def names(page: dict[str, Any]) -> list[str]:
    return [item["name"] for item in page["items"]]


def test_every_question_is_answered_right_page_after_page(client: FlaskClient, stocked: list[dict[str, Any]]) -> None:
    assert stock.wrong_answers(client, stocked) == []


def test_names_are_ordered_without_regard_to_case_and_accents(client: FlaskClient, ada: Seller) -> None:
    for name in ("Zebra", "äpfel 2", "Apfel 1", "apfel 3", "Birne", "10 Kisten"):
        ada.create(name)
    in_order = ["10 Kisten", "Apfel 1", "äpfel 2", "apfel 3", "Birne", "Zebra"]
    assert names(client.get("/api/products?sort=name").get_json()) == in_order
    assert names(client.get("/api/products?sort=-name").get_json()) == in_order[::-1]


def test_own_products_are_ordered_narrowed_down_and_searched_alike(ada: Seller, grace: Seller) -> None:
    for price in (3, 1, 2):
        ada.create(f"teapot {price}", price=price)
        grace.create(f"teapot {price}", price=price)
    ada.create("kettle", price=2)
    page = ada.own(f"?sort=-price&q=tea&min_price=2&with_total=true&owner={ada.subject}")
    assert (names(page), page["total"]) == (["teapot 3", "teapot 2"], 2)
    assert {item["owner"] for item in page["items"]} == {"ada"}
    own, others = (ada.create("own")["id"], grace.create("others")["id"])
    assert [item["id"] for item in ada.own(f"?ids={others},{own}")["items"]] == [own]


def test_a_search_has_no_more_conditions_than_a_few_words_have(client: FlaskClient) -> None:
    assert client.get(f"/api/products?q={'茶壶白色' * 10}").status_code == 200
    answer = client.get("/api/products?q=" + "".join(chr(0x4E00 + number) for number in range(42)))
    assert fields(answer) == ["q"]
    assert "40 pairs of neighbours" in answer.get_json()["errors"][0]["message"]


def test_own_products_are_nobody_elses(ada: Seller, grace: Seller) -> None:
    answer = ada.client.get(f"/api/products/my?owner={grace.subject}", headers=ada.bearer)
    assert fields(answer) == ["owner"]


@pytest.mark.parametrize("query", ["", "q=tea", f"owner={ADA}", "min_price=9.99&sort=price", "q=nothing"])
def test_the_total_is_that_of_all_pages_and_told_only_when_asked(
    client: FlaskClient, stocked: list[dict[str, Any]], query: str
) -> None:
    asked = dict(pair.split("=") for pair in query.split("&") if pair)
    everything = stock.expected(stocked, asked)
    page = client.get(f"/api/products?limit=2&with_total=true&{query}").get_json()
    assert page["total"] == len(everything)
    if page["next_cursor"]:
        later = client.get(f"/api/products?limit=2&with_total=true&{query}&cursor={page['next_cursor']}").get_json()
        assert later["total"] == len(everything)
    assert "total" not in client.get(f"/api/products?with_total=false&{query}").get_json()


def test_several_are_got_by_their_ids_in_the_order_asked(client: FlaskClient, ada: Seller) -> None:
    made = [ada.create(str(number))["id"] for number in range(4)]
    ada.delete(made[1])
    asked = [made[2], made[1], made[0], 2**63 - 1, 2**63, 0, made[2], made[3]]
    page = client.get(f"/api/products?ids={','.join(map(str, asked))}").get_json()
    assert [item["id"] for item in page["items"]] == [made[2], made[0], made[3]]
    assert (page["next_cursor"], "total" in page) == (None, False)


def test_a_hundred_ids_are_got_at_once_and_not_more(client: FlaskClient) -> None:
    ids = [str(number) for number in range(101)]
    assert client.get(f"/api/products?ids={','.join(ids[:100])}").status_code == 200
    answer = client.get(f"/api/products?ids={','.join(ids)}")
    assert fields(answer) == ["ids"]
    assert "100" in answer.get_json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "ids", ["", ",", "1,", "1,,2", "x", "1 ,2", "-1", "1.0", "١", "1;2", "+1", "1e1", "1" * 20, "1\n"]
)
def test_what_are_no_ids_is_refused(client: FlaskClient, ids: str) -> None:
    assert fields(client.get(f"/api/products?ids={quote(ids)}")) == ["ids"]


@pytest.mark.parametrize(
    "other",
    ["limit=20", "sort=-created_at", "q=tea", "min_price=1", "max_price=1", f"owner={ADA}", "with_total=false"],
)
@pytest.mark.parametrize("path", LISTS)
def test_ids_stand_alone(ada: Seller, path: str, other: str) -> None:
    assert fields(ada.client.get(f"{path}?ids=1&{other}", headers=ada.bearer)) == [other.partition("=")[0]]


CURSORS = {
    "created_at": OldestFirst.after(datetime(2026, 1, 1, tzinfo=UTC), 1),
    "-created_at": NewestFirst.after(datetime(2026, 1, 1, tzinfo=UTC), 1),
    "price": ByPrice(sort="price", price="1", id=1),
    "-price": ByPrice(sort="-price", price="1", id=1),
    "name": ByName(sort="name", key="a", id=1),
    "-name": ByName(sort="-name", key="a", id=1),
}


@pytest.mark.parametrize("sort", SORTS)
def test_a_cursor_of_another_order_is_refused_and_told_which(client: FlaskClient, sort: str) -> None:
    for own, cursor in CURSORS.items():
        answer = client.get(f"/api/products?sort={sort}&cursor={cursor}")
        if own == sort:
            assert answer.status_code == 200
        else:
            assert fields(answer) == ["cursor"]
            assert answer.get_json()["errors"][0]["message"] == f"is of a list with sort={own}"


@pytest.mark.parametrize(
    "query",
    [
        *("sort=id", "sort=", "sort=Name", "sort=--name", "sort=%2Bname"),
        *("q=", "q=%20", "q=%2B%2A", "q=%00tea", "q=" + "x" * 201, "q=" + "a+b+c+d+e+f+g+h+i+j+k", "q=%F0%9F%AB%96"),
        *("min_price=-1", "min_price=NaN", "min_price=Infinity", "min_price=1e999", "min_price=1.00001", "min_price=x"),
        *("max_price=1e15", "max_price=0x1", "max_price=", "max_price=1,5", "max_price=1_0", "max_price=true"),
        *("max_price=[1]", "max_price=" + "1" * 5000, "max_price=%22" + "1" + "%22", "max_price=١"),
        *("owner=ada", "owner=", f"owner={ADA.upper()}", "with_total=1", "with_total=", "with_total=True"),
    ],
)
@pytest.mark.parametrize("path", LISTS)
def test_a_query_that_breaks_a_rule_is_refused_by_the_name_of_the_field(ada: Seller, path: str, query: str) -> None:
    assert fields(ada.client.get(f"{path}?{query}", headers=ada.bearer)) == [query.partition("=")[0]]


def test_the_least_price_is_not_above_the_highest(client: FlaskClient) -> None:
    answer = client.get("/api/products?min_price=2&max_price=1.9999")
    assert fields(answer) == ["max_price"]
    assert answer.get_json()["errors"][0]["message"] == "must not be less than min_price"
    assert client.get("/api/products?min_price=2&max_price=2.0").status_code == 200


def test_bounds_of_prices_are_exact_where_a_binary_fraction_is_not(client: FlaskClient, ada: Seller) -> None:
    for price in (Decimal("123456789012345.6788"), Decimal("123456789012345.6789")):
        ada.post_text(f'{{"name": "x", "price": {price}, "currency": "CLF"}}')
    found = client.get("/api/products?min_price=123456789012345.6789&currency=")
    assert fields(found) == ["currency"]
    page = client.get("/api/products?min_price=123456789012345.6789").get_json()
    assert [str(item["price"]) for item in page["items"]] == ["123456789012345.6789"]


def test_what_is_left_of_a_deleted_owners_products_does_not_show(
    client: FlaskClient, ada: Seller, grace: Seller, database: Database
) -> None:
    hidden = [ada.create()["id"] for _ in range(3)]
    shown = grace.create()["id"]
    with database.writing() as session:
        session.get_one(Owner, ada.subject).deleted_at = datetime.now(UTC)
        session.commit()
    assert list(walk(client, {}, limit=2)) == [[shown], []]
    page = client.get(f"/api/products?ids={hidden[0]},{shown}").get_json()
    assert [item["id"] for item in page["items"]] == [shown]
