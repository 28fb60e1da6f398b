"""From a Capital IQ company to its gvkey and its PERMNO on the day of a call.

Plain rules over rows of ``wrds_gvkey`` and CRSP/Compustat's link table; the two queries that get the rows are here too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from ftm_resources.transcript_sources.calls import LINKED
from ftm_resources.transcript_sources.wrds.connection import Wrds
from ftm_resources.transcript_sources.wrds.tables import Tables

NO_GVKEY = "no_gvkey"
GVKEY_NOT_VALID = "gvkey_not_valid_on_date"
NO_LINK = "no_link"
LINK_NOT_VALID = "link_not_valid_on_date"
NOT_LOOKED_UP = "not_looked_up"
"""``link_status`` of a call whose firm has no PERMNO, besides LINKED for one that has."""

GVKEYS = """
SELECT companyid::bigint, gvkey, startdate::date, enddate::date FROM {gvkeys}
WHERE companyid = ANY(%(companies)s::bigint[]) AND gvkey IS NOT NULL
"""

# LU and LC are the links that were researched and found sound; P and C mark a company's primary security. LS (valid
# for one security only) and the junior share classes stay out.
LINKS = """
SELECT gvkey, lpermno::bigint, linkprim, linktype, linkdt::date, linkenddt::date FROM {links}
WHERE gvkey = ANY(%(gvkeys)s) AND linktype IN ('LU', 'LC') AND linkprim IN ('P', 'C') AND lpermno IS NOT NULL
"""
ONLY_USED = " AND usedflag = 1"


class Gvkey(NamedTuple):
    """A gvkey of a company, and from when to when; None is open."""

    gvkey: str
    start: date | None
    end: date | None


class PermnoLink(NamedTuple):
    """A PERMNO of a gvkey, and from when to when; None is open."""

    permno: int
    prim: str
    kind: str
    start: date | None
    end: date | None


class Found(NamedTuple):
    """What a company has on a day."""

    permno: int | None
    gvkey: str | None
    status: str
    candidates: int | None
    """PERMNOs valid on the day, of which ``permno`` is the first by the rule."""


class Links:
    """The gvkeys and links of some companies."""

    def __init__(self, gvkeys: dict[int, list[Gvkey]], links: dict[str, list[PermnoLink]]) -> None:
        self._gvkeys, self._links = gvkeys, links

    def on(self, company_id: int, day: date) -> Found:
        """The PERMNO of a company on a day, or why there is none.

        Of several, the primary security by Compustat (P) before that by CRSP (C), LC before LU, the latest link,
        the lowest PERMNO, the lowest gvkey: the same one every time.
        """
        gvkeys = self._gvkeys.get(company_id, [])
        valid = [entry for entry in gvkeys if _holds(entry.start, entry.end, day)]
        if not valid:
            return Found(None, None, GVKEY_NOT_VALID if gvkeys else NO_GVKEY, 0)
        links = [(entry.gvkey, link) for entry in valid for link in self._links.get(entry.gvkey, [])]
        current = [(gvkey, link) for gvkey, link in links if _holds(link.start, link.end, day)]
        if not current:
            latest = min(valid, key=lambda entry: (_newest_first(entry.start), entry.gvkey))
            return Found(None, latest.gvkey, LINK_NOT_VALID if links else NO_LINK, 0)
        gvkey, best = min(
            current,
            key=lambda pair: (
                pair[1].prim != "P",
                pair[1].kind != "LC",
                _newest_first(pair[1].start),
                pair[1].permno,
                pair[0],
            ),
        )
        return Found(best.permno, gvkey, LINKED, len({link.permno for _, link in current}))


def read_links(wrds: Wrds, tables: Tables, companies: Collection[int]) -> Links:
    """Fetch what there is on these companies."""
    assert tables.gvkeys is not None and tables.links is not None
    gvkeys: dict[int, list[Gvkey]] = defaultdict(list)
    for row in wrds.rows(GVKEYS.format(gvkeys=tables.gvkeys), {"companies": sorted(companies)}):
        gvkeys[row["companyid"]].append(Gvkey(row["gvkey"].strip(), row["startdate"], row["enddate"]))
    query = LINKS.format(links=tables.links)
    if tables.links.endswith("ccmxpf_linktable"):
        query += ONLY_USED
    links: dict[str, list[PermnoLink]] = defaultdict(list)
    wanted: Sequence[str] = sorted({entry.gvkey for entries in gvkeys.values() for entry in entries})
    for row in wrds.rows(query, {"gvkeys": wanted}):
        link = PermnoLink(row["lpermno"], row["linkprim"], row["linktype"], row["linkdt"], row["linkenddt"])
        links[row["gvkey"].strip()].append(link)
    return Links(gvkeys, links)


def _holds(start: date | None, end: date | None, day: date) -> bool:
    return (start is None or start <= day) and (end is None or day <= end)


def _newest_first(start: date | None) -> int:
    return -start.toordinal() if start is not None else 0
