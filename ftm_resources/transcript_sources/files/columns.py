"""The columns of a person's files: which there are, and under which other names they are known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ftm_resources.transcript_sources.calls import Identifiers

REQUIRED_COLUMNS = ("companyid", "companyname", "transcriptid", "componenttext")
ORDER, SECTIONS, SPEAKERS = TURN_COLUMNS = ("componentorder", "componenttypename", "speakertypename")
"""What is known of a turn besides its words. Each may be missing, or empty from top to bottom, in all files."""
PERSON = "transcriptpersonname"
"""Who speaks, by name. It is never published: it tells turns and roles apart where nothing else does."""
OPTIONAL_COLUMNS = ("permno", "gvkey", *Identifiers._fields)

TIME_OF_DAY = "mostimportanttimeutc"
WRDS_DATE = "mostimportantdateutc"
EVENT, EVENT_TYPE, EVENT_TYPE_ID = "keydevid", "keydeveventtypename", "keydeveventtypeid"
COLLECTION, COLLECTION_ID = "transcriptcollectiontypename", "transcriptcollectiontypeid"
PRESENTATION_TYPE, PRESENTATION_TYPE_ID = "transcriptpresentationtypename", "transcriptpresentationtypeid"
CREATED_DAY, CREATED_TIME = "transcriptcreationdate_utc", "transcriptcreationtime_utc"
HEADLINE = "headline"
VERSION_LABELS = (
    EVENT, EVENT_TYPE, EVENT_TYPE_ID, COLLECTION, COLLECTION_ID, PRESENTATION_TYPE, PRESENTATION_TYPE_ID, HEADLINE,
)  # fmt: skip
"""What WRDS says of a transcript: of which event it is, and which version. See versions.py."""

COLUMNS = (
    *REQUIRED_COLUMNS, *TURN_COLUMNS, PERSON, *OPTIONAL_COLUMNS,
    TIME_OF_DAY, *VERSION_LABELS, CREATED_DAY, CREATED_TIME,
)  # fmt: skip

OTHER_NAMES = {"transcriptcomponenttypename": SECTIONS}
"""What WRDS calls a column in some of its tables, and how it is called here."""


def read_from(present: Sequence[str], named: Mapping[str, str]) -> dict[str, str]:
    """For each column that a file has under another name: that name. ``named`` is what a person says.

    SAS writes names in capitals, web pages write ``companyId`` and people ``Company ID``: a name that differs in no
    more than that is ours, unless two do.
    """
    renamed = {ours: theirs for ours, theirs in named.items() if theirs in present and ours != theirs}
    known = (*COLUMNS, WRDS_DATE)
    spelled: dict[str, list[str]] = {}
    for theirs in present:
        spelled.setdefault(_letters(theirs), []).append(theirs)
    for spelling, ours in {**dict(zip(known, known, strict=True)), **OTHER_NAMES}.items():
        alike = [name for name in spelled.get(_letters(spelling), []) if name not in named.values()]
        if len(alike) == 1 and ours not in present and ours not in named and ours not in renamed:
            renamed[ours] = alike[0]
    return renamed


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()
