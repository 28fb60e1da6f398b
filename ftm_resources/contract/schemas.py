"""What is published: the columns of every table, and the assets that publish them.

Columns may be added behind these, never renamed. How a table becomes a file is ``parquet.py``, which files are visible
is ``manifest.py``.
"""

from __future__ import annotations

import pyarrow as pa

from ftm_resources.contract.asset import Asset

CALL_SPAN = [
    # A topic spans the calls of its firm in the quarter: those that its sentences are from.
    ("first_call_date", pa.date32()),
    ("last_call_date", pa.date32()),
    ("transcript_ids", pa.list_(pa.string())),  # sorted
]

IDENTIFIERS = [(name, pa.string()) for name in ("cusip", "isin", "ticker", "cik")]
"""Of the firm on the day of the call; null where the source doesn't have them."""

EVENT_DAY0_STATUS = ("event_day0_status", pa.string())  # known, or why event_day0 is null

SENTENCE_COLUMNS = pa.schema(
    [
        ("firm_id", pa.string()),  # Capital IQ companyid
        ("firm_name", pa.string()),
        ("permno", pa.int64()),  # CRSP; null when link_status says why
        ("gvkey", pa.string()),
        ("transcript_id", pa.string()),
        ("earnings_call_date", pa.date32()),
        ("sentence_id", pa.string()),  # {firm_id}_{transcript_id}_{position:04d}
        ("raw_text", pa.string()),
        ("cleaned_text", pa.string()),  # lower-case lemmas, no stop words, fillers or numbers
        ("speaker_type", pa.string()),
        ("position", pa.int32()),  # of the sentence in its call, from 0
        ("quarter", pa.string()),
        # Ours, behind the ones shared with other tools:
        ("section", pa.string()),  # presentation, question_and_answer or unknown
        ("link_status", pa.string()),  # "linked", or why there is no permno
        ("excluded", pa.string()),  # why the topic model leaves this sentence out; null when it doesn't
        ("permno_candidates", pa.int32()),  # PERMNOs valid on the day; null when none was looked up
        ("event_id", pa.string()),  # Capital IQ keydevid
        ("headline", pa.string()),  # names the fiscal period
        ("call_started_at", pa.timestamp("ms", "UTC")),
        ("transcript_version", pa.string()),  # collection type and presentation type, such as "Proofed Copy, Final"
        ("transcript_created_at", pa.timestamp("ms", "UTC")),
        *IDENTIFIERS,
        ("text_changes", pa.string()),  # what was changed to make its turn readable: "markup,encoding"; null: nothing
        ("inferred", pa.string()),  # what of its turn the source inferred: "speaker,section"; null: nothing
    ]
)

FIRM_TOPIC_COLUMNS = pa.schema(
    [
        ("topic_id", pa.string()),  # {firm_id}_{local_topic_id:03d}; {firm_id}_outliers for BERTopic's topic -1
        ("firm_id", pa.string()),
        ("firm_name", pa.string()),
        ("permno", pa.int64()),
        ("gvkey", pa.string()),
        ("earnings_call_date", pa.date32()),  # of the firm's first call; for the topic's own: first_call_date
        ("quarter", pa.string()),
        ("local_topic_id", pa.int32()),  # 0 is the firm's largest topic; -1 the sentences in no topic
        ("keywords", pa.list_(pa.string())),  # best first
        ("n_sentences", pa.int32()),
        ("sentence_ids", pa.list_(pa.string())),
        ("representative_sentence_ids", pa.list_(pa.string())),  # nearest the centroid first
        ("centroid", pa.list_(pa.float32())),  # mean sentence embedding, unit length; null for topic -1
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
        ("naming_method", pa.string()),  # llm:<model>, or keywords
        ("prompt_version", pa.string()),  # null for keywords
        ("endpoint", pa.string()),  # null for keywords
        ("model", pa.string()),  # null for keywords
        *CALL_SPAN,
    ]
)
"""Without outlier topics."""

