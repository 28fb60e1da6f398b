"""The columns of every table in the store. Columns may be added behind these, never renamed.

Reading and writing parquet with these schemas belongs here too, so that the same rows always give the same
bytes. Which files are visible is ``manifest.py``.
"""

from __future__ import annotations

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq

ROWS_PER_GROUP = 4_000
"""Rows of a parquet row group: about ten firms of sentences, so that reading one firm reads little else."""

PREFETCHED_SENTENCES = pa.schema(
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
    ]
)

FIRM_TOPICS = pa.schema(
    [
        ("topic_id", pa.string()),  # {firm_id}_{local_topic_id:03d}; {firm_id}_outliers for BERTopic's topic -1
        ("firm_id", pa.string()),
        ("firm_name", pa.string()),
        ("permno", pa.int64()),
        ("gvkey", pa.string()),
        ("earnings_call_date", pa.date32()),  # of the firm's first call in the quarter
        ("quarter", pa.string()),
        ("local_topic_id", pa.int32()),  # 0 is the firm's largest topic; -1 the sentences in no topic
        ("keywords", pa.list_(pa.string())),  # best first
        ("n_sentences", pa.int32()),
        ("sentence_ids", pa.list_(pa.string())),
        ("representative_sentence_ids", pa.list_(pa.string())),  # nearest the centroid first
        ("centroid", pa.list_(pa.float32())),  # mean sentence embedding, unit length; null for topic -1
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


NAMED_TOPICS = pa.schema(
    [
        *(FIRM_TOPICS.field(name) for name in FIRM_TOPICS.names if name not in ("sentence_ids", "centroid")),
        ("name", pa.string()),
        ("description", pa.string()),
        ("naming_method", pa.string()),  # llm:<model>, or keywords
        ("prompt_version", pa.string()),  # null for keywords
        ("endpoint", pa.string()),  # null for keywords
        ("model", pa.string()),  # null for keywords
    ]
)
"""Without outlier topics."""

THEMES = pa.schema(
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
    ]
)

THEME_SENTENCES = pa.schema(
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

THEME_TERMS = pa.schema(
    [
        ("theme_id", pa.string()),
        ("term", pa.string()),  # one or two lemmas of cleaned_text; of a given theme as it was given
        ("share_in_theme", pa.float64()),  # of the sentences that have the term
        ("share_of_theme", pa.float64()),  # of the theme's sentences
        ("n_sentences", pa.int32()),  # that have the term, in the quarter
        ("n_firms", pa.int32()),
    ]
)

THEME_TOPICS = pa.schema(
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
    ]
)
"""How the themes look from the topics of firms."""

NAMED_THEMES = pa.schema(
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
    ]
)

COMPARED_NAMES = pa.schema(
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

NAME_DIFFERENCES = pa.schema(
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

TABLES = {
    "named_topics": {"named_topics": NAMED_TOPICS},
    "themes": {
        "themes": THEMES,
        "theme_sentences": THEME_SENTENCES,
        "theme_terms": THEME_TERMS,
        "theme_topics": THEME_TOPICS,
    },
    "named_themes": {"named_themes": NAMED_THEMES},
    "naming_comparison": {"names": COMPARED_NAMES, "differences": NAME_DIFFERENCES},
}
"""The tables of each asset that ``publication.py`` writes, a file each."""


_NULLABLE = {"permno": "Int64", "permno_candidates": "Int32"}
"""Whole numbers that may be missing, by the type in which pandas keeps them whole; it would make them floats."""


def read_parquet(data: bytes, columns: list[str] | None = None) -> pa.Table:
    """The rows of a parquet file's bytes, or some of its columns.

    Without threads: after a threaded read, pyarrow 26 now and then aborts the interpreter as it exits (14 of 120
    short programs on a busy machine; none of 120 without).
    """
    return as_declared(pq.ParquetFile(pa.BufferReader(data), pre_buffer=False).read(columns, use_threads=False))


def as_declared(table: pa.Table) -> pa.Table:
    """A table that was read from a file of ours, in the types of its schema here."""
    place = table.schema.get_field_index("quarter")
    if place >= 0:
        table = table.set_column(place, "quarter", table["quarter"].cast(pa.string()))
    return table.replace_schema_metadata(None)


def table_to_parquet(table: pa.Table) -> bytes:
    """A table as a parquet file. The same table gives the same bytes."""
    buffer = io.BytesIO()
    # Statistics of firm_id are what a selective reader needs; those of texts would double the footer.
    statistics = [name for name in ("firm_id",) if name in table.column_names]
    pq.write_table(
        _as_others_read_it(table),
        buffer,
        compression="zstd",
        row_group_size=ROWS_PER_GROUP,
        write_statistics=statistics or False,
    )
    return buffer.getvalue()


def _as_others_read_it(table: pa.Table) -> pa.Table:
    """The same rows, such that pandas reads a file, a list of files or a folder of quarters without being told how.

    Arrow takes ``quarter=2023Q1`` in a path for a column of its own, a dictionary of strings, and refuses a file whose
    ``quarter`` is plain strings. In parquet, and so for every other reader, both are strings.
    """
    place = table.schema.get_field_index("quarter")
    if place >= 0:
        table = table.set_column(place, "quarter", table["quarter"].cast(pa.string()).dictionary_encode())
    nullable = [
        {"name": name, "field_name": name, "pandas_type": kind.lower(), "numpy_type": kind, "metadata": None}
        for name, kind in _NULLABLE.items()
        if name in table.column_names
    ]
    if not nullable:
        return table
    pandas = {"index_columns": [], "column_indexes": [], "columns": nullable, "pandas_version": "3.0.0"}
    return table.replace_schema_metadata({"pandas": json.dumps(pandas)})
