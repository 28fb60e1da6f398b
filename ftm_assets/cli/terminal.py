"""What the commands share of the terminal: the console, and text that nobody trusts made plain."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape

console = Console(highlight=False)


def plain(text: str) -> str:
    """Untrusted text as the terminal may show it: control characters could rewrite what stands there."""
    return escape("".join(c for c in text if c.isprintable()))


def listed(names: Sequence[str], most: int | None) -> str:
    """Names in a row; of more than ``most`` the first, and how many more there are."""
    shown = names if most is None else names[:most]
    more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
    return plain(", ".join(shown)) + more
