"""The simulations behind docs/scaling.md: they agree with theory, and the pages have what they print."""

import re
from pathlib import Path

import pytest
from redis.crc import key_slot

from auth.use_cases.sessions import TOKEN_AFTERLIFE
from bench.scaling import caching, example, feed, figures, logins, mail, redis_cluster, replicas
from bench.scaling.pages import PAGES, TABLES, filled, standing
from counter.repository import keys
from devtools.given import ROOT


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_tables_of_a_page_are_those_that_are_printed(page: Path) -> None:
    text = page.read_text()
    assert filled(text) == text, "python -m bench.scaling write"


def test_every_table_stands_in_a_page() -> None:
    assert {name for page in PAGES for name in standing(page.read_text())} == set(TABLES)


def test_revocations_are_kept_for_as_long_as_the_code_says() -> None:
    gateway = (ROOT / "gateway/njs/revocations.js").read_text()
    leeway = re.search(r"^const LEEWAY = (\d+);", gateway, re.MULTILINE)
    assert leeway is not None
    assert TOKEN_AFTERLIFE + int(leeway[1]) == figures.REVOCATION_SECONDS


def test_the_gateway_pulls_as_often_as_is_reckoned() -> None:
    interval = re.search(r"interval=(\d+)ms", (ROOT / "gateway/conf.d/internal.conf").read_text())
    assert interval is not None
    assert figures.PULLS * int(interval[1]) == 1000


def test_waiting_for_the_lock_of_the_feed_is_what_queueing_theory_says() -> None:
    for load in (0.2, 0.5, 0.8):
        assert feed.waits(load, 100)[0] == pytest.approx(feed.mean_wait(load, 100), rel=0.1)


def test_refused_logins_are_as_many_as_erlang_says() -> None:
    for load, slots in ((0.5, 1), (0.7, 4), (0.9, 2)):
        assert logins.simulated(load, slots) == pytest.approx(logins.refused(load, slots), rel=0.1)


def test_an_object_is_asked_for_once_a_second_and_gateway_at_the_most() -> None:
    busy, gateways = 5_000.0, 4
    share = caching.simulated(busy, gateways)
    popular = caching.weights()[0] * busy
    assert popular > 100 * caching.most_an_object(gateways)
    assert share * busy < caching.most_an_object(gateways) * caching.OBJECTS
    assert caching.simulated(busy, 1) < share < 1


def test_all_keys_of_a_user_are_on_one_node_and_badges_find_them() -> None:
    owner = "8c5e5c0e-95a5-4ba2-9f0c-0f0a3f2b6d11"
    slots = {
        key_slot(each.encode())
        for each in (keys.values(owner), keys.names(owner), keys.hours(owner, "a"), keys.live(owner, "a"))
    }
    assert len(slots) == 1


def test_users_lie_evenly_on_the_nodes_unless_few_are_busy() -> None:
    assert 1 <= redis_cluster.unevenness(6, 0.0) < 1.1 < redis_cluster.unevenness(6, 1.1)


def test_replicas_add_less_the_more_is_written() -> None:
    assert replicas.gain(1, 0.2) == pytest.approx(1)
    assert replicas.gain(5, 0.5) < replicas.gain(5, 0.2) < 5
    assert replicas.gain(1000, 0.2) == pytest.approx(5, rel=0.01)  # the primary's writes are the end


def test_a_mailer_waits_for_ses_and_mailers_add_up() -> None:
    assert mail.rate(1000) < 1
    assert mail.rate(50, 4) == 4 * mail.rate(50)


def test_ten_times_the_users_are_ten_times_the_requests() -> None:
    small, large = example.Plan(10_000), example.Plan(100_000)
    assert large.requests == pytest.approx(10 * small.requests)
    assert large.misses < small.misses  # a busier cache is a better one
