"""What a person may have meant by a name that nobody has: for the messages that refuse it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MOST = 3
ALIKE = 0.8
"""How alike two names must be, from 0 to 1, as ``difflib`` counts it: two swapped letters of seven are .86."""


def did_you_mean(said: str, names: Iterable[str | None]) -> str:
    """A sentence that asks for the nearest of these names, such as "Did you mean Tariffs?"; empty when none is near.

    A word of a name counts as much as the name: "tarrif" is near "Trade and tariffs".
    """
    by_spelling: dict[str, list[str]] = {}
    for name in sorted({name for name in names if name}):
        whole = name.casefold()
        for spelling in {whole, *whole.replace(",", " ").split()}:
            by_spelling.setdefault(spelling, []).append(name)
    near = get_close_matches(said.casefold(), sorted(by_spelling), n=MOST, cutoff=ALIKE)
    found = list(dict.fromkeys(name for spelling in near for name in by_spelling[spelling]))[:MOST]
    return f"Did you mean {' or '.join(found)}?" if found else ""
