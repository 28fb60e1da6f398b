"""What is published: the columns of every table, and the assets that publish them.

Columns may be added behind these, never renamed. What each means is ``meanings.py``, how a table becomes a file is
``parquet.py``, which files are visible is ``manifest.py``.
"""

from __future__ import annotations

import pyarrow as pa

from ftm_resources.contract.asset import Asset

CALL_SPAN = [
    # A topic spans the calls of its firm in the quarter: those that its sentences are from.
    ("first_call_date", pa.date32()),
    ("last_call_date", pa.date32()),
    ("transcript_ids", pa.list_(pa.string())),
]

IDENTIFIERS = [(name, pa.string()) for name in ("cusip", "isin", "ticker", "cik")]
"""Of the firm on the day of the call; null where the source doesn't have them."""

EVENT_DAY0_STATUS = ("event_day0_status", pa.string())

SENTENCE_COLUMNS = pa.schema(
    [
        ("firm_id", pa.string()),
        ("firm_name", pa.string()),
        ("permno", pa.int64()),
        ("gvkey", pa.string()),
        ("transcript_id", pa.string()),
        ("earnings_call_date", pa.date32()),
        ("sentence_id", pa.string()),
        ("raw_text", pa.string()),
        ("cleaned_text", pa.string()),
        ("speaker_type", pa.string()),
        ("position", pa.int32()),
        ("quarter", pa.string()),
        # Ours, behind the ones shared with other tools:
        ("section", pa.string()),
        ("link_status", pa.string()),
        ("excluded", pa.string()),
        ("permno_candidates", pa.int32()),
        ("event_id", pa.string()),
        ("headline", pa.string()),
        ("call_started_at", pa.timestamp("ms", "UTC")),
        ("transcript_version", pa.string()),
        ("transcript_created_at", pa.timestamp("ms", "UTC")),
        *IDENTIFIERS,
        ("text_changes", pa.string()),
        ("inferred", pa.string()),
    ]
)

FIRM_TOPIC_COLUMNS = pa.schema(
    [
        ("topic_id", pa.string()),
        ("firm_id", pa.string()),
        ("firm_name", pa.string()),
        ("permno", pa.int64()),
        ("gvkey", pa.string()),
        ("earnings_call_date", pa.date32()),
        ("quarter", pa.string()),
        ("local_topic_id", pa.int32()),
        ("keywords", pa.list_(pa.string())),
        ("n_sentences", pa.int32()),
        ("sentence_ids", pa.list_(pa.string())),
        ("representative_sentence_ids", pa.list_(pa.string())),
        ("centroid", pa.list_(pa.float32())),
        *CALL_SPAN,
    ]
)


def sentence_vectors_schema(dimensions: int) -> pa.Schema:
    """The columns of the sentence vectors that ``firm_topics`` publishes beside the topics."""
    return pa.schema(
        [
            ("firm_id", pa.string()),
            ("sentence_id", pa.string()),
            # Unit length, rounded to float16: 2 bytes a number, so 768 a sentence with the bundled model, half of
            # float32. Rounding moves a cosine by less than 0.0005.
            ("vector", pa.list_(pa.float16(), dimensions)),
        ]
    )


NAMED_TOPIC_COLUMNS = pa.schema(
    [
        *(
            FIRM_TOPIC_COLUMNS.field(name)
            for name in FIRM_TOPIC_COLUMNS.names
            if name not in ("sentence_ids", "centroid", *dict(CALL_SPAN))
        ),
        ("name", pa.string()),
        ("description", pa.string()),
        ("naming_method", pa.string()),
        ("prompt_version", pa.string()),
        ("endpoint", pa.string()),
        ("model", pa.string()),
        *CALL_SPAN,
    ]
)
"""Without outlier topics."""

