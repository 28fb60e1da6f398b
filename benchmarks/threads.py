"""How well threads follow matters over quarters, and what other ways to link would do.

    python -m benchmarks.threads STORE                     a store of the bundled sample: against what is planted
    python -m benchmarks.threads STORE my_matters.toml     any other store: by matters known by their words
    python -m benchmarks.threads STORE --alternatives      other similarities, a line each
    python -m benchmarks.threads STORE --true-themes       with the planted sentences of each matter for a theme

A matter is held by a quarter when a theme of it fits with a sentence F1 of .25 or more. Measured is

    pairs      of the matters that two neighboring published quarters hold, the share that is one thread
    one thread of the matters of the whole year that two quarters hold or more, the share that is one thread in all
    events     F1 of births, deaths, splits and merges of planted matters, by the kinds of their themes' links; and the
               same where a split counts as a birth, and a merge as a death
    trends     share of threads of planted matters that rise or fall as planted while they are there

A theme holds the matter that it fits best, and no other: a thread can follow one of two that share a theme. With
--true-themes nothing is lost in finding themes, so that what is measured is the linking alone.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

import click
import numpy as np

from benchmarks.planted_matters import planted_scores
from benchmarks.published_themes import help_text, sentence_vectors, theme_members, theme_sentences, usable_sentences
from ftm_assets.theme_history import similarity
from ftm_assets.theme_history.limits import known_pairs, learned
from ftm_assets.theme_history.linking import BORN, GONE, MERGE, SPLIT
from ftm_assets.theme_history.publish import make_history
from ftm_assets.theme_history.quarter import Quarter, QuarterTheme
from ftm_assets.theme_history.reading import published_quarters, read_quarters
from ftm_assets.theme_history.sentences import read_term_uses
from ftm_assets.theme_history.tables import History, thread_firm_rows, thread_quarter_rows, thread_rows
from ftm_assets.theme_history.threads import Given
from ftm_assets.theme_history.trend import slope
from ftm_assets.themes.halves import FEWEST_FIRMS, half_lexicon_similarity, half_similarity
from ftm_assets.themes.known_matters import known_matters, load_matters
from ftm_assets.themes.members import ThemeMembers
from ftm_assets.themes.quarter_sentences import QuarterSentences, call_numbers
from ftm_assets.themes.terms import is_subject, vectorizer
from ftm_assets.themes.theme_parameters import ThemeParameters
from ftm_assets.themes.vector_space import centered, direction, in_context, whitening
from ftm_resources.errors import FTMError
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.store.opening import open_store
from ftm_resources.transcript_sources.sample import planted_sentences
from ftm_resources.transcript_sources.sample.schedule import EVENTS, PLANTED_THEMES

HELD = 0.25

Held = Mapping[str, Mapping[str, str]]
"""By quarter and matter the theme that holds it."""

_EVENT_KINDS = (BORN, GONE, SPLIT, MERGE)


@dataclass(frozen=True)
class Figures:
    """Of each figure how many are right, and of how many."""

    pairs: tuple[int, int]
    one_thread: tuple[int, int]
    events: tuple[int, int, int]  # right, found, planted
    trends: tuple[int, int]
    began_or_ended: tuple[int, int, int] = (0, 0, 0)  # the same

    def __str__(self) -> str:
        parts = [f"pairs {_share(*self.pairs)}", f"one thread {_share(*self.one_thread)}"]
        if self.events[2]:
            right, found, planted = self.events
            parts += [f"events F1 {_f1(*self.events):.2f} ({right} right, {found} found, {planted} planted)"]
            parts += [f"began or ended F1 {_f1(*self.began_or_ended):.2f} ({self.began_or_ended[0]} right)"]
            parts += [f"trends {_share(*self.trends)}"]
        return ", ".join(parts)


def _f1(right: int, found: int, planted: int) -> float:
    return 2 * right / (found + planted) if found + planted else 0.0


def _share(right: int, of: int) -> str:
    return f"{right / of:.2f} ({right} of {of})" if of else "- (0)"


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=help_text(__doc__))
@click.argument("store")
@click.argument("matters", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--alternatives", is_flag=True, help="Other similarities, a line each.")
@click.option("--brief", is_flag=True, help="No line for each matter.")
@click.option("--true-themes", is_flag=True, help="The planted sentences of each matter for a theme.")
def main(store: str, matters: Path | None, alternatives: bool, brief: bool, true_themes: bool) -> None:
    try:
        opened = open_store(store)
        quarters = [one.quarter for one in read_quarters(opened, published_quarters(opened))]
        if true_themes:
            quarters = _with_uses(opened, [_true_themes(opened, quarter) for quarter in quarters])
            held = {quarter.quarter: {theme.name: theme.theme_id for theme in quarter.themes} for quarter in quarters}
        else:
            held = {quarter.quarter: _held(opened, quarter.quarter, matters) for quarter in quarters}
    except FTMError as error:
        raise click.ClickException(str(error)) from error
    planted = matters is None
    history = history_of(quarters)
    if not brief:
        for line in lines(history, held):
            click.echo(line)
    click.echo(f"{len(set(history.ids.values()))} threads of {len(history.ids)} themes in {len(quarters)} quarters")
    click.echo(str(measured(history, held, planted)))
    if alternatives:
        for name, changed in _alternatives(opened, quarters, centroids=not true_themes):
            with changed() as others:
                click.echo(f"{name:44s} {measured(history_of(others), held, planted)}")


def history_of(quarters: Sequence[Quarter]) -> History:
    """The history of these quarters, made for the first time."""
    return make_history(list(quarters), Given(), learned(map(known_pairs, quarters)))


def _held(store: ObjectStore, quarter: str, matters: Path | None) -> dict[str, str]:
    sentences, members = usable_sentences(store, quarter), theme_members(store, quarter)
    if matters is None:
        scores = planted_scores(sentences, members, planted_sentences(quarter))
    else:
        firms, ids, texts = (sentences[name] for name in ("firm_id", "sentence_id", "raw_text"))
        scores = known_matters(firms, ids, texts, members, load_matters(matters))
    best_first = sorted(scores.matters, key=lambda matter: (-matter.sentence_f1, matter.name))
    held: dict[str, str] = {}
    for matter in best_first:
        if matter.best_theme and matter.sentence_f1 >= HELD and matter.best_theme not in held.values():
            held[matter.name] = matter.best_theme
    return held


def _true_themes(store: ObjectStore, quarter: Quarter) -> Quarter:
    """The quarter with a theme for each planted matter: its sentences, where they point, and the terms they share."""
    rows = usable_sentences(store, quarter.quarter)
    texts, cleaned, ids = (rows[name].to_pylist() for name in ("raw_text", "cleaned_text", "sentence_id"))
    firm_ids, firms = np.unique(np.array(rows["firm_id"].to_pylist()), return_inverse=True)
    vectors = sentence_vectors(store, quarter.quarter, rows)
    sentences = QuarterSentences(
        ids, texts, cleaned, firms, [str(firm) for firm in firm_ids], call_numbers(rows), vectors
    )
    whitened = in_context(whitening(vectors)(vectors), sentences.calls, ThemeParameters().context_weight)
    counter = vectorizer(min_df=5)
    uses = counter.fit_transform(cleaned).tocsr()
    names, n_uses = counter.get_feature_names_out(), np.asarray(uses.sum(axis=0)).ravel()
    matter_of = planted_sentences(quarter.quarter)
    matters = np.array([matter_of.get(text, "") for text in texts])
    themes = []
    for matter in sorted({*matters.tolist()} - {""}):
        own = np.flatnonzero(matters == matter)
        inside = np.asarray(uses[own].sum(axis=0)).ravel()
        # As the lexicon of a theme is made: a fifth of the term's uses, and one in twenty of the theme's sentences.
        good = np.flatnonzero((inside >= 0.2 * n_uses) & (inside >= 0.05 * len(own)))
        terms = {str(names[at]): float(inside[at] / len(own)) for at in good if is_subject(str(names[at]))}
        towards = direction(whitened[own], firms[own])
        members = ThemeMembers(own, np.zeros(len(own), int), whitened[own] @ towards, towards)
        speakers = [sentences.firm_ids[firm] for firm in firms[own]]
        themes.append(
            QuarterTheme(
                f"theme_{quarter.quarter}_{matter}",
                matter,
                "content",
                "found",
                [],
                terms,
                towards,
                {firm: speakers.count(firm) for firm in sorted({*speakers})},
                len({*speakers}),
                half_similarity(members, whitened, sentences),
                half_lexicon_similarity(members, sorted(terms), sentences),
            )
        )
    return replace(quarter, themes=themes)


def _with_uses(store: ObjectStore, quarters: Sequence[Quarter]) -> list[Quarter]:
    """These quarters with how often each uses the terms of all of them."""
    terms = {term for quarter in quarters for theme in quarter.themes for term in theme.terms}
    return [replace(quarter, uses=read_term_uses(store, quarter.quarter, terms)) for quarter in quarters]


def lines(history: History, held: Held) -> list[str]:
    """For each matter the thread of its theme in each quarter, "-" where none holds it."""
    matters = sorted({matter for of in held.values() for matter in of})
    return [
        f"{matter:36s} "
        + "  ".join(f"{history.ids[q, of[matter]] if matter in of else '-':18s}" for q, of in sorted(held.items()))
        for matter in matters
    ]


def measured(history: History, held: Held, planted: bool) -> Figures:
    """All figures. ``held`` says which theme holds which matter; ``planted`` whether they are the sample's."""
    pairs = [
        history.ids[one, held[one][matter]] == history.ids[other, held[other][matter]]
        for one, other in pairwise(sorted(held))
        for matter in sorted(held[one].keys() & held[other].keys())
    ]
    one_thread = []
    for matter in sorted({matter for of in held.values() for matter in of}):
        threads = [history.ids[quarter, of[matter]] for quarter, of in sorted(held.items()) if matter in of]
        if len(threads) > 1 and (not planted or _all_year(matter)):
            one_thread.append(len(set(threads)) == 1)
    events, began_or_ended = _events(history, held) if planted else ((0, 0, 0), (0, 0, 0))
    trends = _trends(history, held) if planted else (0, 0)
    return Figures((sum(pairs), len(pairs)), (sum(one_thread), len(one_thread)), events, trends, began_or_ended)


