"""Read a quarter's themes: test the reader, ask it, and score its answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from benchmarks.published_themes import (
    CONTENT_CLASSES,
    mean_vectors,
    rows_of,
    sentence_vectors,
    theme_sentences,
    usable_sentences,
)
from benchmarks.reading_test.choice import (
    Hidden,
    Member,
    Theme,
    chosen,
    members_to_read,
    nearest,
    sentences_of_others,
    surest,
    unrelated,
    with_intruders,
)
from benchmarks.reading_test.questions import FIT_PROMPT, INTRUDER_PROMPT, fit_question, intruder_question
from benchmarks.reading_test.scores import OTHERS, Estimate, FitScores, auc, fit_scores, over_themes
from ftm_resources.contract.manifest import load_manifest
from ftm_resources.contract.schemas import NAMED_THEMES
from ftm_resources.errors import InputError
from ftm_resources.llm.answer_cache import ask_with_cache
from ftm_resources.llm.endpoint import LLMEndpoint
from ftm_resources.store.object_store import ObjectStore

LOWEST_AUC = 0.7
"""A reader that tells right names from swapped ones less well than this is not trusted."""
FEWEST_THEMES = 5
"""With fewer, there is hardly another theme to swap names with or to take an intruder from."""

OnProgress = Callable[[str], None]


@dataclass(frozen=True)
class Reading:
    """What a reader found. Without figures where the reader itself is not to be trusted."""

    n_themes: int
    calibration: float  # AUC of sentences under their theme's name against the same under another theme's
    n_calibrated: int  # sentences
    fit: FitScores | None = None
    intruder: Estimate | None = None

    @property
    def trusted(self) -> bool:
        """Whether the reader tells right names from swapped ones."""
        return self.calibration >= LOWEST_AUC


def read_themes(store: ObjectStore, quarter: str, llm: LLMEndpoint, count: int, on_progress: OnProgress) -> Reading:
    """Have so many content themes of a published quarter read.

    Raises ManifestError, LLMError, and InputError where there are too few themes to read.
    """
    sentences = usable_sentences(store, quarter)
    themes = content_themes(store, quarter, sentences)
    if len(themes) < FEWEST_THEMES:
        raise InputError(
            quarter,
            f"it has {len(themes)} content themes",
            f"Choose a quarter with {FEWEST_THEMES} at least: reading needs them",
        )
    texts = dict(zip(sentences["sentence_id"].to_pylist(), sentences["raw_text"].to_pylist(), strict=True))
    reader = _Reader(store, llm, texts, on_progress)
    to_read = [_ToRead(theme, members_to_read(theme), unrelated(theme, themes)) for theme in chosen(themes, count)]
    right, swapped = _calibration(reader, to_read)
    calibration = auc(right, swapped) if right else 0.0
    reading = Reading(len(to_read), calibration, len(right))
    if not reading.trusted:
        return reading
    fit = fit_scores(_fits(reader, to_read))
    means = _mean_of_themes(store, quarter, sentences, themes)
    return Reading(len(to_read), calibration, len(right), fit, over_themes(_intruders_found(reader, to_read, means)))


def content_themes(store: ObjectStore, quarter: str, sentences: pa.Table) -> list[Theme]:
    """The content themes of a quarter under the names they were given, with their usable sentences."""
    firm_of = dict(zip(sentences["sentence_id"].to_pylist(), sentences["firm_id"].to_pylist(), strict=True))
    members: dict[str, list[Member]] = defaultdict(list)
    for row in theme_sentences(store, quarter).to_pylist():
        if (firm := firm_of.get(row["sentence_id"])) is not None:
            members[row["theme_id"]].append(Member(row["sentence_id"], firm, row["strength"]))
    columns = ["theme_id", "theme_class", "name", "description"]
    named = load_manifest(store, NAMED_THEMES, quarter).table("named_themes", columns=columns).to_pylist()
    return [
        Theme.of(row["theme_id"], row["name"], row["description"] or "", members[row["theme_id"]])
        for row in named
        if row["theme_class"] in CONTENT_CLASSES and members[row["theme_id"]]
    ]


@dataclass(frozen=True)
class _ToRead:
    theme: Theme
    members: list[Member]
    unrelated: list[Theme]  # by chance


@dataclass(frozen=True)
class _Reader:
    """The language model, and the words of the sentences it is asked about."""

    store: ObjectStore
    llm: LLMEndpoint
    texts: Mapping[str, str] = field(repr=False)
    on_progress: OnProgress

    def fits(self, pairs: Sequence[tuple[Theme, str]]) -> list[int]:
        """How well each sentence fits the theme it is asked with, from 1 to 5."""
        forms = [fit_question(theme.name, theme.description, self.texts[sentence]) for theme, sentence in pairs]
        asked, _ = ask_with_cache(self.store, self.llm, FIT_PROMPT, forms, self.on_progress, len(forms))
        return [each.answer.fit for each in asked]

    def intruders(self, questions: Sequence[Sequence[str]]) -> list[int]:
        """The number of the sentence that does not belong, for each list of sentences."""
        forms = [intruder_question([self.texts[sentence] for sentence in ids]) for ids in questions]
        asked, _ = ask_with_cache(self.store, self.llm, INTRUDER_PROMPT, forms, self.on_progress, len(forms))
        return [each.answer.intruder for each in asked]


def _calibration(reader: _Reader, to_read: Sequence[_ToRead]) -> tuple[list[int], list[int]]:
    """How well each theme's surest sentences fit it, and how well the same fit a theme they have nothing to do with."""
    right, swapped = [], []
    for each in to_read:
        if each.unrelated:
            other = each.unrelated[0]
            ids = [m.sentence_id for m in surest(each.members) if m.sentence_id not in other.sentence_ids]
            right += [(each.theme, sentence) for sentence in ids]
            swapped += [(other, sentence) for sentence in ids]
    fits = reader.fits(right + swapped)
    return fits[: len(right)], fits[len(right) :]


