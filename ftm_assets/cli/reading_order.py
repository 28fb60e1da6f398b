"""In which order named themes are shown to people, and what is said of those that are not.

Content comes first and nothing is hidden without a word. Rows of ``schemas.NAMED_THEME_COLUMNS`` in, text or rows
out; the terminal and the UI are elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

_CLASSES = {"content": "content", "reporting": "results talk", "ritual": "ritual"}


def is_shown_first(row: dict[str, Any]) -> bool:
    """Whether a person sees this theme without asking for more."""
    return bool(row["theme_class"] == "content" and row["level"] == 1)


def in_reading_order(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Content before results talk before ritual, by firms, and what stands under a theme right behind it."""
    classes = list(_CLASSES)
    heads = sorted(
        (row for row in rows if row["parent_id"] is None),
        key=lambda row: (classes.index(row["theme_class"]), -row["n_firms"], row["theme_id"]),
    )
    under: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: (-row["n_firms"], row["theme_id"])):
        if row["parent_id"] is not None:
            under.setdefault(row["parent_id"], []).append(row)
    return [row for head in heads for row in [head, *under.get(head["theme_id"], [])]]


def what_is_left_out(rows: Sequence[dict[str, Any]], shown: Sequence[dict[str, Any]]) -> str:
    """The themes that are not among those shown, by class: "5 of content, 3 of results talk". Empty when all are."""
    there = {row["theme_id"] for row in shown}
    left = Counter(row["theme_class"] for row in rows if row["theme_id"] not in there)
    return ", ".join(f"{left[name]} of {said}" for name, said in _CLASSES.items() if left[name])
