"""What every column of an export means: the labels that Stata shows, and the codebook that lies beside the files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

LABELS = {
    "quarter": "calendar quarter of the call",
    "firm_id": "firm, as its source identifies it (WRDS: Capital IQ companyid)",
    "firm_name": "name of the firm",
    "gvkey": "Compustat GVKEY, six digits",
    "permno": "CRSP PERMNO on the day of the call",
    "link_status": "linked, or why there is no PERMNO",
    "transcript_id": "call (WRDS: transcriptid)",
    "earnings_call_date": "date of the call in New York",
    "call_started_at": "start of the call, UTC",
    "event_day0": "trading day that can first react to the call",
    "theme_id": "theme; ids of two quarters are unrelated, given themes aside",
    "name": "name of the theme",
    "theme_class": "content, reporting or ritual",
    "origin": "found, or given by you in themes.toml",
    "level": "1 shown first, 2 under another theme",
    "n_sentences": "sentences the theme stands on (firm_quarters: all of the call)",
    "n_core": "sentences the theme was found in",
    "n_term": "sentences with a term of the theme",
    "n_near": "sentences that only resemble the theme",
    "n_assigned": "sentences that belong to no other theme more",
    "n_presentation": "of n_sentences, in prepared remarks",
    "n_question_and_answer": "of n_sentences, in questions and answers",
    "n_executives": "of n_sentences, said by executives",
    "n_analysts": "of n_sentences, said by analysts",
    "similarity": "cosine to the theme (exposures: mean of n_sentences)",
    "n_usable_sentences": "sentences of the call that carry something",
    "share": "n_assigned / n_usable_sentences",
    "share_se": "sampling error of share (Agresti and Coull)",
    "share_strict": "n_sentences / n_usable_sentences",
    "share_wide": "(n_sentences + n_near) / n_usable_sentences",
    "n_assigned_sentences": "usable sentences assigned to a theme",
    "unassigned_share": "1 less the sum of share over themes",
    "n_themes": "themes the call has sentences of",
    "cusip": "CUSIP on the day of the call",
    "isin": "ISIN on the day of the call",
    "ticker": "ticker on the day of the call",
    "cik": "CIK of the SEC on the day of the call, ten digits",
    "event_day0_status": "known, or no_time_of_day: then event_day0 is missing",
    "share_sd_seeds": "standard deviation of share between seeds; 0 in one that loses the theme",
    "share_mean_seeds": "mean of share over seeds",
    "share_se_total": "sampling error and share_sd_seeds: the root of their squares' sum",
    "n_seeds": "seeds that the themes were found with",
    "n_seeds_found": "of these, seeds that find the theme",
    "zero_share_se": "sampling error of the share of a theme with no row for the call",
    "sentence_id": "sentence: firm, call and position",
    "position": "place of the sentence in its call, from 0",
    "section": "presentation, question_and_answer or unknown",
    "speaker_type": "who speaks",
    "strength": "core, term or near",
    "raw_text": "the sentence as it was said",
}
"""By column; Stata takes 80 characters."""


def codebook(tables: Iterable[tuple[str, Sequence[str]]], vintage: Sequence[str]) -> str:
    """The text of ``codebook.md``: each file with its columns, then what the data are made from."""
    lines = ["# Codebook", ""]
    for name, columns in tables:
        lines += [f"## {name}", "", "| column | meaning |", "|---|---|"]
        lines += [f"| `{column}` | {LABELS.get(column, 'share of the theme of this name')} |" for column in columns]
        lines += [""]
    return "\n".join([
        *lines,
        "A call and a theme that have no sentence together have no row in `exposures`: the share is 0, and the call",
        "is in `firm_quarters`, with the error of such a share (`zero_share_se`). The shares of a call (`share`) and",
        "its `unassigned_share` add up to 1. A column is missing in a quarter that an older version published without.",
        "",
        "## Data vintage",
        "",
        *(f"- {line}" for line in vintage),
        "",
    ])  # fmt: skip
