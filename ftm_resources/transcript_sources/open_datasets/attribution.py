"""ATTRIBUTION.md, which lies beside the table: whose words these are, what was changed, and what is not true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ftm_resources.quarters import quarter_of
from ftm_resources.transcript_sources.files.problems import counted
from ftm_resources.transcript_sources.open_datasets.origin import COMMIT, LICENCE, REPOSITORY, Dataset
from ftm_resources.transcript_sources.open_datasets.table import COLUMNS, RevCall, days_of

TEXT = """\
# Whose words these are, and what of this table is not true

## Licence and attribution: they travel with this table, and with any output that quotes its sentences

{sources}
- From https://github.com/{repository}, commit `{commit}`.
- Licensed {licence} (https://creativecommons.org/licenses/by-sa/4.0/). **Modified**, see below.
- This table is offered under the same licence. Share-alike covers the table and text taken from it, not program code.
- Rev licenses the transcripts and the text files that go with them, not the calls' audio.

## THE DATES ARE NOT REAL

Rev gives no dates. So that there is something to run, `replay_date` moves every call to the quarter of 2023 with the
same number. It is the date column of `DATA_SOURCE=open-datasets`. Never join prices, returns or events of 2023 to it:
the calls are older, and each replay quarter mixes years.

- Calls by estimated true quarter: {true_quarters}.
- Calls by replay quarter: {replay_quarters}.

## What is true, inferred, or missing

| Column | What it is |
|---|---|
{columns}

There is no PERMNO and no GVKEY, and none should be invented: every call has the `link_status` `no_permno_in_file`. Most
firms of Earnings-22 are not listed in the US.

Speaker types and sections were compared with another set of rules on 104 of these calls: 95 % of the turns (97 % of the
words) get the same speaker type, and 96 % the same section. Neither is the truth.

## Changes made to Rev's text

Words were joined with their punctuation into speaker turns. `<inaudible>` and `<unk>` became [indiscernible],
`<phonetic>` [ph], `<crosstalk>` [crosstalk], `<foreign>` [foreign language]; all other marks, such as laughs and
coughs, were left out. No word was otherwise changed.
"""


def attribution_text(calls: Sequence[RevCall], datasets: Sequence[Dataset]) -> str:
    """The text of ATTRIBUTION.md for a table of these calls."""
    calls_of = Counter(call.dataset.title for call in calls)
    sources = [f"- {it.title}, (c) Rev.com: {counted(calls_of[it.title], 'call')}. {it.citation}" for it in datasets]
    return TEXT.format(
        sources="\n".join(sources),
        repository=REPOSITORY,
        commit=COMMIT,
        licence=LICENCE,
        true_quarters=_counted(call.quarter.quarter or "unknown" for call in calls),
        replay_quarters=_counted(quarter_of(day) for day in days_of(calls).values()),
        columns="\n".join(f"| {name} | {status} |" for name, _, status in COLUMNS),
    )


def _counted(names: Iterable[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(Counter(names).items()))
