"""`auth import-users`, as the tests of it call it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bcrypt
from click.testing import CliRunner, Result
from sqlalchemy import select
from werkzeug.security import generate_password_hash

from auth.cli import main
from auth.models import User
from services.auth.tests.api import Api

OLD = "an old password"


HASH = generate_password_hash(OLD, "pbkdf2:sha256:1000")


BCRYPT = bcrypt.hashpw(OLD.encode(), bcrypt.gensalt(4)).decode()


class Importing:
    """`auth import-users` over the database of an api."""

    def __init__(self, api: Api, folder: Path) -> None:
        self.api, self.folder = api, folder

    def __call__(self, content: str | bytes, *arguments: str, name: str = "users.csv") -> Result:
        file = self.folder / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        result = CliRunner().invoke(main, ["import-users", str(file), *arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        for secret in (OLD, HASH, BCRYPT):
            assert secret not in result.output
        return result

    def users(self) -> dict[str, User]:
        with self.api.resources.database.reading() as session:
            return {user.username: user for user in session.scalars(select(User))}


MakeImporting = Callable[..., Importing]


def ndjson(*users: dict[str, Any]) -> str:
    return "".join(json.dumps(user) + "\n" for user in users)


def one(**members: Any) -> dict[str, Any]:
    return {"username": "ada", "email": "ada@example.com", "password_hash": HASH, "email_confirmed": True} | members
