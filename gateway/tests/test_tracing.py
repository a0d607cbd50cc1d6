"""W3C Trace Context: a good traceparent goes on as it came, any other is replaced, and the log knows the trace."""

import re

import pytest

from gateway.tests.platform_under_test import Gateway

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
GOOD = f"00-{TRACE}-{SPAN}-01"


def sent_on(gateway: Gateway, *headers: str, path: str = "/api/ping") -> tuple[str, str | None, str]:
    """What the service was sent as traceparent and tracestate, and the trace that was logged."""
    status, answered, _ = gateway.raw_path(path, *headers)
    assert status == 200
    assert not {"traceparent", "tracestate"} & answered.keys()
    seen = gateway.services["counter"].seen[-1]
    traceparent = seen.header("traceparent")
    assert traceparent is not None
    return traceparent, seen.header("tracestate"), gateway.log(answered["x-request-id"])["trace_id"]


@pytest.mark.parametrize("flags", ["00", "01", "02", "ff"])
def test_a_good_traceparent_goes_on(gateway: Gateway, flags: str) -> None:
    good = f"00-{TRACE}-{SPAN}-{flags}"
    assert sent_on(gateway, f"Traceparent: {good}") == (good, None, TRACE)


@pytest.mark.parametrize(
    "sent", [f"01-{TRACE}-{SPAN}-01", f"cc-{TRACE}-{SPAN}-01-what-comes", f"fe-{TRACE}-{SPAN}-01-"]
)
def test_of_a_later_version_the_known_parts_go_on(gateway: Gateway, sent: str) -> None:
    assert sent_on(gateway, f"traceparent: {sent}") == (GOOD, None, TRACE)


BAD = [
    "", "x", f"ff-{TRACE}-{SPAN}-01", f"00-{TRACE.upper()}-{SPAN}-01", f"00-{'0' * 32}-{SPAN}-01",
    f"00-{TRACE}-{'0' * 16}-01", f"00-{TRACE}-{SPAN}-01-more", f"00-{TRACE}-{SPAN}-0", f"00-{TRACE}-{SPAN}-001",
    f"00-{TRACE}-{SPAN}-01-", f"00-{TRACE}-{SPAN}", f"00-{TRACE[1:]}-{SPAN}-01", f"0-{TRACE}-{SPAN}-01",
    f"00-{TRACE}-{SPAN}-0G", f"00_{TRACE}_{SPAN}_01", f"01-{TRACE}-{SPAN}-011", f"{GOOD}, {GOOD}",
    f"00-{TRACE}g-{SPAN}-01", f"0A-{TRACE}-{SPAN}-01", f"é{GOOD}",
]  # fmt: skip


@pytest.mark.parametrize("sent", BAD)
def test_any_other_is_replaced_and_so_is_its_state(gateway: Gateway, sent: str) -> None:
    traceparent, state, logged = sent_on(gateway, f"traceparent: {sent}", "tracestate: vendor=1")
    assert re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-01", traceparent)
    assert TRACE not in traceparent
    assert traceparent.split("-")[1] == logged
    assert state is None


def test_two_are_none(gateway: Gateway) -> None:
    assert TRACE not in sent_on(gateway, f"traceparent: {GOOD}", f"traceparent: {GOOD}")[0]


def test_each_request_without_one_begins_a_trace_of_its_own(gateway: Gateway) -> None:
    made = [sent_on(gateway, "X-Request-ID: the-same-id-each-time" + str(n)) for n in range(5)]
    assert len({traceparent.split("-")[1] for traceparent, _, _ in made}) == 5
    assert len({traceparent.split("-")[2] for traceparent, _, _ in made}) == 5
    for traceparent, state, logged in made:
        assert re.fullmatch(f"00-{logged}-(?!0{{16}})[0-9a-f]{{16}}-01", traceparent)
        assert state is None


def test_the_state_goes_on_with_its_traceparent(gateway: Gateway) -> None:
    state = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"
    assert sent_on(gateway, f"traceparent: {GOOD}", f"tracestate: {state}") == (GOOD, state, TRACE)
    one, two = "a=1", "b=2"
    assert sent_on(gateway, f"traceparent: {GOOD}", f"tracestate: {one}", f"tracestate: {two}")[1] == "a=1, b=2"


@pytest.mark.parametrize("state", ["a=\xff", "a=" + "x" * 600, ""])
def test_a_state_that_is_none_does_not(gateway: Gateway, state: str) -> None:
    assert sent_on(gateway, f"traceparent: {GOOD}", f"tracestate: {state}") == (GOOD, None, TRACE)


def test_a_protected_request_is_traced_too_and_so_is_a_refused_one(gateway: Gateway) -> None:
    token = f"Authorization: Bearer {gateway.auth.keys[0].token()}"
    assert sent_on(gateway, f"traceparent: {GOOD}", token, path="/api/count") == (GOOD, None, TRACE)
    status, headers, _ = gateway.raw_path("/api/count", f"traceparent: {GOOD}")
    assert status == 401
    assert gateway.log(headers["x-request-id"])["trace_id"] == TRACE
