"""A gate whose modules are broken in some way lets nobody pass whom it should not, and answers."""

import shutil
from pathlib import Path

import pytest

from gateway.tests.platform_under_test import GATEWAY, Gateway, Start, problem
from quartet.testing import SigningKey

THROWS = "() => { throw new Error('x'); }"
CLOSED = {
    "verification throws": ("jws", f"verifyCompact = {THROWS};"),
    "verification throws nothing": ("jws", "verifyCompact = () => { throw undefined; };"),
    "verification rejects": ("jws", "verifyCompact = () => Promise.reject(new Error('x'));"),
    "verification rejects with nothing": ("jws", "verifyCompact = () => Promise.reject();"),
    "verification brings nothing": ("jws", "verifyCompact = () => Promise.resolve();"),
    "verification never settles": ("jws", "verifyCompact = () => new Promise(() => {});"),
    "verification is no promise": ("jws", "verifyCompact = () => ({ then: () => {} });"),
    "claims throw": ("claims", f"read = {THROWS};"),
    "claims are none": ("claims", "read = () => undefined;"),
    "claims are empty": ("claims", "read = () => ({});"),
    "no refusal can be made": ("claims", f"read = () => {{ throw null; }}; refusal = {THROWS};"),
    "revocations cannot be read": ("admission", f"judge = {THROWS};"),
    "revocations tell nothing": ("admission", "judge = () => undefined;"),
    "requests cannot be counted": ("admission", f"spend = {THROWS};"),
    "the decision is none": ("admission", "decide = () => undefined;"),
    "the decision is a promise": ("admission", "decide = async () => 'ok';"),
}
SHORT_WAY = {
    "throws": THROWS,
    "brings nothing": "() => undefined",
    "is true": "() => true",
    "promises nothing": "async () => undefined",
    "promises and never settles": "() => new Promise(() => {})",
    "nearly says ok": "() => 'OK'",
    "says more than ok": "() => 'ok ok'",
}


def with_broken(folder: Path, module: str, statements: str) -> Path:
    """A gateway's folder where `statements` run at the end of that module, and give its functions other meanings."""
    home = shutil.copytree(GATEWAY, folder / "home", ignore=shutil.ignore_patterns("tests"))
    path = home / f"njs/{module}.js"
    before, export, exported = path.read_text().rpartition("export default {")
    path.write_text(f"{before}{statements}\n{export}{exported}")
    return home


def refused(gateway: Gateway, token: str) -> bool:
    answer = gateway.get("/api/count", token)
    if answer.status_code == 200:
        return False
    assert answer.status_code in {401, 500, 503}
    problem(answer)
    return True


@pytest.mark.parametrize("broken", CLOSED)
def test_a_broken_gate_is_closed_and_answers(start: Start, tmp_path: Path, broken: str) -> None:
    gateway = start(home=with_broken(tmp_path, *CLOSED[broken]))
    token = gateway.auth.keys[0].token()
    assert [refused(gateway, token) for _ in range(2)] == [True, True]
    assert gateway.services["counter"].seen == []
    assert gateway.get("/api/ping").status_code == 200


@pytest.mark.parametrize("broken", SHORT_WAY)
def test_whom_the_short_way_does_not_let_pass_is_checked(start: Start, tmp_path: Path, broken: str) -> None:
    gateway = start(home=with_broken(tmp_path, "admission", f"pass = {SHORT_WAY[broken]};"))
    true, forger = gateway.auth.keys[0], SigningKey("first")
    assert [refused(gateway, forger.token()) for _ in range(2)] == [True, True]
    assert gateway.services["counter"].seen == []
    token = true.token()
    assert [refused(gateway, token) for _ in range(2)] == [False, False]