THEME_COLUMNS = pa.schema(
    [
        ("theme_id", pa.string()),  # theme_{quarter}_{seq:04d}, content first; given_{name} of given ones
        ("quarter", pa.string()),
        ("theme_class", pa.string()),  # content, reporting or ritual
        ("keywords", pa.list_(pa.string())),  # phrases as they are said, best first
        ("n_topics", pa.int32()),  # firm topics of which no other theme holds more
        ("n_firms", pa.int32()),
        ("n_sentences", pa.int32()),
        ("share_of_firms", pa.float64()),  # of the firms that have a usable sentence this quarter
        ("largest_firm_share", pa.float64()),  # of the theme's sentences
        ("evidence_sentence_ids", pa.list_(pa.string())),  # up to three, of three firms where there are three
        ("centroid", pa.list_(pa.float32())),  # direction of its sentences among whitened vectors, unit length
        ("origin", pa.string()),  # found, or given by themes.toml
        ("level", pa.int32()),  # 1: what people see first; 2: stands under parent_id
        ("parent_id", pa.string()),  # theme_id; null at level 1
        ("given_name", pa.string()),  # null unless given
        ("given_description", pa.string()),  # null unless given
        ("n_core", pa.int32()),  # sentences by strength
        ("n_term", pa.int32()),
        ("n_near", pa.int32()),
        ("coherence", pa.float64()),  # mean cosine of two sentences of different firms; null of given ones
        ("burstiness", pa.float64()),  # log of the firms expected by chance over those there are
        ("firm_similarity", pa.float64()),  # mean cosine of two of its firms, by what each talks about in all
        ("subject_share", pa.float64()),  # of the words, those that can name a subject
        ("reporting_share", pa.float64()),  # of its words
        ("figures_share", pa.float64()),  # of its sentences
        ("evidence_firm_ids", pa.list_(pa.string())),  # who said each of evidence_sentence_ids
        ("half_similarity", pa.float64()),  # cosine of its directions by two halves of its firms; null below 4 firms
        ("half_lexicon_similarity", pa.float64()),  # the same of its lexicon; null without terms and of given ones
    ]
)

THEME_SENTENCE_COLUMNS = pa.schema(
    [
        ("theme_id", pa.string()),  # null when reason says why; a sentence may be in several themes, once each
        ("sentence_id", pa.string()),
        ("firm_id", pa.string()),
        ("transcript_id", pa.string()),
        ("earnings_call_date", pa.date32()),
        ("strength", pa.string()),  # core, term or near
        ("similarity", pa.float32()),  # cosine to the theme's centroid among whitened vectors
        ("reason", pa.string()),  # outlier, one_firm, few_firms, reporting, ritual, less_distinct, too_few_sentences
    ]
)
"""Every usable sentence of the quarter is in it."""

THEME_TERM_COLUMNS = pa.schema(
    [
        ("theme_id", pa.string()),
        ("term", pa.string()),  # one or two lemmas of cleaned_text; of a given theme as it was given
        ("share_in_theme", pa.float64()),  # of the sentences that have the term
        ("share_of_theme", pa.float64()),  # of the theme's sentences
        ("n_sentences", pa.int32()),  # that have the term, in the quarter
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
        ("theme_id", pa.string()),  # the theme that holds most of its sentences; null when reason says why
        ("reason", pa.string()),  # no_theme, when none holds a third of them
        ("share_in_theme", pa.float64()),  # of its sentences; null without a theme
        *CALL_SPAN,
    ]
)
"""How the themes look from the topics of firms."""

