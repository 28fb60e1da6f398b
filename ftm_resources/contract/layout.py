"""What lies where in the store, besides the folders in which assets publish: those are ``schemas.py``. Keys only.

Chunks, plans, progress and topics lie where tools older than this code look for them: never rename them.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from ftm_resources.contract.asset import Asset
from ftm_resources.contract.schemas import FIRM_TOPICS, PREFETCHED_TRANSCRIPTS


def name(key: str) -> str:
    """The name of an object in its folder."""
    return key.rpartition("/")[2]


def quarter_of(key: str) -> str | None:
    """The quarter in whose folder an object lies; None for what is of no quarter."""
    found = re.search(r"(?:^|/)quarter=([^/]+)/", key)
    return found[1] if found else None


def chunk(quarter: str, number: int) -> str:
    """One file of prefetched sentences, of about 200 firms."""
    return PREFETCHED_TRANSCRIPTS.folder(quarter) + f"chunk_{number:04d}.parquet"


def prefetch_checkpoint(quarter: str) -> str:
    """How far an unfinished prefetch has come; deleted when it is published."""
    return PREFETCHED_TRANSCRIPTS.folder(quarter) + "_checkpoint.json"


def batch_manifests(quarter: str) -> str:
    """The prefix of a quarter's batch manifests."""
    return f"manifests/quarter={quarter}/"


def batch_manifest(quarter: str, written_at: datetime) -> str:
    """One plan of firm-topic batches, one line per batch."""
    return batch_manifests(quarter) + f"manifest_{written_at:%Y%m%d_%H%M%S}.jsonl"


def batch_id(quarter: str, number: int) -> str:
    """The name of a batch."""
    return f"{quarter}_batch_{number:04d}"


def progress(quarter: str) -> str:
    """The prefix of the checkpoints of a quarter's workers."""
    return f"progress/quarter={quarter}/"


def batch_checkpoint(quarter: str, batch: str) -> str:
    """How far a worker has come with its batch."""
    return progress(quarter) + f"{batch}_checkpoint.json"


def batch_failures(quarter: str, batch: str) -> str:
    """The firms a worker could not do, each with its reason."""
    return progress(quarter) + f"{batch}_failures.json"


TOPICS_PART, VECTORS = "part", "vectors"
"""The two tables of ``firm_topics``."""


def topics_part(quarter: str, batch: str, part: int) -> str:
    """The topics of one checkpoint group of firms."""
    return FIRM_TOPICS.folder(quarter) + f"{batch}_{TOPICS_PART}_{part:04d}.parquet"


def sentence_vectors(quarter: str, batch: str, part: int) -> str:
    """The vectors of the sentences of one checkpoint group of firms."""
    return FIRM_TOPICS.folder(quarter) + f"{batch}_{VECTORS}_{part:04d}.parquet"


def made_by_plan(quarter: str, plan_id: str, key: str) -> str:
    """Where the workers of a plan write one of these two, until all of them are there and are published."""
    return FIRM_TOPICS.unpublished(quarter) + f"{plan_id}/{name(key)}"


def leases(asset: Asset, quarter: str) -> str:
    """The prefix of the leases of an asset's quarter: who is working on it."""
    return f"locks/{asset.part(quarter)}{asset}_"


def lease(asset: Asset, quarter: str, number: int) -> str:
    """One lease. Numbers sort as text."""
    return leases(asset, quarter) + f"{number:06d}.json"


def lease_number(key: str) -> int:
    """The number of a lease, from its key."""
    return int(key.removesuffix(".json").rpartition("_")[2])


def answer_cache(model: str, prompt_version: str) -> str:
    """The prefix of what a language model answered to one version of a prompt."""
    # The hash keeps apart models whose names differ only in what a key can't hold.
    slug = re.sub(r"[^A-Za-z0-9._-]+", "-", model).strip("-.")[:60]
    return f"answers/{slug}-{hashlib.sha256(model.encode()).hexdigest()[:6]}/{prompt_version}/"
