"""How well themes find what was planted in the bundled sample, sentence by sentence.

    python -m benchmarks.planted_matters STORE QUARTER    a store in which the sample's themes are published

What is planted where is known for certain here, paraphrases included, so no word decides: this is the check on
``known_matters.py``, which goes by words. The figures are the same, for each planted matter.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping

import click
import numpy as np
import pyarrow as pa

from benchmarks.known_matters import coverage, matter_lines, summary
from benchmarks.published_themes import (
    class_counts,
    content_only,
    help_text,
    theme_classes,
    theme_members,
    usable_sentences,
)
from ftm_assets.themes.known_matters import MatterScores, score_matters
from ftm_resources.errors import FTMError
from ftm_resources.store.opening import open_store
from ftm_resources.transcript_sources.sample import planted_sentences

FEWEST_FIRMS = 2
"""What one firm alone speaks of is no theme across firms."""


def planted_scores(
    sentences: pa.Table, members: Mapping[str, Iterable[str]], planted: Mapping[str, str]
) -> MatterScores:
    """How well themes find each planted matter.

    Parameters
    ----------
    sentences: the usable ones, with firm_id, sentence_id and raw_text.
    members: the sentence ids of each theme, by theme id.
    planted: the matter of each planted sentence, by its raw text.
    """
    matter_of = np.array([planted.get(text, "") for text in sentences["raw_text"].to_pylist()], dtype=object)
    said = {matter: matter_of == matter for matter in sorted(set(planted.values()))}
    return score_matters(sentences["firm_id"], sentences["sentence_id"], said, members, FEWEST_FIRMS)


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=help_text(__doc__))
@click.argument("store")
@click.argument("quarter")
@click.option("--content", is_flag=True, help="Measure content themes alone.")
@click.option("--brief", is_flag=True, help="Means alone, no line for each matter.")
def main(store: str, quarter: str, content: bool, brief: bool) -> None:
    try:
        opened = open_store(store)
        sentences = usable_sentences(opened, quarter)
        members, classes = theme_members(opened, quarter), theme_classes(opened, quarter)
    except FTMError as error:
        raise click.ClickException(str(error)) from error
    if content:
        members = content_only(members, classes)
    scores = planted_scores(sentences, members, planted_sentences(quarter))
    if not scores.matters:
        raise click.ClickException(f"{store} holds no sentence that the bundled sample plants in {quarter}")
    if not brief:
        for line in matter_lines(scores):
            click.echo(line)
    click.echo(f"{quarter}: {summary(scores)}")
    click.echo(f"themes: {class_counts(classes)}{'; content themes alone were measured' if content else ''}")
    click.echo(str(coverage(sentences, members)))


if __name__ == "__main__":
    sys.exit(main())
