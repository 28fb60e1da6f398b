"""The asset ``prefetched_transcripts``: a quarter of calls, fetched once, as sentences."""

import dagster as dg
import pyarrow.compute as pc
from pydantic import Field

from ftm_assets.metadata import as_result, histogram, table
from ftm_assets.prefetched_transcripts.prefetch import CODE_VERSION, prefetch_quarter, verify_prefetch
from ftm_assets.published_asset import published_asset
from ftm_resources.contract.manifest import Published
from ftm_resources.contract.schemas import PREFETCHED_TRANSCRIPTS, SENTENCE_COLUMNS
from ftm_resources.contract.sentences import read_sentences
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.transcript_sources.calls import TranscriptSource
from ftm_resources.transcript_sources.fetched_elsewhere import FetchedElsewhere


class PrefetchConfig(dg.Config):
    """What a person may decide when they start a prefetch."""

    start_over: bool = Field(False, description="throw an unfinished prefetch of something else away")


@published_asset(
    PREFETCHED_TRANSCRIPTS,
    group="ingest",
    kinds={"python", "parquet"},
    code_version=CODE_VERSION,
    columns={PREFETCHED_TRANSCRIPTS.name: SENTENCE_COLUMNS},
    # Our Dagster instances allow one at a time: WRDS wants one connection, and an approval for it.
    pool="transcript_source",
    tried_again=False,  # WRDS would ask for another approval
    licensed_text=True,
)
def prefetched_transcripts(
    context: dg.AssetExecutionContext,
    config: PrefetchConfig,
    store: dg.ResourceParam[ObjectStore],
    transcript_source: dg.ResourceParam[TranscriptSource],
) -> dg.MaterializeResult[None]:
    """The earnings calls of a quarter as sentences, one row each, in chunks of about 200 firms.

    Sentences that carry nothing keep their row and say why they are excluded. With DATA_SOURCE=s3 nothing is fetched:
    what another machine fetched is verified.
    """
    quarter, say = context.partition_key, context.log.info
    if isinstance(transcript_source, FetchedElsewhere):
        published = verify_prefetch(store, quarter, say)
    else:
        published = prefetch_quarter(store, transcript_source, quarter, say, start_over=config.start_over)
    return as_result(published, _shown(published))


def _shown(published: Published) -> dict[str, dg.MetadataValue]:
    """Five firms and a chart of lengths. No sentence is shown: the text is licensed."""
    manifest = published.manifest
    rows = read_sentences(published, columns=["firm_id", "firm_name", "transcript_id", "excluded", "link_status"])
    calls = rows.group_by(["firm_id", "firm_name", "transcript_id", "link_status"], use_threads=False)
    calls = calls.aggregate([([], "count_all"), ("excluded", "count")]).to_pylist()
    sample = [
        {
            "firm": call["firm_name"],
            "transcript": call["transcript_id"],
            "sentences": call["count_all"],
            "usable": call["count_all"] - call["excluded_count"],
            "PERMNO": call["link_status"],
        }
        for call in calls[:5]
    ]
    reasons = pc.value_counts(rows["excluded"].combine_chunks()).to_pylist()
    excluded = [{"reason": r["values"], "sentences": r["counts"]} for r in reasons if r["values"] is not None]
    lengths = [call["count_all"] for call in calls]
    return {
        "calls_shown": table(sample, ["firm", "transcript", "sentences", "usable", "PERMNO"]),
        "excluded": table(sorted(excluded, key=lambda r: -r["sentences"]), ["reason", "sentences"]),
        "without_text": dg.MetadataValue.int(len(manifest.outcomes)),
        "source": dg.MetadataValue.json(manifest.parameters["source"]),
        "sentences_per_call": histogram(f"Sentences per call, {manifest.quarter}", lengths, "sentences"),
    }
