"""How much of what firms are known to have talked about a published quarter's themes find.

    python -m benchmarks.known_matters STORE QUARTER                    the bundled matters
    python -m benchmarks.known_matters STORE QUARTER my_matters.toml    others: a name and a regular expression a line

For each matter that five firms or more speak of, the theme that fits best:

    sF1        F1 of the theme's sentences against those that match the matter's words
    recall     share of the matter's sentences in the theme; precision: share of the theme's that are the matter's
    firms      share of the matter's firms with a sentence of it in the theme
    firmF1     F1 of the theme's firms against the matter's

A matter counts as found from an sF1 of .3, and as well found from .5. Agreement with industry says how far the themes
only tell apart what firms do: adjusted mutual information of content themes and 20 groups of firms, made by k-means of
their mean sentence vectors; 0 is chance, 1 the same division.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
import pyarrow as pa

from benchmarks.published_themes import (
    Members,
    class_counts,
    content_only,
    help_text,
    mean_vectors,
    rows_of,
    sentence_vectors,
    theme_classes,
    theme_members,
    usable_sentences,
)
from ftm_assets.themes.known_matters import BUNDLED_MATTERS, MatterScores, known_matters, load_matters
from ftm_resources.errors import FTMError
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.store.opening import open_store

INDUSTRIES = 20
FEWEST_FIRMS = 2 * INDUSTRIES
"""With fewer firms most groups would hold one of them, and the themes would be compared with single firms."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=help_text(__doc__))
@click.argument("store")
@click.argument("quarter")
@click.argument("matters", default=BUNDLED_MATTERS, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--content", is_flag=True, help="Measure content themes alone.")
@click.option("--brief", is_flag=True, help="Means alone, no line for each matter; and no agreement with industry.")
def main(store: str, quarter: str, matters: Path, content: bool, brief: bool) -> None:
    try:
        _measure(open_store(store), quarter, load_matters(matters), content, brief)
    except FTMError as error:
        raise click.ClickException(str(error)) from error


def _measure(store: ObjectStore, quarter: str, matters: Mapping[str, str], content: bool, brief: bool) -> None:
    began = time.monotonic()
    sentences, classes = usable_sentences(store, quarter), theme_classes(store, quarter)
    every = theme_members(store, quarter)
    members = content_only(every, classes) if content else every
    scores = known_matters(sentences["firm_id"], sentences["sentence_id"], sentences["raw_text"], members, matters)
    if not brief:
        for line in matter_lines(scores):
            click.echo(line)
    click.echo(f"{quarter}: {summary(scores)}")
    click.echo(f"themes: {class_counts(classes)}{'; content themes alone were measured' if content else ''}")
    click.echo(str(coverage(sentences, members)))
    if not brief:
        vectors = sentence_vectors(store, quarter, sentences)
        agreement = agreement_with_industry(sentences, vectors, content_only(every, classes))
        click.echo(
            f"agreement of content themes with industry: {agreement:.3f}"
            if agreement is not None
            else f"agreement with industry is not measured: fewer than {FEWEST_FIRMS} firms, or no content theme"
        )
    click.echo(f"{time.monotonic() - began:.1f} s", err=True)


def matter_lines(scores: MatterScores) -> list[str]:
    """A line for each matter, the best found first."""
    best_first = sorted(scores.matters, key=lambda matter: (-matter.sentence_f1, matter.name))
    return [
        f"{matter.name:36s} {matter.n_firms:4d} firms {matter.n_sentences:5d} sentences | sF1 {matter.sentence_f1:.2f} "
        f"recall {matter.recall:.2f} precision {matter.precision:.2f} firms {matter.firms:.2f} "
        f"firmF1 {matter.firm_f1:.2f} {matter.best_theme or ''}".rstrip()
        for matter in best_first
    ]


def summary(scores: MatterScores) -> str:
    """The means over all matters, in one line."""
    return (
        f"{len(scores.matters)} matters; sF1 {scores.sentence_f1:.3f} recall {scores.recall:.2f} "
        f"precision {scores.precision:.2f} firms {scores.firms:.2f} firmF1 {scores.firm_f1:.2f}; "
        f"found {scores.found:.2f}, well found {scores.well_found:.2f}"
    )


@dataclass(frozen=True)
class Coverage:
    """How much of a quarter is in themes, and in how many."""

    n_themes: int
    n_sentences: int  # usable ones
    share_in_a_theme: float
    themes_of_a_sentence: float  # on average, over sentences in a theme

    def __str__(self) -> str:
        return (
            f"{self.n_themes} themes; {self.share_in_a_theme:.2f} of {self.n_sentences:,} usable sentences in a theme, "
            f"each in {self.themes_of_a_sentence:.2f} on average"
        )


def coverage(sentences: pa.Table, members: Members) -> Coverage:
    """How much of the usable sentences these themes hold."""
    times = np.zeros(sentences.num_rows, np.int64)
    for rows in rows_of(members, sentences).values():
        times[rows] += 1
    held = times[times > 0]
    share = len(held) / len(times) if len(times) else 0.0
    return Coverage(len(members), len(times), share, float(held.mean()) if len(held) else 0.0)


def agreement_with_industry(sentences: pa.Table, vectors: np.ndarray, members: Members) -> float | None:
    """Adjusted mutual information of themes and groups of firms, over pairs of a sentence and a theme that holds it.

    ``vectors`` is (n_sentences, dimensions), nan where there is none. None where there are too few firms.
    """
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_mutual_info_score

    firm_of = sentences["firm_id"].to_pylist()
    of_firm: dict[str, list[int]] = {}
    for row, firm in enumerate(firm_of):
        of_firm.setdefault(firm, []).append(row)
    firms, means = mean_vectors(vectors, of_firm)
    if len(firms) < FEWEST_FIRMS:
        return None
    groups = KMeans(INDUSTRIES, n_init=10, random_state=0).fit_predict(means)
    industry = dict(zip(firms, groups.tolist(), strict=True))
    pairs = [
        (theme, industry[firm_of[row]])
        for theme, rows in sorted(rows_of(members, sentences).items())
        for row in rows
        if firm_of[row] in industry
    ]
    if not pairs:
        return None
    themes, industries = zip(*pairs, strict=True)
    return float(adjusted_mutual_info_score(industries, themes))


if __name__ == "__main__":
    sys.exit(main())
