"""Files of users: read record by record, bounded, and never trusted."""

import csv as stdlib_csv
import io
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from weakref import WeakSet

import pytest
import yaml

from auth.callers import COMMAND_LINE
from auth.formats import FORMATS, LONGEST, BrokenFile, Entry
from auth.formats import yaml as yaml_format
from auth.import_notes import Notes
from auth.models import User
from auth.resources import Resources
from auth.schemas.imports import Row, read_row
from auth.use_cases import import_batches, user_imports
from auth.use_cases.accounts import new_user
from auth.use_cases.user_imports import Importer, Outcome
from quartet.errors import FieldError

HASH = "pbkdf2:sha256:1000$salt$" + "0" * 64


def read(name: str, content: str | bytes) -> list[Entry]:
    return list(FORMATS[name](io.BytesIO(content.encode() if isinstance(content, str) else content)))


def contents(name: str, content: str | bytes) -> list[Any]:
    return [each.content for each in read(name, content)]


def is_refused(content: Any) -> bool:
    return isinstance(content, FieldError)


def test_csv_has_records_of_many_lines_and_counts_lines_from_the_header() -> None:
    entries = read("csv", '\ufeffusername,password\r\nada,"a ""b"", c\nd"\r\n\r\nbob,x\r\n')
    assert [each.line for each in entries] == [2, 5]
    assert entries[0].content == {"username": "ada", "password": 'a "b", c\nd'}
    assert entries[1].content == {"username": "bob", "password": "x"}


@pytest.mark.parametrize(
    "header",
    [
        "",
        "username,username\n",
        "username,\n",
        '"username\n',
        '"a"b,c\n',
        "ada,ada@example.com\n",
        "username;password\n",
        "login,a secret,a@example.com\n",
    ],
)
def test_csv_needs_a_header(header: str) -> None:
    with pytest.raises(BrokenFile, match="line 1: "):
        read("csv", header)


def test_csv_goes_on_after_a_bad_record() -> None:
    found = contents("csv", 'username,password\nada\nb"ob"x",y,\n"eve"x,y\ngrace,g\n')
    assert [is_refused(each) for each in found] == [True, True, True, False]


@pytest.mark.parametrize(
    "content",
    [
        "username,password\n" + "x" * LONGEST + "\n",
        'username,password\n"' + "x\n" * LONGEST,
        "username,password\n" + '"x\n",' * LONGEST,
        "x," * LONGEST,
    ],
)
def test_a_record_of_csv_is_bounded(content: str) -> None:
    with pytest.raises(BrokenFile, match="at most 65536 bytes"):
        read("csv", content)


def test_text_that_is_no_utf8_or_holds_nul_is_refused_field_by_field() -> None:
    for cell in (b"caf\xe9", b"a\0b"):
        (entry,) = read("csv", b"username,password\nada," + cell + b"\n")
        (error,) = read_row(entry).errors
        assert (error.field, error.message[:13]) == ("password", "must be UTF-8")
    assert is_refused(contents("ndjson", b'{"username": "caf\xe9"}\n')[0])


def test_ndjson_goes_on_after_a_bad_line() -> None:
    deep = "[" * 20_000
    lines = ["", '{"a": 1}', "[]", "{", '{"a": 1, "a": 2}', '{"a": NaN}', '{"a": 1' + "0" * 5000 + "}", deep, "{}"]
    found = read("ndjson", "\n".join(lines))
    assert [each.line for each in found] == list(range(2, 10))
    assert [is_refused(each.content) for each in found] == [False, *[True] * 6, False]


def test_a_line_of_ndjson_is_bounded() -> None:
    with pytest.raises(BrokenFile, match="line 2: "):
        read("ndjson", "{}\n" + " " * (LONGEST + 1))


def test_yaml_keeps_texts_as_they_are_written() -> None:
    text = "- {username: no, password: 0123, email: ~, 'roles': [user], created_at: 2020-01-01}\n- username: '~'\n"
    assert contents("yaml", text) == [
        {"username": "no", "password": "0123", "email": None, "roles": ["user"], "created_at": "2020-01-01"},
        {"username": "~"},
    ]


def test_yaml_reads_what_pyyaml_writes_with_its_aliases() -> None:
    roles = ["user"]
    users = [{"username": "ada", "roles": roles, "activated": True}, {"username": "bob", "roles": roles}]
    text = yaml.safe_dump(users)
    assert "*id001" in text
    found = contents("yaml", text)
    assert found == [
        {"username": "ada", "roles": ["user"], "activated": "true"},
        {"username": "bob", "roles": ["user"]},
    ]