THEME_SEED_COLUMNS = pa.schema(
    [
        ("random_state", pa.int64()),  # of the other seed
        ("theme_id", pa.string()),  # the published theme that it finds again; null where it is none of them
        ("sentence_id", pa.string()),  # may be in several themes of a seed
        ("strength", pa.string()),  # core or term
        ("similarity", pa.float32()),  # cosine to what that seed's theme points to
    ]
)
"""What the themes would hold with other seeds: how much the finding wavers."""

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
        ("naming_method", pa.string()),  # llm:<model>, or keywords
        ("prompt_version", pa.string()),  # null for keywords
        ("endpoint", pa.string()),  # null for keywords
        ("model", pa.string()),  # null for keywords
        ("clustered_class", pa.string()),  # what themes says; theme_class is the model's where it named the theme
        ("origin", pa.string()),  # found, or given by themes.toml
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
        ("event_day0", pa.date32()),  # the trading day of New York that can first react; null without a time
        ("theme_id", pa.string()),
        ("name", pa.string()),
        ("theme_class", pa.string()),
        ("origin", pa.string()),
        ("level", pa.int32()),
        ("n_sentences", pa.int64()),  # core and term: those the theme stands on
        ("n_core", pa.int64()),
        ("n_term", pa.int64()),
        ("n_near", pa.int64()),  # only resemble it
        ("n_assigned", pa.int64()),  # of n_sentences, those that belong to no other theme more
        ("n_presentation", pa.int64()),  # of n_sentences, by section and by who speaks
        ("n_question_and_answer", pa.int64()),
        ("n_executives", pa.int64()),
        ("n_analysts", pa.int64()),
        ("similarity", pa.float64()),  # mean cosine of n_sentences to the theme; null when all are near
        ("n_usable_sentences", pa.int64()),  # of the call: what all shares are divided by
        ("share", pa.float64()),  # n_assigned; with unassigned_share, those of a call add up to 1
        ("share_se", pa.float64()),  # sampling error of share, as if sentences were drawn independently
        ("share_strict", pa.float64()),  # n_sentences; a sentence may count for several themes
        ("share_wide", pa.float64()),  # n_sentences and n_near
        *IDENTIFIERS,
        EVENT_DAY0_STATUS,
        ("share_sd_seeds", pa.float64()),  # standard deviation of share over seeds; 0 in one that loses the theme
        ("share_mean_seeds", pa.float64()),
        ("share_se_total", pa.float64()),  # of both: the root of their squares' sum
        ("n_seeds", pa.int64()),  # seeds that the themes were found with, the published one included
        ("n_seeds_found", pa.int64()),  # of these, those that find the theme
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
        ("unassigned_share", pa.float64()),  # null where no sentence is usable: then no share is known
        ("n_themes", pa.int64()),
        *IDENTIFIERS,
        EVENT_DAY0_STATUS,
        ("zero_share_se", pa.float64()),  # sampling error of the share of a theme that exposures has no row for: 0
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
        ("position", pa.int32()),  # of the sentence in its call
        ("section", pa.string()),
        ("speaker_type", pa.string()),
        ("strength", pa.string()),  # core, term or near
        ("similarity", pa.float32()),
        ("raw_text", pa.string()),
    ]
)
"""A row for each theme, firm and sentence: what a measure of tone, and an event study of it, are made from."""
THREAD_COLUMNS = pa.schema(
    [
        ("thread_id", pa.string()),  # thread_{quarter it began in}_{seq:04d}, or the id of a given theme; never reused
        ("name", pa.string()),  # that of its first theme
        ("current_name", pa.string()),  # the same, or another one where the first no longer fits
        ("renamed_in", pa.string()),  # quarter from which current_name is another one; null when it is the first
        ("theme_class", pa.string()),  # in its last quarter
        ("origin", pa.string()),  # found, or given by themes.toml
        ("first_quarter", pa.string()),  # with a theme of it
        ("last_quarter", pa.string()),
        ("n_quarters", pa.int32()),  # with a theme of it
        ("state", pa.string()),  # active in the newest quarter, gone, merged, or withdrawn: its themes are no more
        ("trend", pa.string()),  # rising, falling or steady; null where fewer than two quarters say
        ("slope", pa.float64()),  # change of share_of_calls a quarter, from first to last; Theil-Sen
        ("split_from", pa.string()),  # the thread it came out of
        ("merged_into", pa.string()),  # the thread it ended in
        ("n_firms", pa.int32()),  # that ever spoke of it
        ("n_firms_last", pa.int32()),  # in its last quarter
        ("keywords", pa.list_(pa.string())),  # of its last theme
    ]
)
"""A row for each thread that ever was: a theme followed over quarters."""

