"""The local launcher, and workers that lie: none of them turns a partition green."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import pytest

from ftm_assets.definitions import build_definitions
from ftm_assets.firm_topics.plan import plan_batches
from ftm_assets.firm_topics.topic_model import TopicParameters
from ftm_resources.contract.manifest import Published
from ftm_resources.contract.schemas import FIRM_TOPICS
from ftm_resources.errors import BatchFailed
from ftm_resources.settings import read_settings
from ftm_resources.store.object_store import FolderStore
from ftm_resources.transcript_sources.sample import SampleSource
from ftm_resources.workers.this_machine import LocalLauncher
from tests.support.helpers import firm_ids, publish_quarter
from tests.support.paths import ROOT
from tests.support.programs import worker
from tests.support.refusals import assert_refused, assert_words, refused

QUARTER = "2023Q1"

BATCH = f"batch {QUARTER}_batch_0000"
LIARS = {
    "exits 0 without output": (
        "pass",
        (BATCH, "no checkpoint"),
    ),
    "exits 137": (
        "import sys; print('loading'); sys.exit(137)",
        (BATCH, "killed", "exit 137", "memory"),
    ),
    "kills itself": (
        "import os; os.kill(os.getpid(), 9)",
        (BATCH, "killed", "exit 137"),
    ),
    "writes a part and dies": (
        "import os, sys\n"
        "from ftm_resources.settings import read_worker_settings\n"
        "from ftm_resources.store.opening import open_store\n"
        "from ftm_resources.contract import layout\n"
        "key = layout.topics_part(os.environ['QUARTER'], os.environ['BATCH_ID'], 0)\n"
        "open_store(read_worker_settings().store_url).write(key, b'half a table')\n"
        "sys.exit(3)",
        (BATCH, "exit code 3"),
    ),
    "writes a part and exits 0": (
        "import os\n"
        "from ftm_resources.settings import read_worker_settings\n"
        "from ftm_resources.store.opening import open_store\n"
        "from ftm_resources.contract import layout\n"
        "key = layout.topics_part(os.environ['QUARTER'], os.environ['BATCH_ID'], 0)\n"
        "open_store(read_worker_settings().store_url).write(key, b'half a table')",
        (BATCH, "no checkpoint"),
    ),
    "checkpoints firms it did not do": (
        "import os\n"
        "from ftm_resources.workers.plan import read_plan\n"
        "from ftm_resources.workers.checkpoint import new_checkpoint, write_checkpoint\n"
        "from ftm_resources.settings import read_worker_settings\n"
        "from ftm_resources.store.opening import open_store\n"
        "store = open_store(read_worker_settings().store_url)\n"
        "batch = read_plan(store, os.environ['MANIFEST_S3_KEY']).batches[0]\n"
        "checkpoint = new_checkpoint(batch, {})\n"
        "checkpoint.completed_firm_ids = batch.firm_ids\n"
        "checkpoint.last_chunk_id = len(batch.groups()) - 1\n"
        "write_checkpoint(store, checkpoint)",
        (BATCH, "usable sentences", "no topic"),
    ),
}


@pytest.fixture
def transcripts(tmp_path: Path) -> Published:
    sample = SampleSource()
    return publish_quarter(FolderStore(tmp_path), list(sample.calls(QUARTER, firm_ids(sample, QUARTER)[:4])), QUARTER)


@pytest.mark.parametrize("liar", LIARS)
def test_a_lying_worker_never_turns_a_partition_green(liar: str, transcripts: Published) -> None:
    program, says = LIARS[liar]
    instance = dg.DagsterInstance.ephemeral()
    hardcoded = dg.ResourceDefinition.hardcoded_resource
    definitions = build_definitions(
        read_settings(),
        {
            "store": hardcoded(transcripts.store),
            "launcher": hardcoded(LocalLauncher(worker(program), processes=1)),
        },
    )
    result = definitions.resolve_job_def("quarter").execute_in_process(
        instance=instance,
        partition_key=QUARTER,
        asset_selection=[dg.AssetKey("firm_topics")],
        raise_on_error=False,
    )
    assert not result.success
    assert instance.get_latest_materialization_event(dg.AssetKey("firm_topics")) is None
    assert transcripts.store.size(FIRM_TOPICS.manifest(QUARTER)) is None
    error = result.failure_data_for_node("firm_topics").error
    assert_words((error.cause or error).message, (*says, f"ftm run {QUARTER} --only firm_topics"))


def test_the_other_batches_get_their_turn_when_one_fails(transcripts: Published) -> None:
    plan = plan_batches(transcripts.store, transcripts, TopicParameters(), firms_per_batch=1, firms_per_checkpoint=1)
    program = "import os, sys; print('I am', os.environ['BATCH_ID']); sys.exit(os.environ['BATCH_ID'].endswith('1'))"
    said: list[str] = []
    launcher = LocalLauncher(worker(program), processes=2)
    error = refused(BatchFailed, launcher.run_all, transcripts.store, plan, FIRM_TOPICS, said.append)
    assert sorted(said) == [f"I am {QUARTER}_batch_000{n}" for n in range(4)]
    end_of_log = f"I am {QUARTER}_batch_0001"
    facts = ("1 of 4 batches", f"batch {QUARTER}_batch_0001", "exit code 1", end_of_log)
    assert_refused(error, what=f"firm_topics {QUARTER}", problem=facts, remedy=("kept", f"ftm run {QUARTER}"))


def test_no_worker_outlives_a_cancelled_run(transcripts: Published) -> None:
    plan = plan_batches(transcripts.store, transcripts, TopicParameters(), firms_per_batch=4)
    program = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    started: list[int] = []

    def cancel(line: str) -> None:
        started.append(int(line))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        LocalLauncher(worker(program)).run_all(transcripts.store, plan, FIRM_TOPICS, cancel)
    assert ended(started[0])


def test_a_worker_ends_soon_after_its_launcher_was_killed(transcripts: Published) -> None:
    plan = plan_batches(transcripts.store, transcripts, TopicParameters(), firms_per_batch=4)
    program = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    launcher = (
        "from ftm_resources.workers.plan import read_plan\n"
        "from ftm_resources.workers.this_machine import LocalLauncher\n"
        "from ftm_resources.store.opening import open_store\n"
        "from tests.support.programs import worker\n"
        f"store = open_store({transcripts.store.url!r})\n"
        f"LocalLauncher(worker({program!r})).run_all(\n"
        f"    store, read_plan(store, {plan.key!r}), 'firm_topics', lambda line: print(line, flush=True))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", launcher], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    pid = int(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert ended(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every worker loads its libraries itself")
@pytest.mark.parametrize("ahead", ["", "load_ahead('colorsys')\n"], ids=["when they start", "ahead"])
def test_workers_find_their_libraries_loaded_and_are_what_a_container_would_be(
    transcripts: Published, ahead: str
) -> None:
    plan = plan_batches(transcripts.store, transcripts, TopicParameters(), firms_per_batch=4)
    # In a process of its own: this one may have begun to fork workers without libraries.
    program = (
        "import os, sys; print('colorsys' in sys.modules, os.environ['OMP_NUM_THREADS'], os.environ['BATCH_ID'], "
        "'ONLY_THE_FIRST' in os.environ)"
    )
    launcher = (
        "import os\n"
        "from ftm_resources.workers.plan import read_plan\n"
        "from ftm_resources.workers.this_machine import LocalLauncher, load_ahead\n"
        "from ftm_resources.store.opening import open_store\n"
        "from tests.support.programs import worker\n"
        f"{ahead}"
        f"store = open_store({transcripts.store.url!r})\n"
        f"plan, local = read_plan(store, {plan.key!r}), LocalLauncher(worker({program!r}), 'colorsys')\n"
        "os.environ['ONLY_THE_FIRST'] = '1'\n"
        "local.run_all(store, plan, 'firm_topics', print)\n"
        "del os.environ['ONLY_THE_FIRST']\n"
        "local.run_all(store, plan, 'firm_topics', print)\n"
    )
    ran = subprocess.run([sys.executable, "-c", launcher], cwd=ROOT, capture_output=True, text=True)
    batch = f"{QUARTER}_batch_0000"
    assert ran.stdout.splitlines() == [f"True 1 {batch} True", f"True 1 {batch} False"], ran.stderr


def test_the_worker_says_what_it_needs() -> None:
    command = [sys.executable, "-m", "ftm_assets.firm_topics.worker"]
    shown = subprocess.run([*command, "--help"], capture_output=True, text=True)
    assert shown.returncode == 0 and "MANIFEST_S3_KEY" in shown.stdout
    bare = {k: v for k, v in os.environ.items() if k not in ("MANIFEST_S3_KEY", "QUARTER", "BATCH_ID")}
    ended = subprocess.run(command, capture_output=True, text=True, env=bare)
    assert ended.returncode == 1
    assert_words(ended.stdout, ("stopped: MANIFEST_S3_KEY", "plan's key"))


def ended(pid: int, within_seconds: float = 10) -> bool:
    deadline = time.monotonic() + within_seconds
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            return True
        time.sleep(0.1)
    return False