@pytest.mark.parametrize(
    "item",
    [
        "ada",
        "[ada]",
        "!!python/object/apply:os.system [id]",
        "{username: !!python/object/apply:os.system [id]}",
        "{username: !!binary YQ==}",
        "{username: {first: ada}}",
        "{roles: [[[[user]]]]}",
        "{[username]: ada}",
        "{username: ada, username: bob}",
        "{username: *nobody}",
        "&a {username: ada}",
        "{username: ada, " + ", ".join(f"k{number}: {'x' * 1000}" for number in range(70)) + "}",
    ],
)
def test_yaml_refuses_what_is_no_flat_mapping_and_goes_on(item: str) -> None:
    found = read("yaml", f"- {item}\n- {{username: eve}}\n")
    assert [is_refused(each.content) for each in found] == [True, False]
    assert [each.line for each in found] == [1, 2]


@pytest.mark.parametrize(
    "text", ["", "ada", "username: ada", "- a\n--- \n- b\n", "- 'a", "- {a: b", "\x80", "- a: \x01"]
)
def test_yaml_must_be_one_list(text: str) -> None:
    with pytest.raises(BrokenFile):
        read("yaml", text.encode("latin-1"))


def test_aliases_of_yaml_do_not_grow() -> None:
    bomb = "- {a: &a [x, x, x, x, x, x, x, x, x]}\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True):
        bomb += f"- {{a: &{after} [{', '.join([f'*{before}'] * 9)}]}}\n"
    found = contents("yaml", bomb)
    assert [is_refused(each) for each in found] == [False, *[True] * 8]
    many = "- {" + ", ".join(f"k{number}: &a{number} x" for number in range(yaml_format.MOST_ANCHORS + 1)) + "}\n"
    with pytest.raises(BrokenFile, match="anchors"):
        read("yaml", many)
    with pytest.raises(BrokenFile, match="nested too deeply"):
        read("yaml", "[" * 100_000)


def test_a_file_of_yaml_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_format, "LARGEST", 1000)
    with pytest.raises(BrokenFile, match="at most 1000 bytes"):
        read("yaml", "- {username: ada}\n" * 1000)


def test_a_row_shows_no_secret() -> None:
    entry = Entry(1, {"username": "ada", "email": "a@example.com", "password": "a secret"})
    assert "a secret" not in f"{entry!r} {read_row(entry)!r}"
    entry = Entry(1, {"username": "ada", "email": "a@example.com", "password_hash": HASH})
    assert HASH not in f"{entry!r} {read_row(entry)!r}"


def test_notes_are_of_whole_texts_and_hold_no_text() -> None:
    notes = Notes()
    notes.note("email", "ada", 3)
    notes.note("email", "ada", 7)
    assert (notes.line_of("email", "ada"), notes.line_of("username", "ada"), notes.line_of("email", "ad")) == (
        3,
        None,
        None,
    )
    notes.close()


class _Counting:
    """Counts outcomes."""

    def __init__(self) -> None:
        self.outcomes: dict[str, int] = {}

    def note(self, row: Row, outcome: Outcome) -> None:
        assert not row.errors, row.errors
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1


USERS, STORED = 10_000, 100


def _file(folder: Path, name: str, users: int = USERS) -> BinaryIO:
    file = (folder / f"users.{name}").open("w+b")
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    rows = ((f"user-{number}", f"{number}@example.com", HASH, "true") for number in range(users))
    columns = ("username", "email", "password_hash", "activated")
    if name == "csv":
        writer = stdlib_csv.writer(text)
        writer.writerow(columns)
        writer.writerows(rows)
    else:
        prefix = "- " if name == "yaml" else ""
        text.writelines(prefix + json.dumps(dict(zip(columns, row, strict=True))) + "\n" for row in rows)
    text.detach()
    file.seek(0)
    return file


@pytest.mark.parametrize("name", FORMATS)
def test_a_long_file_is_read_in_little_memory(tmp_path: Path, name: str) -> None:
    with _file(tmp_path, name) as file:
        tracemalloc.start()
        try:
            count = sum(not is_refused(each.content) for each in FORMATS[name](file))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert count == USERS
    assert peak < 1024 * 1024, "the file has about two"


def test_many_users_are_imported_in_the_memory_of_few(
    auth: Resources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(user_imports, "BATCH", 10)
    importer, report, alive = Importer(auth, COMMAND_LINE), _Counting(), 0
    rows: WeakSet[Row] = WeakSet()
    users: WeakSet[User] = WeakSet()

    def read_rows(file: BinaryIO) -> Iterator[Row]:
        nonlocal alive
        for entry in FORMATS["csv"](file):
            alive = max(alive, len(rows), len(users))
            row = read_row(entry)
            rows.add(row)
            yield row

    def make(*said: Any) -> User:
        users.add(user := new_user(*said))
        return user

    monkeypatch.setattr(import_batches, "new_user", make)
    with _file(tmp_path, "csv", STORED) as file:
        importer.store(read_rows(file), report)
    assert report.outcomes == {"created": STORED}
    assert 10 <= alive <= 30, "those of a batch, and of the one before it"