THEME_COLUMNS = pa.schema(
    [
        ("theme_id", pa.string()),
        ("quarter", pa.string()),
        ("theme_class", pa.string()),
        ("keywords", pa.list_(pa.string())),
        ("n_topics", pa.int32()),
        ("n_firms", pa.int32()),
        ("n_sentences", pa.int32()),
        ("share_of_firms", pa.float64()),
        ("largest_firm_share", pa.float64()),
        ("evidence_sentence_ids", pa.list_(pa.string())),
        ("centroid", pa.list_(pa.float32())),
        ("origin", pa.string()),
        ("level", pa.int32()),
        ("parent_id", pa.string()),
        ("given_name", pa.string()),
        ("given_description", pa.string()),
        ("n_core", pa.int32()),
        ("n_term", pa.int32()),
        ("n_near", pa.int32()),
        ("coherence", pa.float64()),
        ("burstiness", pa.float64()),
        ("firm_similarity", pa.float64()),
        ("subject_share", pa.float64()),
        ("reporting_share", pa.float64()),
        ("figures_share", pa.float64()),
        ("evidence_firm_ids", pa.list_(pa.string())),
        ("half_similarity", pa.float64()),
        ("half_lexicon_similarity", pa.float64()),
    ]
)

THEME_SENTENCE_COLUMNS = pa.schema(
    [
        ("theme_id", pa.string()),
        ("sentence_id", pa.string()),
        ("firm_id", pa.string()),
        ("transcript_id", pa.string()),
        ("earnings_call_date", pa.date32()),
        ("strength", pa.string()),
        ("similarity", pa.float32()),
        ("reason", pa.string()),
    ]
)
"""Every usable sentence of the quarter is in it."""

THEME_TERM_COLUMNS = pa.schema(
    [
        ("theme_id", pa.string()),
        ("term", pa.string()),
        ("share_in_theme", pa.float64()),
        ("share_of_theme", pa.float64()),
        ("n_sentences", pa.int32()),
        ("n_firms", pa.int32()),
    ]
)

THEME_TOPIC_COLUMNS = pa.schema(
    [
        ("topic_id", pa.string()),
        ("firm_id", pa.string()),
        ("firm_name", pa.string()),
        ("permno", pa.int64()),
        ("gvkey", pa.string()),
        ("earnings_call_date", pa.date32()),
        ("quarter", pa.string()),
        ("n_sentences", pa.int32()),
        ("theme_id", pa.string()),
        ("reason", pa.string()),
        ("share_in_theme", pa.float64()),
        *CALL_SPAN,
    ]
)
"""How the themes look from the topics of firms."""

THEME_SEED_COLUMNS = pa.schema(
    [
        ("random_state", pa.int64()),
        ("theme_id", pa.string()),
        ("sentence_id", pa.string()),
        ("strength", pa.string()),
        ("similarity", pa.float32()),
    ]
)
"""What themes hold that are found with a subset of the layouts: how much the finding wavers."""

NAMED_THEME_COLUMNS = pa.schema(
    [
        ("theme_id", pa.string()),
        ("quarter", pa.string()),
        ("name", pa.string()),
        ("description", pa.string()),
        ("theme_class", pa.string()),
        ("keywords", pa.list_(pa.string())),
        ("n_topics", pa.int32()),
        ("n_firms", pa.int32()),
        ("n_sentences", pa.int32()),
        ("share_of_firms", pa.float64()),
        ("evidence_sentence_ids", pa.list_(pa.string())),
        ("naming_method", pa.string()),
        ("prompt_version", pa.string()),
        ("endpoint", pa.string()),
        ("model", pa.string()),
        ("clustered_class", pa.string()),
        ("origin", pa.string()),
        ("level", pa.int32()),
        ("parent_id", pa.string()),
        ("evidence_firm_ids", pa.list_(pa.string())),
    ]
)

EXPOSURE_COLUMNS = pa.schema(
    [
        ("quarter", pa.string()),
        ("firm_id", pa.string()),
        ("firm_name", pa.string()),
        ("gvkey", pa.string()),
        ("permno", pa.int64()),
        ("transcript_id", pa.string()),
        ("earnings_call_date", pa.date32()),
        ("call_started_at", pa.timestamp("ms", "UTC")),
        ("event_day0", pa.date32()),
        ("theme_id", pa.string()),
        ("name", pa.string()),
        ("theme_class", pa.string()),
        ("origin", pa.string()),
        ("level", pa.int32()),
        ("n_sentences", pa.int64()),
        ("n_core", pa.int64()),
        ("n_term", pa.int64()),
        ("n_near", pa.int64()),
        ("n_assigned", pa.int64()),
        ("n_presentation", pa.int64()),
        ("n_question_and_answer", pa.int64()),
        ("n_executives", pa.int64()),
        ("n_analysts", pa.int64()),
        ("similarity", pa.float64()),
        ("n_usable_sentences", pa.int64()),
        ("share", pa.float64()),
        ("share_se", pa.float64()),
        ("share_strict", pa.float64()),
        ("share_wide", pa.float64()),
        *IDENTIFIERS,
        EVENT_DAY0_STATUS,
        ("share_sd_seeds", pa.float64()),
        ("share_mean_seeds", pa.float64()),
        ("share_se_total", pa.float64()),
        ("n_seeds", pa.int64()),
        ("n_seeds_found", pa.int64()),
    ]
)
"""A row for each call and theme that have a sentence together. Without a row, the share is 0."""

