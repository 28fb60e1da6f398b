"""Name a quarter's published firm topics, and publish the names."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ftm_assets.naming.names import Named, naming_method
from ftm_assets.naming.quality import name_quality
from ftm_assets.naming.topics.names import name_topics
from ftm_assets.naming.topics.prompt import TOPIC_PROMPT
from ftm_resources.contract.manifest import Published, load_manifest, read_input
from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import (
    FIRM_TOPIC_COLUMNS,
    FIRM_TOPICS,
    NAMED_TOPIC_COLUMNS,
    NAMED_TOPICS,
    PREFETCHED_TRANSCRIPTS,
)
from ftm_resources.contract.sentence_vectors import read_topics
from ftm_resources.llm.endpoint import LLMEndpoint, open_endpoint
from ftm_resources.progress import Say
from ftm_resources.settings import Settings
from ftm_resources.store.object_store import ObjectStore

CODE_VERSION = f"5-{TOPIC_PROMPT.version}"
"""Raise its number when the same topics would get other names; another prompt changes it by itself."""

_NAME_COLUMNS = [name for name in NAMED_TOPIC_COLUMNS.names if name not in FIRM_TOPIC_COLUMNS.names]


def publish_named_topics(store: ObjectStore, quarter: str, llm: LLMEndpoint | None, on_progress: Say) -> Published:
    """Name and publish the topics of a quarter's firms; by keywords when there is no language model.

    Raises ManifestError when the topics can't be trusted, LLMError when the language model can't be used.
    """
    firm_topics = read_input(store, FIRM_TOPICS, quarter)
    # Not the centroids: of 75,000 topics they are 115 MB.
    topics = read_topics(firm_topics, [name for name in FIRM_TOPIC_COLUMNS.names if name != "centroid"])
    topics = topics.filter(pc.greater_equal(topics["local_topic_id"], 0))
    topics = topics.sort_by([("firm_id", "ascending"), ("local_topic_id", "ascending")])
    # firm_topics was made from these very sentences: read_input has just compared the versions.
    transcripts = load_manifest(store, PREFETCHED_TRANSCRIPTS, quarter)
    with publication(store, NAMED_TOPICS, quarter, made_from=[firm_topics]) as new:
        names, costs = name_topics(transcripts, topics, llm, on_progress)
        named = _named(topics, names)
        firms = named["firm_id"].to_pylist()
        new.write("named_topics", named)
        new.made_with(CODE_VERSION, {"naming": naming_method(llm)})
        new.counts(firms=len(set(firms)), sentences=pc.sum(named["n_sentences"]).as_py() or 0, topics=named.num_rows)
        firm_names = named["firm_name"].unique().to_pylist()
        new.quality(name_quality(names, firms, firm_names, llm is not None))
        new.costs(costs)
    return new.published


def _named(topics: pa.Table, names: Sequence[Named]) -> pa.Table:
    """The topics with their names, in the columns of ``schemas.NAMED_TOPIC_COLUMNS``."""
    for column in _NAME_COLUMNS:
        values = list(map(attrgetter(column), names))
        topics = topics.append_column(NAMED_TOPIC_COLUMNS.field(column), pa.array(values, pa.string()))
    return topics.select(NAMED_TOPIC_COLUMNS.names).cast(NAMED_TOPIC_COLUMNS)


def made_with(settings: Settings, store: ObjectStore) -> dict[str, Any]:
    """How the settings say the names are made: otherwise than what is published, and they are out of date."""
    return {"naming": naming_method(open_endpoint(settings.topic_llm))}
