"""Are a topic's calls and dates those of its sentences? Asked of every table that has a row for each topic.

A firm may have two calls in a quarter, weeks apart. A topic that is dated on another call than its sentences' would let
a study trade on what nobody had said yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from ftm_assets.checks.manifest import Check, Finding
from ftm_resources.contract.manifest import Published, load_manifest
from ftm_resources.contract.schemas import CALL_SPAN, FIRM_TOPICS, PREFETCHED_TRANSCRIPTS
from ftm_resources.contract.sentence_vectors import read_topics
from ftm_resources.contract.sentences import read_sentences

SPAN = ["topic_id", *dict(CALL_SPAN)]


class Span(NamedTuple):
    """What a topic's row says of its calls."""

    first_call_date: date | None
    last_call_date: date | None
    transcript_ids: list[str] | None


def calls_check(table: str) -> Check:
    """A check of ``table``, which has a row for each topic."""

    def look(published: Published) -> Iterable[Finding]:
        quarter = published.manifest.quarter
        topics = load_manifest(published.store, FIRM_TOPICS, quarter)
        true = _spans(topics, load_manifest(published.store, PREFETCHED_TRANSCRIPTS, quarter))
        wrong = 0
        for row in published.table(table, columns=SPAN).to_pylist():
            said, wanted = Span(**{name: row[name] for name in Span._fields}), true.get(row["topic_id"])
            if said != wanted and (wrong := wrong + 1) <= 20:
                yield Finding(f"{row['topic_id']} {_in_words(wanted)}, as its sentences are", _in_words(said))

    return Check("calls", "The calls and dates of every topic are those of its sentences.", look)


def _spans(topics: Published, transcripts: Published) -> dict[str, Span]:
    """What the sentences of each topic say."""
    rows = read_topics(topics, ["topic_id", "sentence_ids"]).combine_chunks()
    lists = rows["sentence_ids"].combine_chunks() if rows.num_rows else pa.array([], pa.list_(pa.string()))
    said = read_sentences(transcripts, columns=["sentence_id", "transcript_id", "earnings_call_date"]).combine_chunks()
    place = pc.index_in(pc.list_flatten(lists), value_set=pc.unique(said["sentence_id"]))
    pairs = pa.table(
        {
            "topic_id": rows["topic_id"].take(pc.list_parent_indices(lists)),
            "transcript_id": said["transcript_id"].take(place),
            "day": said["earnings_call_date"].take(place),
        }
    )
    days: dict[str, list[date]] = defaultdict(list)
    calls: dict[str, list[str]] = defaultdict(list)
    for pair in pairs.group_by(pairs.column_names, use_threads=False).aggregate([]).to_pylist():
        days[pair["topic_id"]].append(pair["day"])
        calls[pair["topic_id"]].append(pair["transcript_id"])
    return {topic: Span(min(days[topic]), max(days[topic]), sorted(calls[topic])) for topic in days}


def _in_words(span: Span | None) -> str:
    if span is None:
        return "with no sentence"
    return f"of {', '.join(span.transcript_ids or ['no call'])}, {span.first_call_date} to {span.last_call_date}"
