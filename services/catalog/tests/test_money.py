"""Prices are exact from the body that brought them to the answer that shows them."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.dialects import mysql, sqlite

from catalog.models import Product
from catalog.money import Amount, amount
from quartet.database import Database
from services.catalog.tests.seller import Seller

AMOUNTS = st.decimals(min_value=0, max_value=Decimal("999999999999999.9999"), places=4)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("0E+99999", "0"),
        ("7", "7"),
        ("0.1", "0.1"),
        ("19.90", "19.9"),
        ("1998.99", "1998.99"),
        ("0.0001", "0.0001"),
        ("1E+3", "1000"),
        ("1.25e-2", "0.0125"),
        ("1.50000000", "1.5"),
        ("100000E-5", "1"),
        ("99999999999999.9999", "99999999999999.9999"),
        ("999999999999999.9999", "999999999999999.9999"),
        ("9007199254740993", None),
        ("900719925474099.3001", "900719925474099.3001"),
    ],
)
def test_a_price_comes_back_digit_for_digit(ada: Seller, sent: str, shown: str | None) -> None:
    answer = ada.post_text(f'{{"name": "Teapot", "currency": "CLF", "price": {sent}}}')
    if shown is None:
        assert answer.status_code == 422
        return
    assert answer.status_code == 201
    for text in (answer.text, ada.client.get(answer.headers["Location"]).text, ada.client.get("/api/products").text):
        found = re.search(r'"price":([^,]+),', text)
        assert found
        assert found[1] == shown


@pytest.mark.parametrize(
    "price",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "-1",
        "-0.0001",
        "0.00001",
        "1E-5",
        "1.00000000000000000000000000000000001",
        "1000000000000000",
        "1E+15",
        "1e400",
        "1E-400",
        "12345678901234567890",
        '"1"',
        '"NaN"',
        "true",
        "null",
        "[1]",
        '{"amount": 1}',
    ],
)
def test_a_price_that_does_not_fit_is_refused_by_name(ada: Seller, price: str) -> None:
    answer = ada.post_text(f'{{"name": "Teapot", "price": {price}}}')
    assert answer.status_code == 422
    (error,) = answer.get_json()["errors"]
    assert error["field"] == "price"
    assert ada.own()["items"] == []


@pytest.mark.parametrize(
    ("price", "currency", "field"),
    [
        ("12.34", "USD", None),
        ("12.340", "USD", None),
        ("12.345", "USD", "price"),
        ("1200", "JPY", None),
        ("1.2E+3", "JPY", None),
        ("1200.5", "JPY", "price"),
        ("1.234", "KWD", None),
        ("1.2345", "KWD", "price"),
        ("1", "ZZZ", "currency"),
        ("1", "XAU", "currency"),
        ("1", "XXX", "currency"),
    ],
)
def test_a_price_has_the_digits_of_its_currency(ada: Seller, price: str, currency: str, field: str | None) -> None:
    answer = ada.post_text(f'{{"name": "Teapot", "price": {price}, "currency": "{currency}"}}')
    assert answer.status_code == (422 if field else 201)
    assert [error["field"] for error in answer.get_json().get("errors", [])] == ([field] if field else [])


@given(AMOUNTS)
def test_every_amount_of_decimal_19_4_stays_what_it_is(number: Decimal) -> None:
    kind = Amount()
    found = amount(number)
    assert found == number
    stored = kind.process_bind_param(found, sqlite.dialect())
    assert kind.process_result_value(stored, sqlite.dialect()) == number
    assert kind.process_bind_param(found, mysql.dialect()) == number


@given(AMOUNTS, AMOUNTS)
def test_the_text_that_sqlite_keeps_orders_as_the_amounts_do(one: Decimal, other: Decimal) -> None:
    texts = [Amount().process_bind_param(number, sqlite.dialect()) for number in (one, other)]
    assert (texts[0] < texts[1]) == (one < other)
    assert len(texts[0]) == len(texts[1])


def test_the_database_compares_prices_exactly(ada: Seller, database: Database) -> None:
    for price in ("10", "9", "100.5", "99999999999999.9999", "99999999999999.9998"):
        assert ada.post_text(f'{{"name": "{price}", "currency": "CLF", "price": {price}}}').status_code == 201
    with database.reading() as session:
        names = session.scalars(
            select(Product.name).where(Product.price > Decimal(9)).order_by(Product.price.desc())
        ).all()
    assert names == ["99999999999999.9999", "99999999999999.9998", "100.5", "10"]
