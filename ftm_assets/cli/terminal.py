"""What the commands share of the terminal: the console, and text that nobody trusts made plain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape

from ftm_resources.quarters import quarters_between

console = Console(highlight=False)


def plain(text: str) -> str:
    """Untrusted text as the terminal may show it: control characters could rewrite what stands there."""
    return escape("".join(c for c in text if c.isprintable()))


def of_which_quarters(quarters: Sequence[str]) -> str:
    """Which quarters a command was for, oldest first, and those between that it was not: two names are no range."""
    between = quarters_between(quarters[0], quarters[-1])
    if quarters == between:
        return f"Quarters: {quarters[0]}" + (f" to {quarters[-1]}" if len(quarters) > 1 else "")
    left_out = [quarter for quarter in between if quarter not in quarters]
    return (
        f"Quarters: {listed(quarters, 8)}. Not in it: {listed(left_out, 8)}. "
        f"For all of them: {quarters[0]}-{quarters[-1]}"
    )


def who_said(sentence: Mapping[str, Any]) -> str:
    """Firm, day and kind of speaker of a row of sentences."""
    firm, speaker = sentence["firm_name"] or sentence["firm_id"], sentence["speaker_type"] or "-"
    return plain(f"{firm} · {sentence['earnings_call_date']} · {speaker}")


def listed(names: Sequence[str], most: int | None) -> str:
    """Names in a row; of more than ``most`` the first, and how many more there are."""
    shown = names if most is None else names[:most]
    more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
    return plain(", ".join(shown)) + more
