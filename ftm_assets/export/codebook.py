"""What every column of an export means: the labels that Stata shows, and the codebook that lies beside the files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa

from ftm_assets.export.stata import stata_names
from ftm_resources.contract.meanings import meaning

THEME = b"theme"
"""Of a column that holds the shares of one theme: the key of its metadata with the theme's ids."""


def label(table: str, column: pa.Field) -> str:
    """What a column means in its table; of one that holds the shares of a theme, of which theme."""
    if THEME in (column.metadata or {}):
        return f"share: {column.name}"
    return meaning(table, column.name)


def codebook(tables: Iterable[tuple[str, pa.Schema]], vintage: Sequence[str]) -> str:
    """The text of ``codebook.md``: each file with its columns, then what the data are made from."""
    lines = ["# Codebook", ""]
    for name, columns in tables:
        lines += [f"## {name}", "", "| column | meaning |", "|---|---|"]
        in_stata = stata_names(columns.names)
        lines += [
            f"| `{column.name}` | {_described(name, column)}{_renamed(column.name, in_stata[column.name])} |"
            for column in columns
        ]
        lines += [""]
    return "\n".join([
        *lines,
        "A call and a theme that have no sentence together have no row in `exposures`: the share is 0, and the call",
        "is in `firm_quarters`, with the error of such a share (`zero_share_se`). The shares of a call (`share`) and",
        "its `unassigned_share` add up to 1. A column is missing in a quarter that an older version published without.",
        "",
        "Themes are found with several layouts of the sentences (`n_seeds`), each with a seed of its own. How much the",
        "result depends on them is told by as many subsets of the layouts: `n_seeds_found`, `share_sd_seeds` and",
        "`share_mean_seeds` compare what these subsets find, not what single seeds find.",
        "",
        "`share_se_total` is the error of one share. A regression is corrected with another one: share * (1 - share) /",
        "(n_usable_sentences - 1) + share_sd_seeds ** 2 (docs/researchers.md).",
        "",
        "In CSV, ids have leading zeros: read `firm_id`, `transcript_id`, `gvkey`, `cusip` and `cik` as text.",
        "",
        "## Data vintage",
        "",
        *(f"- {line}" for line in vintage),
        "",
    ])  # fmt: skip


def _renamed(name: str, in_stata: str) -> str:
    return "" if name == in_stata else f"; in Stata `{in_stata}`"


def _described(table: str, column: pa.Field) -> str:
    ids = (column.metadata or {}).get(THEME)
    return label(table, column) if ids is None else f"share of {ids.decode()}"