THREAD_QUARTER_COLUMNS = pa.schema(
    [
        ("thread_id", pa.string()),
        ("quarter", pa.string()),
        ("presence", pa.string()),  # present; absent: no theme is it; not_published: nothing is known of the quarter
        ("theme_id", pa.string()),  # null unless present
        ("revised_thread_id", pa.string()),  # what thread_id would be if all quarters were linked for the first time
        ("name", pa.string()),  # of the thread, as of this quarter
        ("theme_name", pa.string()),  # that the theme has by itself
        ("theme_class", pa.string()),
        ("n_firms", pa.int32()),  # with a core or term sentence of it, as all counts here
        ("n_calls", pa.int32()),
        ("n_sentences", pa.int32()),
        ("share_of_firms", pa.float64()),  # of those with a usable sentence; 0 when absent, null when not published
        ("share_of_calls", pa.float64()),
        ("share_of_sentences", pa.float64()),  # of the usable ones
        ("n_joined", pa.int32()),  # firms by the changes of thread_firms; null in the thread's first quarter
        ("n_stayed", pa.int32()),
        ("n_left", pa.int32()),
        ("terms", pa.list_(pa.string())),  # its lexicon, and of each term the share of the theme's sentences
        ("term_shares", pa.list_(pa.float64())),
        ("centroid", pa.list_(pa.float32())),  # that of themes
    ]
)
"""A row for each thread and calendar quarter from its first to its last, gaps included."""

THREAD_FIRM_COLUMNS = pa.schema(
    [
        ("thread_id", pa.string()),
        ("quarter", pa.string()),
        ("firm_id", pa.string()),
        ("firm_name", pa.string()),
        # first: of the thread's first quarter; joined: was silent on it in the quarter published before; stayed; left:
        # is silent on it now; new_call: had no call before; no_call: has none now
        ("change", pa.string()),
        ("n_sentences", pa.int32()),  # core and term; 0 of those that left
    ]
)

LINK_COLUMNS = pa.schema(
    [
        ("quarter_from", pa.string()),
        ("quarter_to", pa.string()),
        ("theme_from", pa.string()),  # null when born
        ("theme_to", pa.string()),  # null when gone
        ("kind", pa.string()),  # same, weak, returned, given, split, merge, born or gone
        ("similarity", pa.float64()),  # what decides: a mix of the next two
        ("centroid_similarity", pa.float64()),  # cosine of the centroids
        ("lexicon_similarity", pa.float64()),  # cosine of the lexicons, terms weighed by share_of_theme
        (
            "firm_continuity",
            pa.float64(),
        ),  # firms in both over what chance gives, 0 to 1; null: too few
        ("least_similarity", pa.float64()),  # from which two themes are linked, by the halves of the quarters so far
        ("quarters_missing", pa.int32()),  # calendar quarters between the two that are not published
        ("thread_from", pa.string()),
        ("thread_to", pa.string()),
    ]
)

COMPARED_NAME_COLUMNS = pa.schema(
    [
        ("theme_id", pa.string()),
        ("quarter", pa.string()),
        ("method", pa.string()),  # llm:<model>, or keywords
        ("name", pa.string()),
        ("description", pa.string()),
        ("theme_class", pa.string()),
        ("n_firms", pa.int32()),
        ("n_held_out", pa.int32()),  # sentences it was judged by; without any there are no figures
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
        ("measure", pa.string()),  # recall_at_1, auroc_hard or distinctness: more is better in all of them
        ("mean", pa.float64()),
        ("mean_compared_with", pa.float64()),
        ("mean_difference", pa.float64()),  # paired by theme
        ("low", pa.float64()),  # of its 95 % interval
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
