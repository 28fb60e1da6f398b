"""What a comparison of names says, in words: one line for each two ways of naming, and what to keep in mind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

CAVEAT = (
    "The figures say how well a name finds other sentences of its theme again, as an embedding model sees it. That "
    "goes with what people think of names, but less than their own reading does, and a name that repeats the "
    "sentences' words scores high. Read the names side by side before you choose."
)

NOTHING_TO_COMPARE = (
    "Nothing to compare: there are only keyword names. Set LLM_BASE_URL and LLM_MODEL, and LLM_COMPARE_BASE_URL and "
    "LLM_COMPARE_MODEL for a second model (docs/settings.md)."
)
TOO_FEW = "Nothing to compare: names are judged by other themes' sentences, so there must be two themes at least."


def verdicts(differences: Iterable[Mapping[str, Any]]) -> list[str]:
    """A line for each two methods, out of rows of ``schemas.NAME_DIFFERENCE_COLUMNS``."""
    pairs: dict[tuple[str, str], dict[str, Mapping[str, Any]]] = {}
    for row in differences:
        pairs.setdefault((row["method"], row["compared_with"]), {})[row["measure"]] = row
    return [_verdict(one, other, rows) for (one, other), rows in pairs.items()]


def _verdict(one: str, other: str, rows: dict[str, Mapping[str, Any]]) -> str:
    recall, auroc = rows["recall_at_1"], rows["auroc_hard"]
    figures = (
        f"recall@1 {_told(recall)}, hard AUROC {_told(auroc)}, distinctness {_told(rows['distinctness'])}; "
        f"{recall['n_themes']} themes"
    )
    # Both have to agree: names that are found more often and confused more easily are not better.
    if _is_above(recall) + _is_above(auroc) >= 1 and not (_is_below(recall) or _is_below(auroc)):
        return f"{one} names themes better than {other}: {figures}"
    if _is_below(recall) + _is_below(auroc) >= 1 and not (_is_above(recall) or _is_above(auroc)):
        return f"{one} names themes worse than {other}: {figures}"
    return f"No difference is shown between {one} and {other}: {figures}"


def _told(row: Mapping[str, Any]) -> str:
    return f"{row['mean_difference']:+.3f} (95 % interval {row['low']:+.3f} to {row['high']:+.3f})"


def _is_above(row: Mapping[str, Any]) -> bool:
    return bool(row["low"] > 0)


def _is_below(row: Mapping[str, Any]) -> bool:
    return bool(row["high"] < 0)
