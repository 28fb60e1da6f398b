"""What a prefetch changed, inferred and left out: counted by sentence and by call, and said in lines for a person."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc

from ftm_assets.prefetched_transcripts.language import english_share
from ftm_assets.prefetched_transcripts.normalize import plain
from ftm_assets.prefetched_transcripts.sentences import NOT_ENGLISH, OPERATOR_TALK
from ftm_resources.transcript_sources.calls import CallId

COLUMNS = ["firm_id", "transcript_id", "raw_text", "excluded", "text_changes", "inferred"]
CALLS_SHOWN = 5


class WhatWasRead:
    """Counts over the sentences of a quarter, a chunk at a time."""

    def __init__(self) -> None:
        self.sentences = 0
        self.changed: Counter[str] = Counter()
        """Sentences of turns whose text was changed, by kind of change."""
        self.inferred: Counter[str] = Counter()
        """Sentences of turns of which the speaker or the section is inferred, by which of the two."""
        self.english_share_of: dict[CallId, float] = {}
        """Of the calls that are not in English."""

    def add(self, sentences: pa.Table) -> None:
        """``sentences`` has the columns COLUMNS."""
        self.sentences += sentences.num_rows
        for column, counts in (("text_changes", self.changed), ("inferred", self.inferred)):
            for entry in pc.value_counts(sentences[column].combine_chunks()).to_pylist():
                for kind in (entry["values"] or "").split(","):
                    counts[kind] += entry["counts"] if kind else 0
        judged = sentences.filter(pc.fill_null(pc.not_equal(sentences["excluded"], OPERATOR_TALK), True))
        is_foreign = pc.fill_null(pc.equal(judged["excluded"], NOT_ENGLISH), False)
        by_call = judged.append_column("foreign", is_foreign).group_by(["firm_id", "transcript_id"], use_threads=False)
        for call in by_call.aggregate([("foreign", "all"), ("raw_text", "list")]).to_pylist():
            if call["foreign_all"]:
                share = english_share(plain(" ".join(call["raw_text_list"])))
                self.english_share_of[CallId(call["firm_id"], call["transcript_id"])] = share or 0.0

    def quality(self) -> dict[str, float]:
        """Figures that people compare across quarters. What did not happen has none."""
        figures = {f"text_{kind}_share": n / self.sentences for kind, n in sorted(self.changed.items()) if n}
        figures |= {f"inferred_{kind}_share": n / self.sentences for kind, n in sorted(self.inferred.items()) if n}
        return figures | ({"calls_not_english": len(self.english_share_of)} if self.english_share_of else {})

    def lines(self) -> list[str]:
        """What a person should know of it."""
        lines = []
        if counts := [f"{kind} {n:,}" for kind, n in sorted(self.changed.items()) if n]:
            lines.append(f"text was changed to make it readable; sentences of such turns: {', '.join(counts)}")
        if counts := [f"{kind} of {n:,}" for kind, n in sorted(self.inferred.items()) if n]:
            lines.append(f"inferred, because the source doesn't say it: {', '.join(counts)} sentences")
        if foreign := sorted(self.english_share_of.items()):
            shown = [
                f"{call.transcript_id} of firm {call.firm_id} ({share:.0%} of its letters)"
                for call, share in foreign[:CALLS_SHOWN]
            ]
            more = f" and {len(foreign) - CALLS_SHOWN} more" if len(foreign) > CALLS_SHOWN else ""
            lines.append(f"not in English, and excluded: transcript {', '.join(shown)}{more}")
        return lines
