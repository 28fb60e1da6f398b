"""The checks of the panel on a quarter worked out by hand, and on the same quarter broken in one place each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pyarrow as pa
import pytest

from ftm_assets.theme_exposures import checks
from ftm_assets.theme_exposures.exposures import exposures
from ftm_resources.contract import schemas
from ftm_resources.contract.manifest import Published
from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import THEME_EXPOSURES
from ftm_resources.store.object_store import FolderStore
from tests.unit.ftm_assets.theme_exposures.test_exposures import MEMBERS, SEEDS, SENTENCES, THEMES, table_of

LOOKS = (checks._shares, checks._dates, checks._errors, checks._event_days)


def published(store: FolderStore, table: str = "", **values: object) -> Published:
    """The quarter; of one of its tables the first row gets other values."""
    members, themes = pa.Table.from_pylist(MEMBERS), pa.Table.from_pylist(THEMES)
    rows, calls = exposures("2023Q1", table_of(SENTENCES), members, themes, SEEDS, [43, 44])
    tables = {"exposures": rows.to_pylist(), "firm_quarters": calls.to_pylist()}
    if table:
        tables[table][0] |= values
    days = {row["transcript_id"]: row["earnings_call_date"] for row in SENTENCES}
    with publication(store, schemas.THEMES, "2023Q1") as found_in:
        found_in.write("theme_sentences", [row | {"earnings_call_date": days[row["transcript_id"]]} for row in MEMBERS])
        found_in.made_with("1", {})
    with publication(store, THEME_EXPOSURES, "2023Q1") as new:
        for name, of in tables.items():
            new.write(name, of)
        new.made_with("1", {})
    return new.published


def found(quarter: Published) -> dict[str, list[str]]:
    """What each check finds, of those that find something."""
    of_check = {look.__name__: [finding.found for finding in look(quarter)] for look in LOOKS}
    return {name: findings for name, findings in of_check.items() if findings}


def test_nothing_is_found_in_the_quarter_as_it_is(folder_store: FolderStore) -> None:
    assert found(published(folder_store)) == {}


BROKEN: dict[str, tuple[str, dict[str, object], Callable[..., object], str]] = {
    "a share is too large": ("exposures", {"share": 0.5}, checks._shares, "1.250000"),
    "a sentence is left over": ("firm_quarters", {"unassigned_share": 0.25}, checks._shares, "0.750000"),
    "a row is dated on the firm's other call": (
        "exposures", {"earnings_call_date": date(2023, 3, 20)}, checks._dates, "transcript a of firm 1 on 2023-03-20",
    ),
    "the error forgets the seeds": ("exposures", {"share_sd_seeds": 0.3}, checks._errors, "1 without"),
    "a theme is found by more seeds than there were": ("exposures", {"n_seeds_found": 9}, checks._errors, "1 without"),
    "a trading day comes from nowhere": (
        "exposures", {"event_day0": date(2023, 2, 2)}, checks._event_days, "1 of exposures without",
    ),
    "a trading day is missing without a word": (
        "firm_quarters", {"event_day0_status": None}, checks._event_days, "1 of firm_quarters without",
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", BROKEN)
def test_what_is_broken_is_found_by_its_check_alone(folder_store: FolderStore, how: str) -> None:
    table, values, look, says = BROKEN[how]
    (name, findings), *others = found(published(folder_store, table, **values)).items()
    assert name == look.__name__ and others == []
    assert len(findings) == 1 and says in findings[0]


def test_a_row_of_a_call_that_has_no_sentence_of_its_theme_is_found(folder_store: FolderStore) -> None:
    """Its date is that of a call of the firm, and not of the one its sentences are from."""
    other = {"theme_id": "u", "transcript_id": "b", "earnings_call_date": date(2023, 3, 20)}
    (finding,) = checks._dates(published(folder_store, "exposures", **other))
    assert finding.found == "u in transcript b of firm 1 on 2023-03-20"
