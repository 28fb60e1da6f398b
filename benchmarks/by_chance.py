"""How far what themes find in the bundled sample depends on chance: found anew with other seeds, in both precisions.

    python -m benchmarks.by_chance STORE [QUARTER ...]    a store in which the sample's topics are published

A processor that computes in bfloat16 embeds in it, another one in float32, and the last bits differ; so do the layouts
of other seeds. Where one run finds a matter and the next one doesn't, the figures of a single run say little. A claim
about themes goes by the mean of these runs, and by the worst.

    F1        mean over planted matters of the theme that fits each best: sentences that are core or term
    lost      planted matters whose best theme has an F1 of .3 or less
    share     correlation over calls and matters of a theme's share of a call with the planted one; each sentence
              counts for one theme, the nearest. share_strict: for every theme that it is in

Figures are near to those of ``exposures.py``, which reads what was published.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

import click
import numpy as np

from benchmarks.published_themes import help_text, sentence_vectors, usable_sentences
from ftm_assets.themes.quarter_sentences import QuarterSentences, side_by_side
from ftm_assets.themes.theme_model import Theme, find_themes
from ftm_assets.themes.theme_parameters import ThemeParameters
from ftm_resources.embedding_model import EmbeddingModel
from ftm_resources.errors import FTMError, InputError
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.store.opening import open_store
from ftm_resources.transcript_sources.sample import planted_truth

SEEDS = (42, 47, 52)
"""The first of each set: a run takes five, this one and those that follow it."""
LOST = 0.3


@dataclass(frozen=True)
class PlantedQuarter:
    """The usable sentences of a quarter of the sample, and the matter each is planted on, "" for none, (n,)."""

    quarter: str
    sentences: QuarterSentences
    matter: np.ndarray


@dataclass(frozen=True)
class Fit:
    """How well themes fit the planted matters of a quarter. A row of ``cells`` is a matter and a call: the planted
    share, ``share`` and ``share_strict``."""

    f1: list[float]
    cells: np.ndarray  # (matters * calls, 3)


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=help_text(__doc__))
@click.argument("store")
@click.argument("quarters", nargs=-1)
def main(store: str, quarters: tuple[str, ...]) -> None:
    try:
        opened = open_store(store)
        published = [read(opened, quarter) for quarter in quarters or ("2023Q1", "2023Q2", "2023Q3", "2023Q4")]
    except FTMError as error:
        raise click.ClickException(str(error)) from error
    own = EmbeddingModel().identity()["dtype"]
    other = "float32" if own == "bfloat16" else "bfloat16"
    click.echo("precision  seeds from     F1  lost  share  share_strict")
    runs = []
    for precision in (own, other):
        those = published if precision == own else [in_precision(one, precision) for one in published]
        for seed in SEEDS:
            parameters = ThemeParameters(random_state=seed)
            found = [fit(one, find_themes(one.quarter, one.sentences, parameters).themes) for one in those]
            runs.append(figures(found))
            click.echo(f"{precision:9s}  {seed:10d}  {_line(runs[-1])}")
    click.echo(f"mean                   {_line(np.mean(runs, axis=0))}")
    worst = np.where([False, True, False, False], np.max(runs, axis=0), np.min(runs, axis=0))
    click.echo(f"worst                  {_line(worst)}")


def read(store: ObjectStore, quarter: str) -> PlantedQuarter:
    """A published quarter of the sample. Raises FTMError where the store has none."""
    rows = usable_sentences(store, quarter)
    sentences = side_by_side(rows, sentence_vectors(store, quarter, rows))
    matter_of = {(planted.firm_id, planted.sentence): planted.matter for planted in planted_truth(quarter)}
    said = zip(rows["firm_id"].to_pylist(), sentences.raw_texts, strict=True)
    matter = np.array([matter_of.get(pair, "") for pair in said], dtype=object)
    if not (matter != "").any():
        raise InputError(
            store.url, f"it holds no sentence that the bundled sample plants in {quarter}", "Run make demo"
        )
    return PlantedQuarter(quarter, sentences, matter)


def in_precision(published: PlantedQuarter, dtype: str) -> PlantedQuarter:
    """The same with vectors as another processor makes them."""
    vectors = EmbeddingModel(dtype=dtype).embed(published.sentences.cleaned_texts)
    return replace(published, sentences=replace(published.sentences, vectors=vectors.astype(np.float16)))


def fit(published: PlantedQuarter, themes: Sequence[Theme]) -> Fit:
    """How well these themes fit what is planted; for each matter, the one whose sentences fit best stands for it."""
    own = [theme.members.rows[theme.members.own] for theme in themes]
    nearest, best = np.full(len(published.sentences), -1), np.full(len(published.sentences), -2.0)
    for number, theme in enumerate(themes):
        similarity = theme.members.similarity[theme.members.own]
        nearer = similarity > best[own[number]]
        nearest[own[number][nearer]], best[own[number][nearer]] = number, similarity[nearer]
    calls = published.sentences.calls
    usable = np.bincount(calls)
    f1, cells = [], []
    for matter in sorted(set(published.matter) - {""}):
        planted = published.matter == matter
        of_each = [2 * planted[rows].sum() / (planted.sum() + len(rows)) for rows in own] or [0.0]
        number = int(np.argmax(of_each))
        f1.append(float(of_each[number]))
        held = own[number] if own else np.empty(0, np.int64)
        counted = [calls[planted], calls[nearest == number], calls[held]]
        cells.append(np.stack([np.bincount(some, minlength=len(usable)) / usable for some in counted], axis=1))
    return Fit(f1, np.concatenate(cells))


def figures(quarters: Sequence[Fit]) -> np.ndarray:
    """F1, matters lost, and the correlations of share and share_strict, (4,)."""
    f1 = np.concatenate([one.f1 for one in quarters])
    correlation = np.corrcoef(np.concatenate([one.cells for one in quarters]), rowvar=False)[0, 1:]
    return np.array([f1.mean(), (f1 <= LOST).sum(), *correlation])


def _line(figures: np.ndarray) -> str:
    f1, lost, share, strict = figures
    return f"{f1:5.3f}  {lost:4.1f}  {share:5.3f}  {strict:12.3f}"


if __name__ == "__main__":
    sys.exit(main())
