"""One process at a time: the second is told who is first, and a holder that is gone does not block forever."""

from __future__ import annotations

import itertools
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from ftm_resources.contract import layout, lease
from ftm_resources.contract.lease import held
from ftm_resources.contract.schemas import PREFETCHED_TRANSCRIPTS, THEMES
from ftm_resources.errors import LeaseHeld
from ftm_resources.store.object_store import ObjectStore
from tests.support.refusals import assert_refused, assert_words, refused

QUARTER = "2023Q1"


def somebody(store: ObjectStore, number: int = 1, **changes: Any) -> str:
    """A lease somebody else has written; returns its key."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    holder = {"host": "elsewhere", "process": 4711, "user": "ada", "since": now, "renewals": 0} | changes
    key = layout.lease(PREFETCHED_TRANSCRIPTS, QUARTER, number)
    store.write(key, json.dumps(holder).encode())
    return key


def leases(store: ObjectStore) -> list[str]:
    return [found.key for found in store.list(layout.leases(PREFETCHED_TRANSCRIPTS, QUARTER))]


def a_dead_process() -> int:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    return gone.pid


def test_the_second_is_told_who_holds_it_and_the_lease_is_gone_afterwards(store: ObjectStore) -> None:
    with held(store, PREFETCHED_TRANSCRIPTS, QUARTER):
        error = refused(LeaseHeld, held(store, PREFETCHED_TRANSCRIPTS, QUARTER).__enter__)
        with held(store, PREFETCHED_TRANSCRIPTS, "2023Q2"), held(store, THEMES, QUARTER):
            pass
        assert len(leases(store)) == 1
    assert_refused(
        error,
        what=f"{PREFETCHED_TRANSCRIPTS} {QUARTER}",
        problem=(f"process {os.getpid()}", f"on {socket.gethostname()}"),
        remedy=f"{store.url}/locks/quarter=2023Q1/{PREFETCHED_TRANSCRIPTS}_000001.json",
    )
    assert leases(store) == []
    with held(store, PREFETCHED_TRANSCRIPTS, QUARTER):
        pass


def test_the_lease_is_given_back_when_the_work_fails(store: ObjectStore) -> None:
    with pytest.raises(ZeroDivisionError), held(store, PREFETCHED_TRANSCRIPTS, QUARTER):
        _ = 1 / 0
    assert leases(store) == []


def test_a_holder_on_another_computer_that_renews_is_not_disturbed_whatever_its_clock_says(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "SECONDS_BETWEEN_LOOKS", 0.05)
    somebody(store, since="1999-12-31T23:59:59+00:00")
    ended = threading.Event()

    def renew() -> None:
        for renewals in itertools.count(1):
            if ended.wait(0.3):
                return
            somebody(store, since="1999-12-31T23:59:59+00:00", renewals=renewals)

    holder = threading.Thread(target=renew)
    holder.start()
    try:
        error = refused(LeaseHeld, held(store, PREFETCHED_TRANSCRIPTS, QUARTER).__enter__)
        assert_words(error.problem, ("process 4711", "ada", "elsewhere"))
    finally:
        ended.set()
        holder.join()
    assert leases(store) == [layout.lease(PREFETCHED_TRANSCRIPTS, QUARTER, 1)]


def test_a_container_started_again_takes_over_when_the_one_that_died_has_not_renewed_for_two_minutes(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "SECONDS_BETWEEN_LOOKS", 0.05)
    monkeypatch.setattr(lease, "FREE_AFTER_SECONDS", 0.6)  # two minutes, in the time of this test
    key = somebody(store)
    began = time.monotonic()
    with held(store, PREFETCHED_TRANSCRIPTS, QUARTER) as mine:
        assert time.monotonic() - began > 0.5, "until then it was not free"
        assert mine.key == layout.lease(PREFETCHED_TRANSCRIPTS, QUARTER, 2)
        assert leases(store) == [mine.key]
        assert store.size(key) is None


def test_a_dead_process_of_this_machine_is_not_waited_for(store: ObjectStore) -> None:
    somebody(store, host=socket.gethostname(), process=a_dead_process())
    with held(store, PREFETCHED_TRANSCRIPTS, QUARTER):
        pass
    somebody(store, host=socket.gethostname(), process=os.getppid())
    with pytest.raises(LeaseHeld), held(store, PREFETCHED_TRANSCRIPTS, QUARTER):
        pass


def test_of_two_that_saw_the_same_dead_holder_only_one_gets_on(store: ObjectStore) -> None:
    """The other one finished its look at the store before we took the lease, and takes it after."""
    somebody(store, 1, host=socket.gethostname(), process=a_dead_process())
    with held(store, PREFETCHED_TRANSCRIPTS, QUARTER):
        assert not store.create(layout.lease(PREFETCHED_TRANSCRIPTS, QUARTER, 2), b"{}")


def test_whoever_took_another_number_is_seen_after_taking_ones_own(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = lease.Lease.take

    def take_while_another_comes(mine: lease.Lease) -> bool:
        somebody(store, 7)
        return take(mine)

    monkeypatch.setattr(lease.Lease, "take", take_while_another_comes)
    error = refused(LeaseHeld, held(store, PREFETCHED_TRANSCRIPTS, QUARTER).__enter__)
    assert_refused(error, what=f"{PREFETCHED_TRANSCRIPTS} {QUARTER}", problem="another process", remedy="again")
    assert leases(store) == [layout.lease(PREFETCHED_TRANSCRIPTS, QUARTER, 7)]


def test_ten_at_once_let_one_through_at_a_time(store: ObjectStore) -> None:
    inside, most, entered = 0, 0, 0
    counted = threading.Lock()
    start = threading.Barrier(10)

    def enter() -> None:
        nonlocal inside, most, entered
        start.wait()
        try:
            with held(store, PREFETCHED_TRANSCRIPTS, QUARTER):
                with counted:
                    inside, entered = inside + 1, entered + 1
                    most = max(most, inside)
                threading.Event().wait(0.05)
                with counted:
                    inside -= 1
        except LeaseHeld:
            pass

    threads = [threading.Thread(target=enter) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1 and entered >= 1
    assert leases(store) == []


def wait_until(true: Callable[[], bool]) -> None:
    for _ in range(500):
        if true():
            return
        threading.Event().wait(0.02)
    raise AssertionError("it never became true")


def test_a_holder_renews_and_notices_when_it_was_taken_over(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "RENEW_EVERY_SECONDS", 0.02)
    with held(store, PREFETCHED_TRANSCRIPTS, QUARTER) as mine:
        first = store.read(mine.key)
        taken = mine._renewed
        wait_until(lambda: store.read(mine.key) != first and mine._renewed > taken)
        mine.confirm()

        def notices() -> bool:
            store.delete(mine.key)  # a renewal that is under way can put it back once
            try:
                mine.confirm()
            except LeaseHeld as lost:
                return "silent" in lost.problem
            return False

        wait_until(notices)


def test_a_holder_that_could_not_renew_for_too_long_stops(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    with held(store, PREFETCHED_TRANSCRIPTS, QUARTER) as mine:
        mine.confirm()
        monkeypatch.setattr(lease, "FREE_AFTER_SECONDS", -1.0)
        error = refused(LeaseHeld, mine.confirm)
        assert_refused(error, what=f"{PREFETCHED_TRANSCRIPTS} {QUARTER}", problem="silent", remedy=("again", "kept"))


def test_a_holder_that_another_one_overtook_stops(store: ObjectStore) -> None:
    with held(store, PREFETCHED_TRANSCRIPTS, QUARTER) as mine:
        somebody(store, 9)
        assert_words(refused(LeaseHeld, mine.confirm).problem, "silent")
