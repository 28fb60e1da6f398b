"""How much of each call is about each theme. Tables in, tables out; reading and publishing are ``publish.py``.

A sentence may belong to several themes. So that the shares of a call and what is left add up to one, each sentence is
*assigned* to one of them: that which it belongs to most surely, and of those the one it is nearest to. Sentences that
only resemble a theme (``near``) are counted apart, and assigned to none. How sure a share is, is ``errors.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from ftm_assets.theme_exposures.errors import over_subsets, sampling_error
from ftm_assets.theme_exposures.event_day import KNOWN, NO_TIME_OF_DAY, event_days
from ftm_resources.contract.schemas import EXPOSURE_COLUMNS, FIRM_QUARTER_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

CALL = ["firm_id", "transcript_id"]
NEAR = "near"
STRENGTHS = ("core", "term", NEAR)
SECTIONS = {"presentation": "n_presentation", "question_and_answer": "n_question_and_answer"}
SPEAKERS = {"Executives": "n_executives", "Analysts": "n_analysts"}
"""Capital IQ's words for who speaks."""

OF_A_CALL = ["firm_name", "gvkey", "permno", "link_status", "earnings_call_date", "call_started_at", "cusip", "isin",
             "ticker", "cik"]  # fmt: skip
OF_A_THEME = ["theme_id", "name", "theme_class", "origin", "level"]


def exposures(
    quarter: str, sentences: pa.Table, members: pa.Table, themes: pa.Table, seeds: pa.Table, first_seeds: Sequence[int]
) -> tuple[pa.Table, pa.Table]:
    """The rows of ``schemas.EXPOSURE_COLUMNS``, and those of ``schemas.FIRM_QUARTER_COLUMNS``.

    ``sentences`` are the quarter's prefetched sentences without their texts, ``members`` the rows of
    ``theme_sentences``, ``themes`` those of ``named_themes``, ``seeds`` those of ``theme_seeds``, of which
    ``first_seeds`` lists the subsets of the layouts: one that finds no theme has no row. A call and a theme that
    have no sentence together have no row: the share is 0, and ``firm_quarters`` has the call.
    """
    import pandas as pd

    said = sentences.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    usable = said[said["excluded"].isna()]
    of_theme = members.to_pandas()
    of_theme = of_theme[of_theme["theme_id"].notna()]
    of_theme = of_theme.merge(usable[["sentence_id", "section", "speaker_type"]], on="sentence_id", validate="m:1")
    of_theme["assigned"] = _assigned(of_theme)

    calls = _calls(quarter, said, usable, of_theme)
    known = calls[[*CALL, *OF_A_CALL, "quarter", "event_day0", "event_day0_status", "n_usable_sentences"]]
    rows = _by_call_and_theme(of_theme).merge(known, on=CALL, validate="m:1")
    rows = rows.merge(themes.select(OF_A_THEME).to_pandas(), on="theme_id", validate="m:1")
    usable_of_call = rows["n_usable_sentences"]
    rows["share"] = rows["n_assigned"] / usable_of_call
    rows["share_se"] = sampling_error(rows["n_assigned"], usable_of_call)
    rows["share_strict"] = rows["n_sentences"] / usable_of_call
    rows["share_wide"] = (rows["n_sentences"] + rows["n_near"]) / usable_of_call
    rows = rows.sort_values([*CALL, "theme_id"], ignore_index=True)
    of_seeds = seeds.to_pandas().merge(usable[["sentence_id", *CALL]], on="sentence_id", validate="m:1")
    rows = rows.join(over_subsets(rows, _assigned_by_subset(of_seeds, first_seeds)))
    rows["share_se_total"] = np.hypot(rows["share_se"], rows["share_sd_seeds"])
    return (
        pa.Table.from_pandas(rows[EXPOSURE_COLUMNS.names], EXPOSURE_COLUMNS, preserve_index=False),
        pa.Table.from_pandas(calls[FIRM_QUARTER_COLUMNS.names], FIRM_QUARTER_COLUMNS, preserve_index=False),
    )


def _assigned(of_theme: pd.DataFrame) -> np.ndarray:
    """Of each row, (n,) bool, whether its sentence is assigned to its theme."""
    surest = of_theme["strength"].map({"core": 0, "term": 1})  # near: missing
    order = of_theme.assign(surest=surest).dropna(subset="surest")
    order = order.sort_values(
        ["sentence_id", "surest", "similarity", "theme_id"], ascending=[True, True, False, True], kind="stable"
    )
    first = order.drop_duplicates("sentence_id").index
    return np.asarray(of_theme.index.isin(first))


def _assigned_by_subset(of_seeds: pd.DataFrame, first_seeds: Sequence[int]) -> list[pd.Series]:
    """For each subset of the layouts the sentences assigned to a theme, by call and theme, as ``n_assigned`` counts."""
    counts = []
    for seed in first_seeds:
        members = of_seeds[of_seeds["random_state"] == seed].reset_index(drop=True)
        # Themes that are none of the published ones take sentences too, and are then dropped.
        counts.append(members[_assigned(members)].groupby([*CALL, "theme_id"]).size())
    return counts


def _by_call_and_theme(of_theme: pd.DataFrame) -> pd.DataFrame:
    strict = of_theme["strength"] != NEAR
    counted = {
        "n_sentences": strict,
        "n_assigned": of_theme["assigned"],
        **{f"n_{strength}": of_theme["strength"] == strength for strength in STRENGTHS},
        **{name: strict & (of_theme["section"] == section) for section, name in SECTIONS.items()},
        **{name: strict & (of_theme["speaker_type"] == kind) for kind, name in SPEAKERS.items()},
    }
    ones = of_theme.assign(**{name: column.astype("int64") for name, column in counted.items()})
    ones["similarity"] = of_theme["similarity"].where(strict).astype("float64")
    of_both = ones.groupby([*CALL, "theme_id"])
    return of_both[list(counted)].sum().join(of_both["similarity"].mean()).reset_index()


def _calls(quarter: str, said: pd.DataFrame, usable: pd.DataFrame, of_theme: pd.DataFrame) -> pd.DataFrame:
    """A row for each call, those of which no sentence is usable included."""
    calls = said.groupby(CALL, sort=True).agg(
        n_sentences=("sentence_id", "size"), **{column: (column, "first") for column in OF_A_CALL}
    )
    calls["quarter"] = quarter
    calls["n_usable_sentences"] = usable.groupby(CALL).size()
    calls["n_assigned_sentences"] = of_theme[of_theme["assigned"]].groupby(CALL).size()
    calls["n_themes"] = of_theme[of_theme["strength"] != NEAR].groupby(CALL)["theme_id"].nunique()
    counts = ["n_usable_sentences", "n_assigned_sentences", "n_themes"]
    calls[counts] = calls[counts].fillna(0).astype("int64")
    left = calls["n_usable_sentences"] - calls["n_assigned_sentences"]
    calls["unassigned_share"] = left / calls["n_usable_sentences"].replace(0, np.nan)
    started = [None if value is None or value != value else value for value in calls["call_started_at"]]
    calls["event_day0"] = event_days(started)
    calls["event_day0_status"] = [NO_TIME_OF_DAY if value is None else KNOWN for value in started]
    calls["zero_share_se"] = sampling_error(calls["n_usable_sentences"] * 0, calls["n_usable_sentences"])
    return calls.reset_index()
