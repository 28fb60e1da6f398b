"""``make backfill`` and the runs that it has queued, in a Dagster instance without a daemon."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg
import pytest

from ftm_assets.running import backfill
from ftm_assets.running.backfill import QUARTER_TAG, TAG

SUCCESS, FAILURE = dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE


@pytest.mark.parametrize(
    ("ended", "code", "said"),
    [
        ({"2023Q1": SUCCESS, "2023Q2": SUCCESS}, 0, ["2023Q1: success", "2023Q2: success", "All quarters are made."]),
        ({"2023Q1": SUCCESS, "2023Q2": FAILURE}, 1, ["2023Q2: failed", "Not made: 2023Q2"]),
        ({"2023Q1": SUCCESS}, 1, ["Not made: 2023Q2"]),
        ({}, 1, ["Not made: 2023Q1, 2023Q2"]),
    ],
    ids=["all are made", "one fails", "one was never queued", "none was queued"],
)
def test_it_ends_with_the_quarters_that_are_not_made(
    ended: dict[str, Any],
    code: int,
    said: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        for quarter, status in ended.items():
            tags = {TAG: "ours", QUARTER_TAG: quarter}
            instance.add_run(dg.DagsterRun(job_name="quarter", run_id=quarter, status=status, tags=tags))
        other = {TAG: "of another backfill", QUARTER_TAG: "2023Q2"}
        instance.add_run(dg.DagsterRun(job_name="quarter", run_id="other", status=SUCCESS, tags=other))

        @contextmanager
        def opened(settings: object) -> Iterator[dg.DagsterInstance]:
            yield instance

        monkeypatch.setattr(backfill, "opened", opened)
        monkeypatch.setattr(backfill, "queue", lambda first, last, workspace: "ours")  # it needs a code server
        assert backfill.main("2023Q1", "2023Q2") == code
    shown = capsys.readouterr().out
    assert [line for line in said if line not in shown] == []
