"""What the commands share of the terminal: the console, and text that nobody trusts made plain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape

console = Console(highlight=False)


def plain(text: str) -> str:
    """Untrusted text as the terminal may show it: control characters could rewrite what stands there."""
    return escape("".join(c for c in text if c.isprintable()))


def who_said(sentence: Mapping[str, Any]) -> str:
    """Firm, day and kind of speaker of a row of sentences."""
    firm, speaker = sentence["firm_name"] or sentence["firm_id"], sentence["speaker_type"] or "-"
    return plain(f"{firm} · {sentence['earnings_call_date']} · {speaker}")


def listed(names: Sequence[str], most: int | None) -> str:
    """Names in a row; of more than ``most`` the first, and how many more there are."""
    shown = names if most is None else names[:most]
    more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
    return plain(", ".join(shown)) + more
