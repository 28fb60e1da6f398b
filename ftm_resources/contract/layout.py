"""What lies where in the store. Keys only; what is inside the objects is ``schemas.py`` and ``manifest.py``.

The first five prefixes are older than this code and shared with other tools: never rename them.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

PUBLISHED_PREFIX = {
    "prefetched_transcripts": "prefetch/transcripts",
    "firm_topics": "intermediate/firm-topics",
    "named_topics": "processed/named-topics",
    "themes": "processed/themes",
    "named_themes": "processed/named-themes",
    "naming_comparison": "processed/naming-comparison",
}
"""Where each asset publishes, by asset key, in the order the data flows."""

_OLDER = ("prefetched_transcripts", "firm_topics")


def published(asset: str, quarter: str) -> str:
    """The prefix, ending in ``/``, in which an asset publishes one quarter."""
    return f"{PUBLISHED_PREFIX[asset]}/quarter={quarter}/"


def manifest(asset: str, quarter: str) -> str:
    """The object whose presence makes an asset's quarter visible."""
    # The underscore hides it from whatever reads the folder as a table. The first two are older than that.
    return published(asset, quarter) + ("manifest.json" if asset in _OLDER else "_manifest.json")


def unpublished(asset: str, quarter: str) -> str:
    """The prefix in which a quarter is made before it is published. Never read by others; emptied by publishing."""
    return f"unpublished/{asset}/quarter={quarter}/"


def name(key: str) -> str:
    """The name of an object in its folder."""
    return key.rpartition("/")[2]


def chunk(quarter: str, number: int) -> str:
    """One file of prefetched sentences, of about 200 firms."""
    return published("prefetched_transcripts", quarter) + f"chunk_{number:04d}.parquet"


def prefetch_checkpoint(quarter: str) -> str:
    """How far an unfinished prefetch has come; deleted when it is published."""
    return published("prefetched_transcripts", quarter) + "_checkpoint.json"


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
    """The prefix in which the workers of a quarter keep their books."""
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
    return published("firm_topics", quarter) + f"{batch}_{TOPICS_PART}_{part:04d}.parquet"


def sentence_vectors(quarter: str, batch: str, part: int) -> str:
    """The vectors of the sentences of one checkpoint group of firms."""
    return published("firm_topics", quarter) + f"{batch}_{VECTORS}_{part:04d}.parquet"


def made_by_plan(quarter: str, plan_id: str, key: str) -> str:
    """Where the workers of a plan write one of these two, until all of them are there and are published."""
    return unpublished("firm_topics", quarter) + f"{plan_id}/{name(key)}"


def leases(asset: str, quarter: str) -> str:
    """The prefix of the leases of an asset's quarter: who is working on it."""
    return f"locks/quarter={quarter}/{asset}_"


def lease(asset: str, quarter: str, number: int) -> str:
    """One lease. Numbers sort as text."""
    return leases(asset, quarter) + f"{number:06d}.json"


def lease_number(key: str) -> int:
    """The number of a lease, from its key."""
    return int(key.removesuffix(".json").rpartition("_")[2])


def kept_answers(model: str, prompt_version: str) -> str:
    """The prefix of what a language model answered to one version of a prompt."""
    # The hash keeps apart models whose names differ only in what a key can't hold.
    slug = re.sub(r"[^A-Za-z0-9._-]+", "-", model).strip("-.")[:60]
    return f"answers/{slug}-{hashlib.sha256(model.encode()).hexdigest()[:6]}/{prompt_version}/"
