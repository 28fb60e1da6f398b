"""The asset ``firm_topics``: plan, launch, verify and publish."""

from typing import Any

import dagster as dg
import pyarrow.compute as pc

from ftm_assets.firm_topics.plan import plan_batches
from ftm_assets.firm_topics.publish import verify_and_describe
from ftm_assets.firm_topics.topic_model import CODE_VERSION, TopicParameters
from ftm_assets.metadata import as_result, histogram, table
from ftm_assets.published_asset import published_asset
from ftm_resources.contract.manifest import Published, read_input
from ftm_resources.contract.provenance import version_of
from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import FIRM_TOPIC_COLUMNS, FIRM_TOPICS, PREFETCHED_TRANSCRIPTS
from ftm_resources.contract.sentence_vectors import read_topics
from ftm_resources.contract.sentences import read_firm_names
from ftm_resources.embedding_model import require_model
from ftm_resources.settings import Settings
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.workers.launcher import Launcher


class FirmTopicsConfig(TopicParameters, dg.Config):
    """The topic model's parameters, as the launchpad shows them."""


@published_asset(
    FIRM_TOPICS,
    after=[PREFETCHED_TRANSCRIPTS],
    group="topics",
    kinds={"bertopic", "parquet"},
    code_version=version_of(CODE_VERSION, TopicParameters()),
    columns={FIRM_TOPICS.name: FIRM_TOPIC_COLUMNS},
    pool="gpu",  # for deployments to limit
)
def firm_topics(
    context: dg.AssetExecutionContext,
    config: FirmTopicsConfig,
    store: dg.ResourceParam[ObjectStore],
    launcher: dg.ResourceParam[Launcher],
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[None]:
    """The topics each firm talked about this quarter, with keywords, sentences and centroid; and sentence vectors."""
    quarter, parameters = context.partition_key, TopicParameters.model_validate(config.model_dump())
    launcher.preflight(store)
    if settings.launcher == "local":  # containers have folders of their own
        require_model(settings.embedding_model)
    transcripts = read_input(store, PREFETCHED_TRANSCRIPTS, quarter)
    with publication(store, FIRM_TOPICS, quarter, made_from=[transcripts]) as new:
        plan = plan_batches(
            store,
            transcripts,
            parameters,
            launcher.firms_per_batch(transcripts.manifest.n_firms),
            settings.firms_per_checkpoint,
            settings.embedding_model,
        )
        context.log.info(f"{FIRM_TOPICS} {quarter}: {len(plan.batches)} batches, plan {store.where(plan.key)}")
        launched = launcher.run_all(store, plan, FIRM_TOPICS, context.log.info)
        verify_and_describe(new, plan, transcripts)  # exit code 0 is not proof of data
    published = new.published
    links = {name: dg.MetadataValue.url(link) for name, link in launched.links.items()}
    return as_result(published, {**_shown(published, transcripts), **launched.figures, **links})


def _shown(published: Published, transcripts: Published) -> dict[str, Any]:
    manifest = published.manifest
    names = read_firm_names(transcripts) if manifest.outcomes else {}
    rows = read_topics(published, ["firm_name", "local_topic_id", "keywords", "n_sentences"])
    topics = rows.filter(pc.greater_equal(rows["local_topic_id"], 0)).sort_by([("n_sentences", "descending")])
    largest = [
        {"firm": row["firm_name"], "topic": ", ".join(row["keywords"][:6]), "sentences": row["n_sentences"]}
        for row in topics.slice(0, 10).to_pylist()
    ]
    without = [{"firm": names.get(firm, firm), "reason": reason} for firm, reason in manifest.outcomes.items()]
    sizes = topics["n_sentences"].to_pylist()
    return {
        "dagster/row_count": rows.num_rows,  # of topics: the files hold the sentence vectors too
        "largest_topics": table(largest, ["firm", "topic", "sentences"]),
        "firms_without_topics": table(without[:20], ["firm", "reason"]),
        "sentences_per_topic": histogram(f"Sentences per topic, {manifest.quarter}", sizes, "sentences"),
    }
