"""What the URL of Redis may say, and what is told when it says something else."""

import pytest

from counter.repository.redis_urls import RedisAddress, parse
from counter.repository.store import Store
from counter.settings import CounterSettings
from quartet.settings import BrokenSetting, load

SECRET = "p@ss:w/ord?"
QUOTED = "p%40ss%3Aw%2Ford%3F"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("redis://here", RedisAddress("standalone", False, (("here", 6379),))),
        ("rediss://[::1]:7000/3", RedisAddress("standalone", True, (("::1", 7000),), 3)),
        (
            f"redis://ada:{QUOTED}@here:1/0",
            RedisAddress("standalone", False, (("here", 1),), username="ada", password=SECRET),
        ),
        ("redis://:word@here", RedisAddress("standalone", False, (("here", 6379),), password="word")),
        (
            f"redis+sentinel://a,b:1/counts/2?sentinel_username=watch&sentinel_password={QUOTED}",
            RedisAddress(
                "sentinel",
                False,
                (("a", 26379), ("b", 1)),
                2,
                "counts",
                sentinel_username="watch",
                sentinel_password=SECRET,
            ),
        ),
        ("rediss+sentinel://a/counts", RedisAddress("sentinel", True, (("a", 26379),), 0, "counts")),
        ("redis+cluster://a,[::1]:2/", RedisAddress("cluster", False, (("a", 6379), ("::1", 2)))),
        ("rediss+cluster://:word@a", RedisAddress("cluster", True, (("a", 6379),), password="word")),
    ],
)
def test_a_url_says_where_redis_is(url: str, address: RedisAddress) -> None:
    assert parse(url) == address


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("http://ada:hidden@a", "must begin with one of redis://"),
        ("ada:hidden@a", "must begin with one of redis://"),
        ("redis+sentinel://ada:hidden@a", "must name the master"),
        ("redis+sentinel://ada:hidden@a/", "must name the master"),
        ("redis+sentinel://ada:hidden@a/counts/hidden", "number of a database"),
        ("redis+cluster://ada:hidden@a/1", "only database 0"),
        ("redis://ada:hidden@a,b", "several hosts"),
        ("redis://ada:hidden@a/hidden", "number of a database"),
        ("redis://ada:hidden@a/1/2", "number of a database"),
        ("redis://ada:hidden@", "must name a host"),
        ("redis+cluster://ada:hidden@a,,b", "must name a host"),
        ("redis://ada:hidden@a:0", "no port 0"),
        ("redis://ada:hidden@a:hidden", "cannot be read"),
        ("redis://ada:hidden@a:70000", "cannot be read"),
        ("redis://ada:hidden@[::1", "cannot be read"),
        ("redis://ada:hidden/of@a", "cannot be read|number of a database"),
        ("redis://ada:hidden#of@a", "cannot be read|percent-encoded"),
        ("redis://ada:hidden?of@a", "cannot be read|percent-encoded"),
        ("redis://ada:hidden@a?retry_on_timeout=yes", "takes no options"),
        ("redis+cluster://ada:hidden@a?sentinel_password=hidden", "takes no options"),
    ],
)
def test_what_is_wrong_is_told_without_the_password(url: str, rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", url)
    with pytest.raises(BrokenSetting, match=rule) as refused:
        load(CounterSettings)
    assert str(refused.value).startswith("REDIS_URL: ")
    assert "hidden" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_without_certificates_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_TLS_CA", "/nowhere")
    with pytest.raises(BrokenSetting, match="REDIS_TLS_CA: there is no file with certificates"):
        load(CounterSettings)


@pytest.mark.parametrize("scheme", ["redis", "redis+sentinel", "redis+cluster", "rediss"])
def test_nothing_that_is_printed_shows_the_password(scheme: str) -> None:
    url = f"{scheme}://ada:hidden@a/counts" if "sentinel" in scheme else f"{scheme}://ada:hidden@a"
    settings = CounterSettings(environment="testing", redis_url=url)
    store = Store(url)
    printed = [repr(settings), str(settings), repr(parse(url)), repr(store)]
    if "cluster" not in scheme:  # which would connect
        printed.append(repr(store._client()))
        printed.append(repr(store._client().connection_pool))
    assert "hidden" not in " ".join(printed)
