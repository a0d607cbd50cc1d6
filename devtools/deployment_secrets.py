"""The secrets of a deployment: one file each, made once, never overwritten."""

import hashlib
import json
import secrets
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from devtools.certificates import make_authority
from devtools.local_tls import NAMES
from devtools.problem import Problem
from devtools.secret_files import new_secret

DATABASES = ("auth", "catalog")
MYSQL_CA = "/run/secrets/mysql_ca"
# What the exporter asks Redis: no key, no setting, no command that somebody has sent.
FIGURES = "+ping +info +client|setname +slowlog|len +latency|latest +latency|histogram"
LONGEST_LIFE = timedelta(days=825)


def make_secrets(folder: Path, mysql_host: str = "mysql", redis_host: str = "redis", *, tls: bool = False) -> list[str]:
    """Write the secrets that `folder` lacks; return their names. A file that is there is never written.

    The folder may be entered by its owner alone. The files in it may be read by all: a container sees those that are
    mounted into it, under a user id that is not the owner's (10001 the services, 999 the stores).

    With `tls` also a certificate of the gateway for this machine's own names.

    Raises Problem when of some that belong together a part is missing, which nobody can make to fit the rest.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    single = {
        "internal_secret": new_secret(),
        "auth_secret_keys": json.dumps([new_secret()]),
        "admin_password": secrets.token_urlsafe(18),
        "aws_credentials": "",  # the operator's to fill; while it is empty, AWS roles are found
        "mysql_root_password": secrets.token_hex(24),
        "mysql_exporter": mysql_client("exporter", mysql_host),
        "grafana_admin_password": secrets.token_urlsafe(18),
        **{f"{name}_schema_url": mysql_url(f"{name}_schema", name, mysql_host) for name in DATABASES},
        **{f"{name}_database_url": mysql_url(name, name, mysql_host) for name in DATABASES},
    }
    # An account of Redis is in the list of accounts by its password's digest, so what is there already stays in force.
    exporter = folder / "redis_exporter"
    watching = exporter.read_text() if exporter.exists() else redis_passwords("exporter", redis_host)
    single["redis_exporter"] = watching
    together = [{name: text} for name, text in single.items()]
    together += [redis_account(redis_host, *json.loads(watching).values()), mysql_certificate(mysql_host)]
    # A certificate that the operator put there has an authority elsewhere.
    if tls and missing(folder, ("tls_certificate", "tls_key")):
        together.append(tls_certificate())
    lacking = [texts for texts in together if missing(folder, texts)]
    for texts in lacking:
        if len(missing(folder, texts)) < len(texts):
            raise Problem(
                f"{folder} has a part of what belongs together: {', '.join(texts)}. "
                f"Bring back {' and '.join(missing(folder, texts))}, or remove the others to have all made anew."
            )
    for texts in lacking:
        for name, text in texts.items():
            with (folder / name).open("x") as file:
                file.write(text)
            (folder / name).chmod(0o644)
    return [name for texts in lacking for name in texts]


def missing(folder: Path, names: Iterable[str]) -> list[str]:
    return [name for name in names if not (folder / name).exists()]


def mysql_url(user: str, database: str, host: str) -> str:
    return f"mysql+pymysql://{user}:{secrets.token_hex(24)}@{host}/{database}"


def mysql_client(user: str, host: str) -> str:
    """An account as MySQL's own programs and its exporter read it, with the authority where a container has it."""
    words = {"user": user, "password": secrets.token_hex(24), "host": host, "port": 3306, "ssl-ca": MYSQL_CA}
    return "\n".join(["[client]", *(f"{name}={value}" for name, value in words.items()), ""])


def redis_passwords(user: str, host: str) -> str:
    """The password of an account as the exporter of Redis reads it: a JSON object of addresses and passwords."""
    return json.dumps({f"redis://{user}@{host}:6379": secrets.token_hex(24)})


def redis_account(host: str, exporter_password: str = "") -> dict[str, str]:
    """counter's account, which reaches its own keys and channels with what it needs; `health` may only ping.

    `exporter`, where it has a password, reads figures and no key.

    Nobody can be `default`, which yet has every right: with its rights Redis reads its file of writes at the start, and
    would leave out what a script wrote if they did not cover it.
    """
    password = secrets.token_hex(24)
    own = "~quartet:* &quartet:live:*"
    rules = "+@read +@write +@connection +@pubsub -@dangerous +eval +evalsha +time"
    watching = f"user exporter on {digest(exporter_password)} -@all {FIGURES}\n" if exporter_password else ""
    return {
        "redis_url": f"redis://counter:{password}@{host}:6379/0",
        "redis_users": "user default off ~* &* +@all\n"
        "user health on nopass -@all +ping\n"
        f"user counter on {digest(password)} {own} -@all {rules}\n" + watching,
    }


def digest(password: str) -> str:
    return "#" + hashlib.sha256(password.encode()).hexdigest()


def mysql_certificate(host: str) -> dict[str, str]:
    """A certificate for MySQL, its key, and the authority that signed it, whose own key is thrown away."""
    authority = make_authority("Quartet MySQL authority")
    certificate, key = authority.issue([host, "localhost"])
    return {"mysql_ca": authority.pem, "mysql_certificate": certificate, "mysql_key": key}


def tls_certificate() -> dict[str, str]:
    """As MySQL's, for the gateway; no longer than browsers take."""
    authority = make_authority("Quartet on Docker", only_for=NAMES)
    certificate, key = authority.issue(NAMES, LONGEST_LIFE)
    return {"tls_authority": authority.pem, "tls_certificate": certificate, "tls_key": key}
