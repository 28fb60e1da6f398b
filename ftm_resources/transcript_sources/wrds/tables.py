"""Which tables of WRDS this account can read, and in which schema: that differs between subscriptions."""

from __future__ import annotations

from dataclasses import dataclass

from ftm_resources.errors import NotReadable, SourceError
from ftm_resources.transcript_sources.wrds.connection import Wrds

CALLS, COMPONENTS, PERSONS = NEEDED = ("wrds_transcript_detail", "ciqtranscriptcomponent", "wrds_transcript_person")
GVKEYS = "wrds_gvkey"
LINKS = ("ccmxpf_linktable", "ccmxpf_lnkhist")
"""Either will do. The second has no ``usedflag``."""

_ALL = (*NEEDED, GVKEYS, *LINKS)

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

    def __str__(self) -> str:
        return ", ".join(table for table in vars(self).values() if table is not None)


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
            if _readable(wrds, f"{schema}.{table}"):
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
    )


def _readable(wrds: Wrds, table: str) -> bool:
    try:
        wrds.rows(f"SELECT 1 FROM {table} LIMIT 1")
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
