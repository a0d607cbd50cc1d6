"""Where Redis is: what a URL says about one server, about Sentinels, or about a cluster."""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

Kind = Literal["standalone", "sentinel", "cluster"]
Host = tuple[str, int]

SCHEMES: dict[str, tuple[Kind, bool]] = {
    "redis": ("standalone", False),
    "rediss": ("standalone", True),
    "redis+sentinel": ("sentinel", False),
    "rediss+sentinel": ("sentinel", True),
    "redis+cluster": ("cluster", False),
    "rediss+cluster": ("cluster", True),
}
"""What each scheme means: of which kind it is, and whether with TLS."""
DEFAULT_PORTS: dict[Kind, int] = {"standalone": 6379, "sentinel": 26379, "cluster": 6379}
SENTINEL_OPTIONS = ("sentinel_username", "sentinel_password")


@dataclass(frozen=True)
class RedisAddress:
    """What a URL says. `master` is the name that Sentinels know a master by; credentials are not in the repr."""

    kind: Kind
    tls: bool
    hosts: tuple[Host, ...]
    db: int = 0
    master: str = ""
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    sentinel_username: str | None = field(default=None, repr=False)
    sentinel_password: str | None = field(default=None, repr=False)


def parse(url: str) -> RedisAddress:
    """Return what a URL says.

    - `redis://[[user]:password@]host[:6379][/db]`: one server.
    - `redis+sentinel://[[user]:password@]host[:26379],host…/master[/db]`: the master that the Sentinels name. User and
      password are Redis's; `?sentinel_username=&sentinel_password=` are the Sentinels' own, where they want some.
    - `redis+cluster://[[user]:password@]host[:6379],host…`: a cluster, of which these nodes know the others.

    `rediss…` is the same with TLS, to Sentinels too.

    Raises:
        ValueError: telling which rule is broken, with nothing of the URL in it: there is a password in it.
    """
    try:
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError:
        raise ValueError("cannot be read as a URL") from None
    if parts.scheme not in SCHEMES:
        raise ValueError(f"must begin with one of {', '.join(f'{scheme}://' for scheme in SCHEMES)}")
    kind, tls = SCHEMES[parts.scheme]
    if parts.fragment or set(options) - set(SENTINEL_OPTIONS if kind == "sentinel" else ()):
        raise ValueError(
            "takes no options but sentinel_username and sentinel_password, with Sentinels; "
            "what is special in a password is percent-encoded"
        )
    credentials, _, places = parts.netloc.rpartition("@")
    username, _, password = credentials.partition(":")
    master, db = _master_and_db(kind, parts)
    return RedisAddress(
        kind,
        tls,
        _hosts(kind, places),
        db,
        master,
        _text(username),
        _text(password),
        *map(options.get, SENTINEL_OPTIONS),
    )


def _hosts(kind: Kind, places: str) -> tuple[Host, ...]:
    hosts = tuple(_host(place, DEFAULT_PORTS[kind]) for place in places.split(","))
    if kind == "standalone" and len(hosts) > 1:
        raise ValueError("names several hosts; redis+sentinel:// and redis+cluster:// take several")
    return hosts


def _host(place: str, default_port: int) -> Host:
    try:
        parts = urlsplit(f"//{place}")
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("has a host or port that cannot be read") from None
    if not host or port == 0:
        raise ValueError("must name a host, and no port 0")
    return host, port or default_port


def _master_and_db(kind: Kind, parts: SplitResult) -> tuple[str, int]:
    words = [unquote(word) for word in parts.path.split("/") if word]
    master = words.pop(0) if kind == "sentinel" and words else ""
    if kind == "sentinel" and not master:
        raise ValueError("must name the master after the hosts, as Sentinel knows it: …/mymaster")
    if kind == "cluster" and words not in ([], ["0"]):
        raise ValueError("has a database number, and a cluster has only database 0")
    if len(words) > 1 or not all(word.isascii() and word.isdigit() for word in words):
        raise ValueError("must end with the number of a database, or with none")
    return master, int(words[0]) if words else 0


def _text(quoted: str) -> str | None:
    return unquote(quoted) or None
