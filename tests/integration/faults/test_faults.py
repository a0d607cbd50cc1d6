"""Every container fails in every way, under load, and so do disks and lines.

What must go on goes on, what cannot says so and never hangs, all recovers with nobody's help, and what was acknowledged
is there. The tests share one platform and one load, and go from fault to fault.
"""

import os
from functools import partial

import pytest

from quartet.testing.waiting import eventually
from tests.integration.faults import disks
from tests.integration.faults.aftermath import PATIENCE, Aftermath
from tests.integration.faults.caller import Caller, Reply
from tests.integration.faults.kinds import KINDS, LASTING
from tests.integration.faults.lines import RATES, has_held_back, slow
from tests.integration.faults.load import Load
from tests.integration.faults.parts import ALL, STOPS
from tests.integration.faults.probes import Probes
from tests.integration.platform_compose import ComposePlatform

LEASE = 60.0  # of a mail that a mailer has taken up: when that one dies, the mail waits for its end


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", STOPS)
def test_a_part_fails_and_all_recovers(
    struck: ComposePlatform, load: Load, probes: Probes, aftermath: Aftermath, part: str, kind: str
) -> None:
    probes.get_ready()
    with KINDS[kind](struck, part):
        replies = probes.ask()
        for ability in STOPS[part]:
            works, reply = probes.works(ability, replies[ability]), replies[ability]
            assert works or reply.well_told or part == "gateway", str(reply)
            assert not (works and kind in LASTING), f"{part} {kind} is not felt: {reply}"
        probes.wait_for(ALL - STOPS[part], PATIENCE)
    if part == "ses" and kind not in LASTING:
        load.mailbox.forgive_unseen(load.all_addresses())
    aftermath.of(f"{part} {kind}", part)


@pytest.mark.parametrize("store", disks.GROWING)
def test_a_full_disk_refuses_writes_and_all_it_needs_is_room(
    struck: ComposePlatform, probes: Probes, aftermath: Aftermath, store: str
) -> None:
    probes.get_ready()
    caller, (path, body) = Caller(struck.url), disks.GROWING[store]

    def grow() -> Reply:
        reply = caller.ask("POST", path, token=probes.token, json=body)
        assert reply.done or reply.well_told, str(reply)
        return reply

    with disks.full(struck, store):
        # 503 is the store's refusal; a store that waits for room makes the gateway give up with 504.
        eventually(lambda: grow().status == 503, PATIENCE, "a write that is refused for want of room")
        probes.wait_for(ALL - disks.STOPS[store], PATIENCE)
        eventually(partial(disks.is_waited_for, struck, store), PATIENCE, "a store that is ready to go on")
    eventually(lambda: grow().done, PATIENCE, "a write that finds room")
    aftermath.of(f"disk of {store} full", store)


@pytest.mark.needs("tc")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may enter a container's network")
@pytest.mark.parametrize("store", RATES)
def test_a_slow_line_to_a_store_slows_only_what_needs_it(
    struck: ComposePlatform, probes: Probes, aftermath: Aftermath, store: str
) -> None:
    probes.get_ready()
    with slow(struck, store):
        eventually(lambda: probes.ask(STOPS[store]) and has_held_back(struck, store), PATIENCE, "packets that wait")
        replies = probes.ask()
        for ability in STOPS[store]:
            assert replies[ability].done or replies[ability].well_told, str(replies[ability])
        probes.wait_for(ALL - STOPS[store], PATIENCE)
    aftermath.of(f"line to {store} slow", store)


def test_in_the_end_nothing_is_lost_and_every_mail_has_come(load: Load) -> None:
    load.rest()
    lost = load.lost()
    assert not lost, "\n".join(lost)
    missing = partial(load.mailbox.missing, load.addresses())
    eventually(lambda: not missing(), LEASE + PATIENCE, "mails to all who signed up")
