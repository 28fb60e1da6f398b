"""What a worker takes from its environment, and what it refuses. What it then does is ``worker.py``."""

from __future__ import annotations

import os

from ftm_resources.embedding_model import why_no_gpu
from ftm_resources.errors import SettingError, WorkError, remedy
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.workers.plan import Batch, read_plan

HELP = """Environment variables:
  FTM_STORE, S3_BUCKET        the store: s3://bucket or a folder; or the bucket's name
  MANIFEST_S3_KEY             key of the batch manifest in the store (required)
  QUARTER                     such as 2023Q1 (required)
  BATCH_ID                    which batch of the manifest to do, by its name
  AWS_BATCH_JOB_ARRAY_INDEX   the same by its line in the manifest, counted from 0; BATCH_ID goes before it
  ALLOW_FAILURES              false: the first failed firm stops the batch (default true)
  FTM_CLUSTERING_PROCESSES    processes that cluster while this one embeds (default: the cores it may use);
                              1: cluster in this one
  FTM_LAUNCHER_PID            end when this process is no longer the worker's parent
  NVIDIA_VISIBLE_DEVICES      set by a container's runtime: when it names a GPU, one that torch can't use is an
                              error; void or none: compute on the CPU
The embedding model and the parameters stand in the batch manifest.

Exit codes:
  0   every firm of the batch is done, or is listed as failed
  1   the batch can't be finished; the last line says why, and what to do
  75  told to go (SIGTERM) before the batch was done: start it again, it goes on where it was"""


def batch_from_environment(store: ObjectStore) -> Batch:
    """The batch to do. Raises SettingError or WorkError when the environment names none, or one that isn't there."""
    missing = [name for name in ("MANIFEST_S3_KEY", "QUARTER") if not os.environ.get(name)]
    if missing:
        raise SettingError(" and ".join(missing), "a worker needs what a launcher sets", "Set it by hand: see --help")
    quarter, key = os.environ["QUARTER"], os.environ["MANIFEST_S3_KEY"]
    batch_id, index = os.environ.get("BATCH_ID"), os.environ.get("AWS_BATCH_JOB_ARRAY_INDEX")
    if not batch_id and not index:
        raise SettingError(
            "BATCH_ID", "neither it nor AWS_BATCH_JOB_ARRAY_INDEX says which batch of the plan to do", "Set one"
        )
    plan = read_plan(store, key)
    if plan is None:
        raise WorkError(
            f"the plan {store.where(key)}", "it is of another version of this code", remedy("firm_topics", quarter)
        )
    if batch_id:
        for batch in plan.batches:
            if batch.batch_id == batch_id:
                return batch
        raise SettingError(
            f"BATCH_ID={batch_id}", f"the plan {store.where(key)} has no such batch", "Name one that it lists"
        )
    # The line, not the number in the batch's name: a manifest can list only the batches that were missing.
    assert index
    if not index.isdecimal() or int(index) >= len(plan.batches):
        listed = f"{store.where(key)} lists {len(plan.batches)}"
        raise SettingError(f"AWS_BATCH_JOB_ARRAY_INDEX={index}", f"there is no such batch: {listed}", "Count from 0")
    return plan.batches[int(index)]


def clustering_processes_from_environment() -> int:
    """``FTM_CLUSTERING_PROCESSES``, or the cores this process may use. Raises SettingError when it is no number."""
    text = os.environ.get("FTM_CLUSTERING_PROCESSES")
    if not text:
        # Of the machine. A share of them, as a container's --cpus or the vCPUs of AWS Batch, does not show here.
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not text.isdecimal() or int(text) == 0:
        raise SettingError(
            f"FTM_CLUSTERING_PROCESSES={text}", "it is out of range", "Give a number of processes, 1 or more"
        )
    return int(text)


def failures_allowed_by_environment() -> bool:
    """``ALLOW_FAILURES``, true when it is unset."""
    return os.environ.get("ALLOW_FAILURES", "true").lower() not in ("false", "0", "no")


def require_the_gpu_that_was_given() -> None:
    """Raise WorkError when this is a container with a GPU that torch can't use: a CPU would take hours."""
    given = os.environ.get("NVIDIA_VISIBLE_DEVICES", "")
    if given not in ("", "void", "none") and (why := why_no_gpu()) is not None:
        raise WorkError(
            f"NVIDIA_VISIBLE_DEVICES={given}",
            f"the container was given a GPU that torch can't use: {why}",
            "Install a torch built for CUDA and a driver of its version, or set NVIDIA_VISIBLE_DEVICES=void to use the "
            "CPU",
        )
