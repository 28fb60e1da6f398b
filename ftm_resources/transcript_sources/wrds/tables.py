"""Which tables of WRDS this account can read, and in which schema: that differs between subscriptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ftm_resources.errors import NotReadable, SourceError
from ftm_resources.transcript_sources.wrds.connection import Wrds

CALLS, COMPONENTS, PERSONS = NEEDED = ("wrds_transcript_detail", "ciqtranscriptcomponent", "wrds_transcript_person")
GVKEYS = "wrds_gvkey"
LINKS = ("ccmxpf_linktable", "ccmxpf_lnkhist")
"""Either will do. The second has no ``usedflag``."""

IDENTIFIERS = {name: f"wrds_{name}" for name in ("cusip", "isin", "ticker", "cik")}
"""The tables of further identifiers. An account that can't read one has calls without it, and is told so."""

_ALL = (*NEEDED, GVKEYS, *LINKS, *IDENTIFIERS.values())

_COLUMNS = {table: f"companyid, {name}, primaryflag, startdate, enddate" for name, table in IDENTIFIERS.items()}
"""What is read of an optional table: with others in it, it is as good as not there."""

_FIND = """
SELECT table_schema, table_name FROM information_schema.tables WHERE table_name = ANY(%(tables)s)
"""


@dataclass(frozen=True)
class Tables:
    """The tables to read, each with its schema; those of the PERMNO are None when it is not to be looked up."""

    calls: str
    components: str
    persons: str
    gvkeys: str | None
    links: str | None
    identifiers: Mapping[str, str] = field(default_factory=dict)  # table by identifier, of those that can be read

    def __str__(self) -> str:
        needed = (self.calls, self.components, self.persons, self.gvkeys, self.links)
        read = ", ".join(table for table in (*needed, *self.identifiers.values()) if table is not None)
        missing = [name for name in IDENTIFIERS if name not in self.identifiers]
        tables = ", ".join(IDENTIFIERS[name] for name in missing)
        return f"{read} (calls get no {', '.join(missing)}: this account can't read {tables})" if missing else read


def find_tables(wrds: Wrds) -> Tables:
    """Find each table in the first schema of WRDS_SCHEMAS where it can be read.

    Raises SourceError with the ones that can't, and what was seen instead.
    """
    schemas = wrds.settings.schemas
    listed = [(row["table_schema"], row["table_name"]) for row in wrds.rows(_FIND, {"tables": list(_ALL)})]
    found: dict[str, str] = {}
    refused: list[str] = []
    for schema in schemas:
        for table in _ALL:
            if table in found or (schema, table) not in listed:
                continue
            # A table may be listed and refuse all the same, when it is a view on one that is not subscribed.
            if _readable(wrds, f"{schema}.{table}", _COLUMNS.get(table, "1")):
                found[table] = f"{schema}.{table}"
            else:
                refused.append(f"{schema}.{table}")
    missing = [table for table in NEEDED if table not in found]
    if wrds.settings.permno:
        missing += [GVKEYS] if GVKEYS not in found else []
        missing += [" or ".join(LINKS)] if not any(table in found for table in LINKS) else []
    if missing:
        raise _what_is_missing(missing, refused, listed, schemas)
    permno = wrds.settings.permno
    return Tables(
        calls=found[CALLS],
        components=found[COMPONENTS],
        persons=found[PERSONS],
        gvkeys=found[GVKEYS] if permno else None,
        links=next((found[table] for table in LINKS if table in found), None) if permno else None,
        identifiers={name: found[table] for name, table in IDENTIFIERS.items() if table in found},
    )


def _readable(wrds: Wrds, table: str, columns: str) -> bool:
    try:
        wrds.rows(f"SELECT {columns} FROM {table} LIMIT 1")
    except NotReadable:
        return False
    return True


def _what_is_missing(
    missing: list[str], refused: list[str], listed: list[tuple[str, str]], schemas: tuple[str, ...]
) -> SourceError:
    problem = f"this account can't read {', '.join(missing)} in {', '.join(schemas)}"
    if refused:
        problem += f"; permission was denied for {', '.join(refused)}"
    lines = []
    elsewhere = sorted({schema for schema, table in listed if schema not in schemas and table in " ".join(missing)})
    if elsewhere:
        lines.append(f"They are also in {', '.join(elsewhere)}: name these in WRDS_SCHEMAS if they are what you want.")
    lines.append(
        "The transcripts need the subscription to Capital IQ Transcripts; the PERMNO needs CRSP/Compustat Merged, "
        "and WRDS_PERMNO=false does without it"
    )
    return SourceError("WRDS", problem, " ".join(lines))
