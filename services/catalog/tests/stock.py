"""Products that lists and searches have trouble with, and what each question about them must be answered."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

from flask.testing import FlaskClient
from sqlalchemy import insert

from catalog.models import Owner, Product
from catalog.searches import Order
from catalog.words import kept_words, sort_key, wanted_words
from quartet.database import Database

ADA, GRACE = "0b5e7a52-4c0f-4f35-9d7c-6a1d3d5f8f10", "5b1c9a30-8d3e-4f5b-a1c2-3d4e5f6a7b8c"
SORTS: list[Order] = ["name", "-name", "price", "-price", "created_at", "-created_at"]

NAMES = """teapot|Teapot|TEAPOT|Téapot|teapots|tea pot|tea-pot|tea_pot|Tea|t|the tea|The|a|I|www|of the to|Blue Teapot|
blue tea set|Äpfel|apfel|Apfel|zebra|Zz Top|10 cups|9 cups|9cups|C++|C#|"quoted" tea|tea's|it's tea|100% tea|
+tea -blue|(tea)|tea*|~tea|<tea>|@tea|tea\\|'; DROP TABLE products; --|白色茶壶|茶壶|茶|壶茶|コーヒーメーカー|メーカー|
Чайник|чай|Ёлка|елка|찻주전자|हिन्दी चाय|Straße|strasse|İstanbul|ﬁne tea|x|🫖|🫖 tea|!!!|x  y|x y |x\ty|x\x01y"""
DESCRIPTIONS = ["", "tea", "Holds one litre of tea.", "With a blue lid", "the 茶壶", "z" * 300 + " end"]
PRICES = ["0", "0.0001", "1", "9.99", "9.99", "9.99", "10", "100", "999999999999999.9999"]
WORDS = [
    *("tea", "TEA", "teapot", "te", "t", "a", "i", "the", "of", "www", "to the", "tea blue", "blue teap", "pot"),
    *("teapots", "apf", "ÄPFEL", "zebr", "zz", "9", "10", "9c", "c", "C++", '"blue tea"', "+tea -blue", "tea*", "te*"),
    *("(tea", "~tea", "<tea", "@3 tea", "tea's", "it's", "100%", "% tea", "tea_pot", "drop table", "tea\\", "\\' tea"),
    *("'; DROP", "tea tea", "茶壶", "茶", "壶", "白茶", "色茶壶 the", "メーカー", "ー", "чай", "ЧАЙНИК", "елка", "찻"),
    *(
        "हिन्",
        "चाय",
        "strasse",
        "ı",
        "istanbul",
        "fine",
        "end",
        "zzzzz",
        "z" * 200,
        "x y",
        "litre holds one of",
        "no tea",
    ),
]


def fill(database: Database) -> list[dict[str, Any]]:
    """Store every name with one of the descriptions, prices and moments; return what is there."""
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    names = NAMES.replace("\n", "").split("|")
    rows = [
        {
            "owner_id": ADA if number % 3 else GRACE,
            "name": name,
            "description": DESCRIPTIONS[number % len(DESCRIPTIONS)],
            "price": Decimal(PRICES[number * 7 % len(PRICES)]),
            "currency": "USD",
            "created_at": begin + timedelta(microseconds=number * 5 % 11),
            "updated_at": begin,
        }
        for number, name in enumerate(names)
    ]
    with database.writing() as session:
        session.execute(insert(Owner), [{"subject": ADA, "name": "ada"}, {"subject": GRACE, "name": "grace"}])
        session.execute(insert(Product), rows)
        session.commit()
    return [{"id": number + 1, **row} for number, row in enumerate(rows)]


def questions() -> Iterator[dict[str, str]]:
    """Yield queries: each sort with each filter, each search, and some of both."""
    filters: list[dict[str, str]] = [
        {},
        {"owner": ADA},
        {"min_price": "9.99"},
        {"max_price": "9.99"},
        {"min_price": "0.0001", "max_price": "10", "owner": GRACE},
        {"min_price": "999999999999999.9999"},
        {"q": "tea", "max_price": "9.9900", "owner": ADA},
        {"q": "te", "min_price": "1"},
    ]
    for sort, wanted in itertools.product(SORTS, filters):
        yield {"sort": sort, **wanted}
    for q in WORDS:
        yield {"q": q}


def expected(stock: list[dict[str, Any]], query: dict[str, str]) -> list[int]:
    """Return the ids that a query has to be answered with, found out in the plainest way."""
    sort = query.get("sort", "-created_at")

    def place(each: dict[str, Any]) -> tuple[Any, int]:
        column = sort.removeprefix("-")
        return sort_key(each["name"]) if column == "name" else each[column], each["id"]

    return [
        each["id"]
        for each in sorted(stock, key=place, reverse=sort.startswith("-"))
        if Decimal(query.get("min_price", 0)) <= each["price"] <= Decimal(query.get("max_price", "Infinity"))
        and query.get("owner", each["owner_id"]) == each["owner_id"]
        and _has_words(f"{each['name']} {each['description']}", query.get("q", ""))
    ]


def _has_words(text: str, q: str) -> bool:
    return all(f" {code}" in kept_words(text) for word in wanted_words(q) for code in word)


def walk(client: FlaskClient, query: dict[str, str], limit: int) -> Iterator[list[int]]:
    """Yield the ids of page after page."""
    cursor: dict[str, str] = {}
    while True:
        answer = client.get(f"/api/products?{urlencode({**query, 'limit': str(limit), **cursor}, quote_via=quote)}")
        assert answer.status_code == 200, answer.text
        page = answer.get_json()
        yield [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            return
        cursor = {"cursor": page["next_cursor"]}


def wrong_answers(client: FlaskClient, stock: list[dict[str, Any]]) -> list[str]:
    """Ask all questions; tell each that was answered wrongly, with the answer and what it ought to be."""
    wrong = []
    for query in questions():
        answer = list(itertools.chain(*walk(client, query, limit=13)))
        if answer != expected(stock, query):
            wrong.append(f"{query}: {answer} and not {expected(stock, query)}")
    return wrong