def _firms(matter: str) -> Mapping[str, int]:
    return next(theme.firms_by_quarter for theme in PLANTED_THEMES if theme.key == matter)


def _all_year(matter: str) -> bool:
    return all(_firms(matter).values())


def _events(history: History, held: Held) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """Births, deaths, splits and merges of held matters: right, found and planted; and the same where a split counts as
    a birth, and a merge as a death.

    What is named of a matter that is planted in the other quarter is wrong, whether or not a theme holds it there.
    """
    found: set[tuple[str, str, str]] = set()
    planted: set[tuple[str, str, str]] = set()
    merged = {(e.quarter, before) for e in EVENTS if e.kind == "merges" for before in set(e.before) - set(e.after)}
    split = {(e.quarter, after) for e in EVENTS if e.kind != "merges" for after in e.after}
    ends = {(event.quarter, matter) for event in EVENTS if event.kind == "splits" for matter in event.before}
    for before, after in pairwise(sorted(held)):
        comes = {link.theme_to: link.kind for link in history.links if link.quarter_to == after and link.kind != MERGE}
        goes = {
            link.theme_from: link.kind
            for link in history.links
            if link.quarter_from == before and link.quarter_to == after and link.kind != SPLIT
        }
        for matter, theme in held[after].items():
            if (kind := comes.get(theme, "")) in _EVENT_KINDS:
                found.add((after, matter, kind))
            if _firms(matter)[before] == 0:
                planted.add((after, matter, SPLIT if (after, matter) in split else BORN))
        for matter, theme in held[before].items():
            # A matter that gives way to others ends where they begin: that it is gone is right, and not asked for.
            if (kind := goes.get(theme, "")) in _EVENT_KINDS and (after, matter) not in ends:
                found.add((after, matter, kind))
            if _firms(matter)[after] == 0 and (after, matter) not in ends:
                planted.add((after, matter, MERGE if (after, matter) in merged else GONE))
    as_one = {SPLIT: BORN, MERGE: GONE}
    rough, planted_roughly = ({(q, m, as_one.get(kind, kind)) for q, m, kind in some} for some in (found, planted))
    return (
        (len(found & planted), len(found), len(planted)),
        (len(rough & planted_roughly), len(rough), len(planted_roughly)),
    )