FIRM_QUARTER_COLUMNS = pa.schema(
    [
        ("quarter", pa.string()),
        ("firm_id", pa.string()),
        ("firm_name", pa.string()),
        ("gvkey", pa.string()),
        ("permno", pa.int64()),
        ("link_status", pa.string()),
        ("transcript_id", pa.string()),
        ("earnings_call_date", pa.date32()),
        ("call_started_at", pa.timestamp("ms", "UTC")),
        ("event_day0", pa.date32()),
        ("n_sentences", pa.int64()),
        ("n_usable_sentences", pa.int64()),
        ("n_assigned_sentences", pa.int64()),
        ("unassigned_share", pa.float64()),
        ("n_themes", pa.int64()),
        *IDENTIFIERS,
        EVENT_DAY0_STATUS,
        ("zero_share_se", pa.float64()),
    ]
)
"""A row for each call of the quarter, whether it is about a theme or not: the denominators."""

SENTIMENT_COLUMNS = pa.schema(
    [
        ("quarter", pa.string()),
        ("theme_id", pa.string()),
        ("name", pa.string()),
        ("theme_class", pa.string()),
        ("origin", pa.string()),
        ("level", pa.int32()),
        ("firm_id", pa.string()),
        ("firm_name", pa.string()),
        ("gvkey", pa.string()),
        ("permno", pa.int64()),
        *IDENTIFIERS,
        ("transcript_id", pa.string()),
        ("earnings_call_date", pa.date32()),
        ("call_started_at", pa.timestamp("ms", "UTC")),
        ("event_day0", pa.date32()),
        EVENT_DAY0_STATUS,
        ("sentence_id", pa.string()),
        ("position", pa.int32()),
        ("section", pa.string()),
        ("speaker_type", pa.string()),
        ("strength", pa.string()),
        ("similarity", pa.float32()),
        ("raw_text", pa.string()),
    ]
)
"""A row for each theme, firm and sentence: what a measure of tone, and an event study of it, are made from."""
THREAD_COLUMNS = pa.schema(
    [
        ("thread_id", pa.string()),
        ("name", pa.string()),
        ("current_name", pa.string()),
        ("renamed_in", pa.string()),
        ("theme_class", pa.string()),
        ("origin", pa.string()),
        ("first_quarter", pa.string()),
        ("last_quarter", pa.string()),
        ("n_quarters", pa.int32()),
        ("state", pa.string()),
        ("trend", pa.string()),
        ("slope", pa.float64()),
        ("split_from", pa.string()),
        ("merged_into", pa.string()),
        ("n_firms", pa.int32()),
        ("n_firms_last", pa.int32()),
        ("keywords", pa.list_(pa.string())),
    ]
)
"""A row for each thread that ever was: a theme followed over quarters."""

THREAD_QUARTER_COLUMNS = pa.schema(
    [
        ("thread_id", pa.string()),
        ("quarter", pa.string()),
        ("presence", pa.string()),
        ("theme_id", pa.string()),
        ("revised_thread_id", pa.string()),
        ("name", pa.string()),
        ("theme_name", pa.string()),
        ("theme_class", pa.string()),
        ("n_firms", pa.int32()),
        ("n_calls", pa.int32()),
        ("n_sentences", pa.int32()),
        ("share_of_firms", pa.float64()),
        ("share_of_calls", pa.float64()),
        ("share_of_sentences", pa.float64()),
        ("trend_share", pa.float64()),
        ("n_joined", pa.int32()),
        ("n_stayed", pa.int32()),
        ("n_left", pa.int32()),
        ("terms", pa.list_(pa.string())),
        ("term_shares", pa.list_(pa.float64())),
        ("centroid", pa.list_(pa.float32())),
    ]
)
"""A row for each thread and calendar quarter from its first to its last, gaps included."""

