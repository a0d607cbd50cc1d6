"""What is read is what was written: any text, any price, in both formats, however the bytes arrive."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import ImportTooLarge
from catalog.formats import FORMATS, Entry
from catalog.schemas.imports import read_line
from catalog.schemas.products import LONGEST_DESCRIPTION, LONGEST_NAME
from quartet.errors import FieldError, InvalidInput

LONGEST = 131_072
NDJSON, CSV = FORMATS["ndjson"], FORMATS["csv"]
HEADER = b"name,price,description,currency\r\n"

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
formulas = st.builds(
    "".join, st.lists(st.sampled_from(["'", "=", "+", "-", "@", "\t", "\r", "\n", '"', ",", "a", "\uff1d"]))
)
products = st.fixed_dictionaries(
    {
        "name": texts.filter(bool) | formulas.filter(bool),
        "description": texts | formulas,
        "price": st.decimals(0, Decimal("999999999999999.99"), places=2),
        "currency": st.sampled_from(["USD", "EUR"]),
    }
)


def exported(product: dict[str, Any]) -> dict[str, Any]:
    then = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    return product | {"id": 7, "owner_id": "o", "owner": "=ada", "version": 2, "created_at": then, "updated_at": then}


def in_pieces(data: bytes, size: int) -> Iterator[bytes]:
    yield from (data[at : at + size] for at in range(0, len(data), size))


def contents(entries: Iterable[Entry]) -> list[Any]:
    return [entry.content for entry in entries]


@pytest.mark.parametrize("name", FORMATS)
@given(sent=st.lists(products, max_size=4), size=st.integers(1, 50))
def test_an_export_that_is_imported_gives_the_same_products(name: str, sent: list[dict[str, Any]], size: int) -> None:
    written = b"".join(FORMATS[name].write(map(exported, sent)))
    lines = [read_line(each) for each in FORMATS[name].read(in_pieces(written, size), LONGEST)]
    assert [line.product for line in lines] == sent


@given(st.lists(products, max_size=3))
def test_no_cell_of_an_export_is_a_formula(sent: list[dict[str, Any]]) -> None:
    written = b"".join(CSV.write(map(exported, sent))).decode()
    for cell in (cell for row in csv.reader(io.StringIO(written, newline="")) for cell in row):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"))


def test_a_formula_that_somebody_else_wrote_is_read_as_it_is() -> None:
    assert contents(CSV.read([HEADER + b"=1+1,1,'quoted',USD\n"], LONGEST)) == [
        {"name": "=1+1", "price": 1, "description": "'quoted'", "currency": "USD"}
    ]


def test_prices_are_read_digit_for_digit() -> None:
    text = b'name,price\na,999999999999999.9999\nb,0.1\nc,7\nd,1e-2\ne,1e999999\nf,NaN\ng,1.0.0\nh,"1,5"\ni,\ni, 2\n'
    prices = [entry.content.get("price") for entry in CSV.read([text], LONGEST) if isinstance(entry.content, dict)]
    assert list(map(str, prices)) == [
        "999999999999999.9999", "0.1", "7", "0.01", "1E+999999", "NaN", "1.0.0", "1,5", "None", "2",
    ]  # fmt: skip


@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
def test_a_record_ends_where_no_quote_is_open(size: int) -> None:
    text = HEADER + b'"a ""b"", c\r\nd",1,"\n\n",\r\n\r\ne"f,2,,\r\n"g",3,"",EUR\r\nh,4,"not closed,\n'
    entries = list(CSV.read(in_pieces(text, size), LONGEST))
    assert [entry.line for entry in entries] == [2, 6, 7, 8, 9]
    assert [
        e.content if e.content is None or isinstance(e.content, FieldError) else e.content["name"] for e in entries
    ] == [
        'a "b", c\r\nd',
        None,
        'e"f',
        "g",
        FieldError(
            "line", "must be CSV: a quote is not closed, or stands where none may, or a line ends with CR alone"
        ),
    ]


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe{",
        b"{",
        b"[]",
        b'"a"',
        b"null",
        b"[" * 100_000,
        b'{"name":"a","name":"b"}',
        b'{"a":1e9999999999999999999}',
    ],
)
def test_a_line_that_cannot_be_read_costs_only_itself(line: bytes) -> None:
    bad, good = NDJSON.read([line + b'\n{"name":"a"}'], LONGEST)
    assert isinstance(bad.content, FieldError)
    assert (bad.content.field, good.line, good.content) == ("line", 2, {"name": "a"})


def test_a_byte_order_mark_is_no_text() -> None:
    assert contents(NDJSON.read([b"\xef", b"\xbb\xbf{}\r\n", b"{}"], LONGEST)) == [{}, {}]
    assert contents(CSV.read(in_pieces(b"\xef\xbb\xbf" + HEADER + b"a,1,,\r", 2), LONGEST)) == [
        {"name": "a", "price": 1, "description": ""}
    ]


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"\n",
        b"name\n",
        b"name,price,name\n",
        b"name,price,colour\n",
        b"Name,Price\n",
        "name,price\n".encode("utf-16"),
        b"name,price\rTeapot,1\r",
        b'"name,price\n',
    ],
)
def test_a_header_that_is_none_stops_it_all(header: bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        list(CSV.read([header], LONGEST))
    assert [error.field for error in caught.value.errors] == ["header"]


@pytest.mark.parametrize("name", FORMATS)
def test_no_more_than_a_line_is_held(name: str) -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        yield HEADER + b'"' if name == "csv" else b""
        while True:
            taken += 1
            yield b"a" * 1000 + (b"\n" if name == "csv" else b"")

    with pytest.raises(ImportTooLarge, match="A line may have at most 5000 bytes"):
        list(FORMATS[name].read(endless(), 5000))
    assert taken < 10


def test_a_record_has_no_more_breaks_than_its_texts_can_have() -> None:
    full = HEADER + b'"' + b"\n" * LONGEST_NAME + b'",1,"' + b"\n" * LONGEST_DESCRIPTION + b'",USD\n'
    assert len(contents(CSV.read([full], LONGEST))) == 1
    with pytest.raises(ImportTooLarge, match="A record may have at most 10512 line breaks"):
        list(CSV.read([full.replace(b"USD", b'"\n"')], LONGEST))


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
def test_a_line_may_be_as_long_as_the_limit(end: bytes) -> None:
    line = b'{"name":"a"}'
    assert contents(NDJSON.read([line + end], len(line))) == [{"name": "a"}]
    with pytest.raises(ImportTooLarge):
        list(NDJSON.read([line + end], len(line) - 1))
