"""What a worker is told, and what of it it refuses. What it then does is ``worker.py``."""

from __future__ import annotations

import os

from ftm_resources.contract.schemas import FIRM_TOPICS
from ftm_resources.embedding_model import why_no_gpu
from ftm_resources.errors import SettingError, WorkError
from ftm_resources.settings import WorkerSettings
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.workers.plan import Batch, BatchPlan, read_plan

HELP = """Environment variables:
  FTM_STORE, S3_BUCKET        the store: s3://bucket or a folder; or the bucket's name
  MANIFEST_S3_KEY             key of the batch manifest in the store (required)
  QUARTER                     such as 2023Q1 (required)
  BATCH_ID                    which batch of the manifest to do, by its name
  AWS_BATCH_JOB_ARRAY_INDEX   the same by its line in the manifest, counted from 0; BATCH_ID goes before it
  CHECKPOINT_INTERVAL         firms of a checkpoint group; must be what the plan says
  DATA_SOURCE                 must be s3: a worker reads what is in the store
  ALLOW_FAILURES              false: the first failed firm stops the batch (default true)
  FTM_CLUSTERING_PROCESSES    processes that cluster while this one embeds (default: the cores it may use);
                              1: cluster in this one
  NVIDIA_VISIBLE_DEVICES      set by a container's runtime: when it names a GPU, one that torch can't use is an
                              error; void or none: compute on the CPU
The embedding model and the parameters stand in the batch manifest.

Exit codes:
  0   every firm of the batch is done, or is listed as failed
  1   the batch can't be finished; the last line says why, and what to do
  75  asked to stop (SIGTERM) before the batch was done: start it again, it goes on where it was"""


def find_batch(store: ObjectStore, settings: WorkerSettings) -> Batch:
    """The batch to do. Raises SettingError when the plan has no such batch, or is of another quarter or interval."""
    plan = read_plan(store, settings.plan_key)
    where = f"the plan {store.where(settings.plan_key)}"
    if plan is None:
        raise WorkError(where, "it is of another version of this code", FIRM_TOPICS.remedy(settings.quarter))
    if plan.quarter != settings.quarter:
        raise SettingError(
            f"QUARTER={settings.quarter}", f"{where} is of {plan.quarter}", f"Set QUARTER={plan.quarter}"
        )
    batch = _named(plan, where, settings)
    interval = settings.firms_per_checkpoint
    if interval not in (None, batch.firms_per_checkpoint):
        # The groups decide the last bits of the result, so they are the plan's, whoever does the work.
        raise SettingError(
            f"CHECKPOINT_INTERVAL={interval}",
            f"{where} was made with groups of {batch.firms_per_checkpoint} firms",
            f"Set CHECKPOINT_INTERVAL={batch.firms_per_checkpoint}, or unset it",
        )
    return batch


def _named(plan: BatchPlan, where: str, settings: WorkerSettings) -> Batch:
    if settings.batch_id:
        for batch in plan.batches:
            if batch.batch_id == settings.batch_id:
                return batch
        raise SettingError(f"BATCH_ID={settings.batch_id}", f"{where} has no such batch", "Name one that it lists")
    # The line, not the number in the batch's name: a plan can list only the batches that were missing.
    index = settings.array_index
    assert index is not None
    if index >= len(plan.batches):
        raise SettingError(
            f"AWS_BATCH_JOB_ARRAY_INDEX={index}",
            f"there is no such batch: {where} lists {len(plan.batches)}",
            "Count from 0",
        )
    return plan.batches[index]


def clustering_processes(settings: WorkerSettings) -> int:
    """``FTM_CLUSTERING_PROCESSES``, or the cores this process may use."""
    if settings.clustering_processes is not None:
        return settings.clustering_processes
    # Of the machine. A share of them, as a container's --cpus or the vCPUs of AWS Batch, does not show here.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def require_the_gpu_that_was_given(settings: WorkerSettings) -> None:
    """Raise WorkError when this is a container with a GPU that torch can't use: a CPU would take hours."""
    given = settings.gpu or ""
    if given not in ("", "void", "none") and (why := why_no_gpu()) is not None:
        raise WorkError(
            f"NVIDIA_VISIBLE_DEVICES={given}",
            f"the container was given a GPU that torch can't use: {why}",
            "Install a torch built for CUDA and a driver of its version, or set NVIDIA_VISIBLE_DEVICES=void to use the "
            "CPU",
        )
