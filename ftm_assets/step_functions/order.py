"""In which order the assets of a graph can be made, and which of them side by side.

Only the order; what is made of it is ``making.py``. ``arrange`` gives a list: its items come one after the
other, and an item that is a tuple holds lists that do not wait for each other. From firm_topics to named_topics and to
themes, and from there to named_themes, it is ``["firm_topics", (["named_topics"], ["themes", "named_themes"])]``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from typing import TypeAlias

Item: TypeAlias = "str | tuple[Order, ...]"
Order: TypeAlias = list[Item]


def arrange(parents: Mapping[str, Set[str]]) -> Order:
    """The order for these assets. ``parents`` has all of them as keys, and what each is made from."""
    return _arrange(list(parents), _ancestors(parents))


def assets_in(order: Order | Item) -> Iterator[str]:
    """All assets of an order, or of a part of it."""
    if isinstance(order, str):
        yield order
    else:
        for part in order:
            yield from assets_in(part)


def _ancestors(parents: Mapping[str, Set[str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}

    def look(asset: str) -> set[str]:
        if asset not in found:
            found[asset] = set().union(*({parent} | look(parent) for parent in parents[asset] if parent in parents))
        return found[asset]

    for asset in parents:
        look(asset)
    return found


def _arrange(assets: list[str], ancestors: dict[str, set[str]]) -> Order:
    def ordered(one: str, other: str) -> bool:
        return one in ancestors[other] or other in ancestors[one]

    if len(assets) == 1:
        return [assets[0]]
    side_by_side = _groups(assets, ordered)
    if len(side_by_side) > 1:
        return [tuple(_arrange(group, ancestors) for group in side_by_side)]
    steps = _groups(assets, lambda one, other: not ordered(one, other))
    if len(steps) == 1:
        # One after the other and side by side do not express every graph. In a, b -> c and b -> d, c waits for both
        # and d does not: then everything that can begin is begun, and the rest waits for all of it.
        first = [asset for asset in assets if not ancestors[asset] & set(assets)]
        steps = [first, [asset for asset in assets if asset not in first]]
    steps.sort(key=lambda step: len(ancestors[step[0]] & set(assets)))
    return [item for step in steps for item in _arrange(step, ancestors)]


def _groups(assets: list[str], together: Callable[[str, str], bool]) -> list[list[str]]:
    """Groups such that two assets for which ``together`` holds are in the same one; in the order given."""
    groups: list[list[str]] = []
    for asset in assets:
        joined = [group for group in groups if any(together(asset, member) for member in group)]
        merged = {member for group in joined for member in group} | {asset}
        groups = [group for group in groups if group not in joined]
        groups.append([member for member in assets if member in merged])
    return sorted(groups, key=lambda group: assets.index(group[0]))