def _trends(history: History, held: Held) -> tuple[int, int]:
    firms = thread_firm_rows(history)
    slopes = {row["thread_id"]: row["slope"] for row in thread_rows(history, thread_quarter_rows(history, firms), [])}
    right = []
    for theme in PLANTED_THEMES:
        threads = {history.ids[quarter, of[theme.key]] for quarter, of in held.items() if theme.key in of}
        n_held = sum(theme.key in of for of in held.values())
        planted = slope([firms or None for firms in theme.firms_by_quarter.values()])
        if planted and theme.shape != "peaks" and len(threads) == 1 and n_held > 1:
            right.append(np.sign(slopes[threads.pop()] or 0) == np.sign(planted))
    return sum(right), len(right)


Changed = Callable[[], AbstractContextManager[Sequence[Quarter]]]


def _alternatives(store: ObjectStore, quarters: Sequence[Quarter], centroids: bool) -> Iterator[tuple[str, Changed]]:
    for name, weight in [
        ("centroids alone", 1.0),
        ("centroids .6, lexicons .4", 0.6),
        ("half and half", 0.5),
        ("lexicons alone", 0.0),
    ]:
        yield name, _with_weight(quarters, weight)
    if centroids:
        plain = [_mean_centered(store, quarter) for quarter in quarters]
        yield "mean-centered centroids, mixed as decided", _with_weight(plain, similarity.CENTROID_WEIGHT)
        yield "mean-centered centroids alone", _with_weight(plain, 1.0)
    for weight in (0.0, 0.1, 0.2, 0.5):
        yield f"firms' continuity weighs {weight}", _with_firms(quarters, weight)