THREAD_FIRM_COLUMNS = pa.schema(
    [
        ("thread_id", pa.string()),
        ("quarter", pa.string()),
        ("firm_id", pa.string()),
        ("firm_name", pa.string()),
        ("change", pa.string()),
        ("n_sentences", pa.int32()),
    ]
)

LINK_COLUMNS = pa.schema(
    [
        ("quarter_from", pa.string()),
        ("quarter_to", pa.string()),
        ("theme_from", pa.string()),
        ("theme_to", pa.string()),
        ("kind", pa.string()),
        ("similarity", pa.float64()),
        ("centroid_similarity", pa.float64()),
        ("lexicon_similarity", pa.float64()),
        ("firm_continuity", pa.float64()),
        ("least_similarity", pa.float64()),
        ("quarters_missing", pa.int32()),
        ("thread_from", pa.string()),
        ("thread_to", pa.string()),
        ("nearest_share", pa.float64()),
        ("still_used", pa.float64()),
    ]
)

COMPARED_NAME_COLUMNS = pa.schema(
    [
        ("theme_id", pa.string()),
        ("quarter", pa.string()),
        ("method", pa.string()),
        ("name", pa.string()),
        ("description", pa.string()),
        ("theme_class", pa.string()),
        ("n_firms", pa.int32()),
        ("n_held_out", pa.int32()),
        ("recall_at_1", pa.float64()),
        ("auroc_hard", pa.float64()),
        ("distinctness", pa.float64()),
        ("prompt_version", pa.string()),
        ("endpoint", pa.string()),
        ("model", pa.string()),
    ]
)

NAME_DIFFERENCE_COLUMNS = pa.schema(
    [
        ("quarter", pa.string()),
        ("method", pa.string()),
        ("compared_with", pa.string()),
        ("measure", pa.string()),
        ("mean", pa.float64()),
        ("mean_compared_with", pa.float64()),
        ("mean_difference", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("n_themes", pa.int32()),
    ]
)

# The first two prefixes, and the names of their manifests, are older than this code and shared with other tools.
PREFETCHED_TRANSCRIPTS = Asset("prefetched_transcripts", "prefetch/transcripts", manifest_name="manifest.json")
FIRM_TOPICS = Asset("firm_topics", "intermediate/firm-topics", manifest_name="manifest.json")
NAMED_TOPICS = Asset("named_topics", "processed/named-topics", {"named_topics": NAMED_TOPIC_COLUMNS})
THEMES = Asset(
    "themes",
    "processed/themes",
    {
        "themes": THEME_COLUMNS,
        "theme_sentences": THEME_SENTENCE_COLUMNS,
        "theme_terms": THEME_TERM_COLUMNS,
        "theme_topics": THEME_TOPIC_COLUMNS,
        "theme_seeds": THEME_SEED_COLUMNS,
    },
)
NAMED_THEMES = Asset("named_themes", "processed/named-themes", {"named_themes": NAMED_THEME_COLUMNS})
THEME_EXPOSURES = Asset(
    "theme_exposures",
    "processed/theme-exposures",
    {"exposures": EXPOSURE_COLUMNS, "firm_quarters": FIRM_QUARTER_COLUMNS},
)
SENTIMENT_READY = Asset("sentiment_ready", "sentiment-ready", {"themes_for_sentiment": SENTIMENT_COLUMNS})
THEME_HISTORY = Asset(
    "theme_history",
    "history",
    {
        "threads": THREAD_COLUMNS,
        "thread_quarters": THREAD_QUARTER_COLUMNS,
        "thread_firms": THREAD_FIRM_COLUMNS,
        "links": LINK_COLUMNS,
    },
    by_quarter=False,
)
QUARTER_REPORT = Asset("quarter_report", "reports")
NAMING_COMPARISON = Asset(
    "naming_comparison",
    "processed/naming-comparison",
    {"names": COMPARED_NAME_COLUMNS, "differences": NAME_DIFFERENCE_COLUMNS},
)

ASSETS = {
    asset.name: asset
    for asset in (
        PREFETCHED_TRANSCRIPTS,
        FIRM_TOPICS,
        NAMED_TOPICS,
        THEMES,
        NAMED_THEMES,
        THEME_EXPOSURES,
        SENTIMENT_READY,
        THEME_HISTORY,
        QUARTER_REPORT,
        NAMING_COMPARISON,
    )
}
"""All of them by name, in the order the data flows."""
