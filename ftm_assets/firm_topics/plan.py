"""Plan a quarter's firm topics: which firms form a checkpoint group, which groups form a batch.

The groups are fixed slices of the sorted firms, whatever the number of batches: a group is embedded together,
and the composition of a bfloat16 batch changes the last bits, and the last bits change clusters. So two machines
with different numbers of cores plan different batches, and find the same topics.
"""

from __future__ import annotations

import hashlib
import json
import math
from itertools import pairwise
from typing import Any

from ftm_assets.firm_topics.topic_model import CODE_VERSION, TopicParameters
from ftm_resources.contract import layout
from ftm_resources.contract.manifest import Published, load_manifest
from ftm_resources.contract.publication import discard_unpublished
from ftm_resources.contract.schemas import FIRM_TOPICS
from ftm_resources.errors import ManifestError
from ftm_resources.settings import BUNDLED_MODEL, Settings
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.workers.plan import Batch, BatchPlan, manifests_of, write_plan

FIRMS_PER_CHECKPOINT: int = Settings.model_fields["firms_per_checkpoint"].default
"""A killed worker repeats at most this many firms, about half a minute; and two cores share a quarter of 50."""


def plan_batches(
    store: ObjectStore,
    transcripts: Published,
    parameters: TopicParameters,
    firms_per_batch: int,
    firms_per_checkpoint: int = FIRMS_PER_CHECKPOINT,
    embedding_model: str = BUNDLED_MODEL,
) -> BatchPlan:
    """The plan for a quarter: the unfinished one if it is still right, else a new one with a clean slate.

    ``firms_per_batch`` says how many batches there are; all have as many checkpoint groups, or one less.
    """
    quarter = transcripts.manifest.quarter
    batches = _batches(transcripts, parameters, firms_per_batch, firms_per_checkpoint, embedding_model)
    manifests = manifests_of(store, batches)
    if manifests and manifests[0].key != _plan_of_what_is_published(store, quarter):
        return manifests[0]
    # Checkpoints go before the files: killed in between, no worker believes that files are there which are not.
    for found in store.list(layout.progress(quarter)):
        store.delete(found.key)
    discard_unpublished(store, FIRM_TOPICS, quarter)
    return write_plan(store, batches)


def _plan_of_what_is_published(store: ObjectStore, quarter: str) -> str | None:
    try:
        return load_manifest(store, FIRM_TOPICS, quarter).manifest.plan
    except ManifestError:
        return None


def made_with(settings: Settings, store: ObjectStore) -> dict[str, Any]:
    """What the settings say the topics are made with: other than what is published, and they are out of date."""
    return {"embedding_model": settings.embedding_model}


def _batches(
    transcripts: Published,
    parameters: TopicParameters,
    firms_per_batch: int,
    firms_per_checkpoint: int,
    embedding_model: str,
) -> list[Batch]:
    manifest = transcripts.manifest
    firms = sorted(manifest.firm_to_chunk)
    # Groups of equal size: 26 firms are two groups of 13, not one of 25 and one of a single firm.
    groups = max(math.ceil(len(firms) / firms_per_checkpoint), 1)
    group = max(math.ceil(len(firms) / groups), 1)
    slices = _slices(firms, group, batches=math.ceil(len(firms) / firms_per_batch))
    settings = parameters.model_dump() | {"embedding_model": embedding_model}
    decides = [CODE_VERSION, manifest.data_version(), settings, group, slices]
    plan_id = hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()[:16]
    return [
        Batch(
            batch_id=layout.batch_id(manifest.quarter, number),
            quarter=manifest.quarter,
            firm_ids=firm_ids,
            chunks=sorted({manifest.firm_to_chunk[firm] for firm in firm_ids}),
            plan_id=plan_id,
            transcripts=manifest.data_version(),
            firms_per_checkpoint=group,
            parameters=settings,
        )
        for number, firm_ids in enumerate(slices)
    ]


def _slices(firms: list[str], group: int, batches: int) -> list[list[str]]:
    """The firms of each batch: whole groups, as even as they go, the larger batches first; one batch at least.

    Filled one after the other, batches of at most 200 made of 452 firms 216, 216 and 20, and a core stood idle.
    """
    groups = [firms[i : i + group] for i in range(0, len(firms), group)]
    batches = max(min(batches, len(groups)), 1)
    fewest, larger = divmod(len(groups), batches)
    ends = [(n + 1) * fewest + min(n + 1, larger) for n in range(batches)]
    return [firms[start * group : end * group] for start, end in pairwise([0, *ends])]
