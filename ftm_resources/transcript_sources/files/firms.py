"""Which firms of a person's files may be one firm, or several: nothing is changed, a person is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ftm_resources.transcript_sources.calls import Call


def firms_in_doubt(calls: Iterable[Call]) -> list[str]:
    """A line for each id with several names or PERMNOs, and for each name or PERMNO with several ids.

    The first is a firm renamed, or several that share an id by mistake. The second is a firm that changed its id,
    such as a ticker, and would count as two; or two firms of one name.
    """
    names: defaultdict[str, dict[str, str]] = defaultdict(dict)
    permnos: defaultdict[str, set[int]] = defaultdict(set)
    ids_of_name: defaultdict[str, set[str]] = defaultdict(set)
    ids_of_permno: defaultdict[int, set[str]] = defaultdict(set)
    for call in calls:
        same_name = call.firm_name.casefold()
        names[call.firm_id].setdefault(same_name, call.firm_name)
        ids_of_name[same_name].add(call.firm_id)
        if call.permno is not None:
            permnos[call.firm_id].add(call.permno)
            ids_of_permno[call.permno].add(call.firm_id)
    lines = []
    for firm, spelled in sorted(names.items()):
        has = []
        if len(spelled) > 1:
            has.append(f"{len(spelled)} names ({_three(spelled.values())})")
        if len(permnos[firm]) > 1:
            has.append(f"{len(permnos[firm])} PERMNOs ({_three(sorted(permnos[firm]))})")
        if has:
            lines.append(f"companyid {firm} has {' and '.join(has)}")
    said: set[frozenset[str]] = set()
    for name, ids in sorted(ids_of_name.items()):
        if name and len(ids) > 1:
            spelled_there = names[min(ids)][name]
            lines.append(f"{spelled_there} has {len(ids)} companyids ({_three(sorted(ids))})")
            said.add(frozenset(ids))
    for permno, ids in sorted(ids_of_permno.items()):
        if len(ids) > 1 and frozenset(ids) not in said:
            lines.append(f"PERMNO {permno} has {len(ids)} companyids ({_three(sorted(ids))})")
    return lines


def _three(values: Iterable[object]) -> str:
    return ", ".join(map(str, list(values)[:3]))
