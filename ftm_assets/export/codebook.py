"""What every column of an export means: the labels that Stata shows, and the codebook that lies beside the files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ftm_resources.contract.meanings import MEANINGS
from ftm_resources.contract.schemas import EXPOSURE_COLUMNS, FIRM_QUARTER_COLUMNS, SENTIMENT_COLUMNS

LABELS = {
    column: MEANINGS[column]
    for column in [*EXPOSURE_COLUMNS.names, *FIRM_QUARTER_COLUMNS.names, *SENTIMENT_COLUMNS.names, "thread_id"]
}
"""By column of what is exported; Stata takes 80 characters."""


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
        "`share_se_total` is the error of one share. A regression is corrected with another one: share * (1 - share) /",
        "(n_usable_sentences - 1) + share_sd_seeds ** 2 (docs/researchers.md).",
        "",
        "## Data vintage",
        "",
        *(f"- {line}" for line in vintage),
        "",
    ])  # fmt: skip