def _with_weight(quarters: Sequence[Quarter], weight: float) -> Changed:
    @contextmanager
    def changed() -> Iterator[Sequence[Quarter]]:
        with patch.object(similarity, "CENTROID_WEIGHT", weight):
            yield quarters

    return changed


def _with_firms(quarters: Sequence[Quarter], weight: float) -> Changed:
    @contextmanager
    def changed() -> Iterator[Sequence[Quarter]]:
        with patch.object(similarity, "FIRMS_WEIGHT", weight):
            yield quarters

    return changed


def _mean_centered(store: ObjectStore, quarter: Quarter) -> Quarter:
    """The quarter with centroids, and similarities of halves, among vectors that are only mean-centered."""
    sentences = usable_sentences(store, quarter.quarter)
    vectors = centered(sentence_vectors(store, quarter.quarter, sentences))
    place = {sentence: row for row, sentence in enumerate(sentences["sentence_id"].to_pylist())}
    ids, firms = np.unique(np.array(sentences["firm_id"].to_pylist()), return_inverse=True)
    rows: dict[str, list[int]] = {}
    for row in theme_sentences(store, quarter.quarter).to_pylist():
        if row["strength"] != "near":
            rows.setdefault(row["theme_id"], []).append(place[row["sentence_id"]])
    themes = []
    for theme in quarter.themes:
        own = np.array(sorted(rows[theme.theme_id]))
        order = sorted(np.unique(firms[own]).tolist(), key=lambda f: hashlib.sha256(str(ids[f]).encode()).hexdigest())
        half = None
        if len(order) >= FEWEST_FIRMS:
            first = np.isin(firms[own], order[::2])
            one, other = (direction(vectors[some], firms[some]) for some in (own[first], own[~first]))
            half = float(one @ other)
        themes.append(replace(theme, centroid=direction(vectors[own], firms[own]), half_similarity=half))
    return replace(quarter, themes=themes)


if __name__ == "__main__":
    sys.exit(main())