def _fits(reader: _Reader, to_read: Sequence[_ToRead]) -> list[dict[str, list[int]]]:
    """For each theme the answers about its members, by strength, and about as many sentences of other themes."""
    asked = []  # number of the theme, kind of sentence, theme, sentence
    for number, each in enumerate(to_read):
        others = sentences_of_others(each.theme, each.unrelated, len(each.members))
        asked += [(number, member.strength, each.theme, member.sentence_id) for member in each.members]
        asked += [(number, OTHERS, each.theme, sentence) for sentence in others]
    found: list[dict[str, list[int]]] = [defaultdict(list) for _ in to_read]
    fits = reader.fits([(theme, sentence) for _, _, theme, sentence in asked])
    for (number, kind, _, _), fit in zip(asked, fits, strict=True):
        found[number][kind].append(fit)
    return found


def _intruders_found(reader: _Reader, to_read: Sequence[_ToRead], means: Mapping[str, np.ndarray]) -> list[float]:
    """For each theme that can be asked about, the share of its intruders that were found."""
    hidden = [(each.theme.theme_id, question) for each in to_read for question in _hidden(each, means)]
    answers = reader.intruders([question.sentence_ids for _, question in hidden])
    found: dict[str, list[bool]] = defaultdict(list)
    for (theme, question), answer in zip(hidden, answers, strict=True):
        found[theme].append(answer == question.intruder)
    return [float(np.mean(right)) for right in found.values()]


def _hidden(each: _ToRead, means: Mapping[str, np.ndarray]) -> list[Hidden]:
    neighbor = nearest(each.theme, each.unrelated, means)
    return with_intruders(each.theme, neighbor) if neighbor is not None else []


def _mean_of_themes(
    store: ObjectStore, quarter: str, sentences: pa.Table, themes: Sequence[Theme]
) -> dict[str, np.ndarray]:
    """The direction of each theme's sentences, (dimensions,), from the middle of all themes."""
    members = {theme.theme_id: sorted(theme.sentence_ids) for theme in themes}
    names, means = mean_vectors(sentence_vectors(store, quarter, sentences), rows_of(members, sentences))
    means = means - means.mean(axis=0)
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    return dict(zip(names, means / np.where(lengths > 0, lengths, 1), strict=True))
