"""How near exposures come to what was planted in the bundled sample, by call and matter, and whether errors cover it.

    python -m benchmarks.exposures STORE [QUARTER ...]    a store in which the sample's exposures are published

For each planted matter the theme that fits its sentences best stands for it. A cell is a call and a matter. The truth
is the share of the call's usable sentences that are planted on the matter.

    correlation    of the shares with the truth over all cells; of each kind of share that is published
    coverage       how often a share is within 1.96 of its errors from the truth, where it should be in 95 of 100: over
                   the cells that have a row, over those in which the share or the truth is not 0, and over all cells;
                   a cell without a row has a share of 0 and the error that firm_quarters gives for that

Then what costs how much: the correlation without the theme's wrong sentences, of those without what is planted on other
matters alone, and with the sentences that it lacks. Beside them share_strict is what is there now.

Then what could be reached: the correlation if the themes that fit worst were perfect, of the one direction among the
sentences' vectors that fits the truth best, and of the matter's usual terms.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

import click
import numpy as np
import pandas as pd
import pyarrow.compute as pc

from benchmarks.published_themes import help_text
from ftm_assets.themes.vector_space import whitening
from ftm_resources.contract.manifest import load_manifest
from ftm_resources.contract.schemas import FIRM_TOPICS, PREFETCHED_TRANSCRIPTS, THEME_EXPOSURES, THEMES
from ftm_resources.contract.sentence_vectors import read_vectors
from ftm_resources.contract.sentences import read_sentences
from ftm_resources.errors import FTMError
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.store.opening import open_store
from ftm_resources.transcript_sources.sample import planted_truth
from ftm_resources.transcript_sources.sample.planting import WORDING

CALL = ["firm_id", "transcript_id"]
SHARES = ("share", "share_mean_seeds", "share_strict", "share_wide", "core_share")
LESS_ERROR = ("without_wrong", "without_other_matters", "without_missing")
ERRORS = {"sampling, the plain formula": "plain", "sampling": "share_se", "sampling and seeds": "total"}
Z = 1.96
WELL_FOUND = 0.5  # F1 of a theme's sentences from which on a matter counts as well found


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=help_text(__doc__))
@click.argument("store")
@click.argument("quarters", nargs=-1)
def main(store: str, quarters: tuple[str, ...]) -> None:
    try:
        found = [cells(open_store(store), quarter) for quarter in quarters or ("2023Q1", "2023Q2", "2023Q3", "2023Q4")]
    except FTMError as error:
        raise click.ClickException(str(error)) from error
    together = pd.concat(found)
    click.echo("correlation with the planted share   " + "  ".join([*(f["quarter"].iloc[0] for f in found), "all"]))
    for name in (*SHARES, *LESS_ERROR, "worst_perfect", "one_direction", "usual_terms"):
        by_quarter = [f"{correlation(one, name):6.3f}" for one in [*found, together]]
        click.echo(f"{name:35s}  {'  '.join(by_quarter)}")
    click.echo("\ncorrelation of share, by how well a theme fits its matter (F1)")
    bands = pd.cut(together["f1"], [0, 0.3, 0.5, 0.7, 1], include_lowest=True)
    for band, of_band in together.groupby(bands, observed=True):
        matters = len(of_band[["quarter", "matter"]].drop_duplicates())
        click.echo(f"  {band!s:14s} {matters:3d} matters  {correlation(of_band, 'share'):.3f}")
    click.echo("\ncoverage at 95 %                     with a row   share or truth   all cells")
    for label, column in ERRORS.items():
        click.echo(f"{label:35s}  " + "  ".join(f"{value:12.3f}" for value in coverage(together, column)))
    click.echo(f"\n{len(together):,} cells, {together['has_row'].sum():,} of them with a row")


def correlation(of: pd.DataFrame, name: str) -> float:
    """Of a share with the truth."""
    return float(of[name].corr(of["truth"]))


def coverage(of: pd.DataFrame, error: str) -> tuple[float, float, float]:
    """How often a share is within its errors of the truth: cells with a row, those that are not 0 in both, and all."""
    covered = (of["share"] - of["truth"]).abs() <= Z * of[error] + 1e-12
    either = (of["share"] > 0) | (of["truth"] > 0)
    return float(covered[of["has_row"]].mean()), float(covered[either].mean()), float(covered.mean())


def cells(store: ObjectStore, quarter: str) -> pd.DataFrame:
    """A row for each call and planted matter of a quarter."""
    said = _usable(store, quarter)
    members = load_manifest(store, THEMES, quarter).table(
        "theme_sentences", columns=["theme_id", "sentence_id", "strength"]
    )
    members = members.filter(pc.is_valid(members["theme_id"])).to_pandas()
    own = members[members["strength"] != "near"].groupby("theme_id")["sentence_id"].agg(set).to_dict()
    core = members[members["strength"] == "core"].groupby("theme_id")["sentence_id"].agg(set).to_dict()
    rows = load_manifest(store, THEME_EXPOSURES, quarter).table("exposures").to_pandas()
    calls = load_manifest(store, THEME_EXPOSURES, quarter).table("firm_quarters").to_pandas()
    calls = calls[calls["n_usable_sentences"] > 0]
    found = []
    for matter in sorted(set(said["matter"]) - {""}):
        theme, f1 = best_theme(set(said.loc[said["matter"] == matter, "sentence_id"]), own)
        of_theme = rows.loc[rows["theme_id"] == theme, [*CALL, *SHARES[:-1], "share_se", "share_se_total"]]
        of_calls = calls[[*CALL, "n_usable_sentences", "zero_share_se"]].merge(of_theme, on=CALL, how="left")
        of_calls["has_row"] = of_calls["share"].notna()
        of_calls["total"] = of_calls["share_se_total"].fillna(of_calls["zero_share_se"])
        of_calls["share_se"] = of_calls["share_se"].fillna(of_calls["zero_share_se"])
        of_calls[list(SHARES[:-1])] = of_calls[list(SHARES[:-1])].fillna(0.0)
        of_calls["plain"] = np.sqrt(of_calls["share"] * (1 - of_calls["share"]) / of_calls["n_usable_sentences"])
        is_truth = (said["matter"] == matter).to_numpy()
        in_core = said["sentence_id"].isin(core.get(theme, set())).to_numpy()
        terms = said["raw_text"].map(WORDING[matter].is_explicit).to_numpy()
        held = said["sentence_id"].isin(own.get(theme, set())).to_numpy()
        is_other = (said["matter"] != "").to_numpy() & ~is_truth
        by_one = nearest_to_truth(np.stack(said["vector"].to_list()), is_truth)
        for name, which in (
            ("truth", is_truth),
            ("core_share", in_core),
            ("without_wrong", held & is_truth),
            ("without_other_matters", held & ~is_other),
            ("without_missing", held | is_truth),
            ("usual_terms", terms),
            ("one_direction", by_one),
        ):
            counts = said[which].groupby(CALL).size().rename("n").reset_index()
            of_both = of_calls[CALL].merge(counts, on=CALL, how="left")["n"].fillna(0).to_numpy()
            of_calls[name] = of_both / of_calls["n_usable_sentences"].to_numpy()
        of_calls["worst_perfect"] = of_calls["share"] if f1 >= WELL_FOUND else of_calls["truth"]
        found.append(of_calls.assign(quarter=quarter, matter=matter, f1=f1))
    return pd.concat(found)


def best_theme(truth: set[str], themes: Mapping[str, set[str]]) -> tuple[str, float]:
    """The theme whose sentences fit the true ones best, and the F1; ties go to the first id."""
    f1 = {theme: 2 * len(truth & held) / (len(truth) + len(held)) for theme, held in themes.items()}
    best = min(f1, key=lambda theme: (-f1[theme], theme))
    return best, f1[best]


def nearest_to_truth(vectors: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Which sentences, (n,) bool, are as near to the mean of the true ones as fits them best; each true one is judged
    without itself. ``vectors`` is (n, dimensions), ``truth`` (n,) bool."""
    total = vectors[truth].sum(axis=0)
    towards = np.where(truth[:, None], total - vectors, total)
    similarity = (towards * vectors).sum(axis=1) / np.maximum(np.linalg.norm(towards, axis=1), 1e-9)
    order = np.argsort(-similarity, kind="stable")
    f1 = 2 * np.cumsum(truth[order]) / (truth.sum() + np.arange(1, len(truth) + 1))
    near = np.zeros(len(truth), bool)
    near[order[: int(f1.argmax()) + 1]] = True
    return near


def _usable(store: ObjectStore, quarter: str) -> pd.DataFrame:
    """The usable sentences with their whitened vectors and the matter each is planted on, "" for none."""
    transcripts = load_manifest(store, PREFETCHED_TRANSCRIPTS, quarter)
    rows = read_sentences(transcripts, None, [*CALL, "sentence_id", "raw_text", "excluded"])
    said = rows.filter(pc.is_null(rows["excluded"])).drop_columns("excluded").to_pandas()
    ids, vectors = read_vectors(load_manifest(store, FIRM_TOPICS, quarter))
    whitened = whitening(vectors)(vectors)
    place = {sentence: at for at, sentence in enumerate(ids)}
    said = said[said["sentence_id"].isin(place)].reset_index(drop=True)
    said["vector"] = [whitened[place[sentence]] for sentence in said["sentence_id"]]
    matter_of = {(planted.firm_id, planted.sentence): planted.matter for planted in planted_truth(quarter)}
    pairs = zip(said["firm_id"], said["raw_text"], strict=True)
    said["matter"] = [matter_of.get(pair, "") for pair in pairs]
    return said


if __name__ == "__main__":
    sys.exit(main())
