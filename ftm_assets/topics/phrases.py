"""The phrases that tell a theme from all others, as they are said: "minimum wage", not "wage, minimum, worker".

Plain text and row numbers in, phrases out. How sentences become words is ``spoken_words.py``, which words say nothing
is ``phrase_words.py``, and what a name is made of is ``naming/keyword_names.py``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ftm_assets.naming.quality import said
from ftm_assets.topics.phrase_words import DIRECTIONS, EMPTY_WORDS, LINKS, NEVER_FIRST, NEVER_LAST
from ftm_assets.topics.places_and_dates import PLACES
from ftm_assets.topics.spoken_words import CONTENT, LINK, SpokenWords, bare, grammar, read_words, without_names
from ftm_assets.topics.words import REPORTING_WORDS

LONGEST_PHRASE = 4
FEWEST_FIRMS = 3
FIRMS_OF_A_SMALL_THEME = 6
"""In themes of so few firms, two firms are enough for a phrase."""

_BY_LENGTH = np.array([0.0, 1.0, 1.5, 1.5, 1.3])
"""What a phrase of so many words is worth: "wage" is half of "minimum wage"."""

_PART_OF_A_PHRASE, _PART_OF_A_GOOD_ONE = 0.35, 0.25
"""With this share of a phrase's uses, a longer phrase takes its place; with less, where the longer one is a term or
nearly as good: "clinical trials" of "trial", but not "regional banks" of "banks", where one in five is regional.
"""

_NEARLY_AS_GOOD = 0.7
"""Share of the shorter phrase's score."""

_NOTHING = 0.1
"""A theme whose best phrase scores less has none."""

_FAIR, _POOR = 0.1, 0.045
"""A phrase with less than this part of the best one's score is no keyword; the second may be poorer."""

_LOOKED_AT = 60
"""Phrases of a theme that are compared with each other."""

_USES_READ = 300
"""Of a phrase, to see how it is mostly written."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as it is mostly written, and what speaks for it."""

    text: str
    score: float
    share_in_theme: float  # of the sentences that use the phrase
    share_of_theme: float  # of the theme's sentences
    n_firms: int


@dataclass(frozen=True)
class Members:
    """The sentences of a theme or topic, as places in all sentences, and the lemmas that it is anchored on, if any."""

    rows: np.ndarray  # (n,) int
    similarity: np.ndarray | None = None  # (n,) of each to the theme's center; None where it isn't known
    terms: Sequence[str] = ()
    group: str = ""  # what it is told apart from: themes from all sentences, a topic from its firm's other topics


def surface_phrases(
    raw_texts: Sequence[str],
    firm_ids: Sequence[str],
    themes: Sequence[Members],
    most: int = 10,
    firm_names: Iterable[str] = (),
) -> list[list[Phrase]]:
    """The best phrases of each theme, best first; its terms where no phrase tells it apart.

    Parameters
    ----------
    raw_texts, firm_ids : (n_sentences,)
        All sentences, and who said them.
    themes : sequence of Members
        Their sentences. A sentence may be in several themes.
    most : int
        As many phrases as a theme gets at most.
    firm_names : iterable of str
        Names of firms: no phrase holds one.
    """
    if not sum(len(theme.rows) for theme in themes):
        return [[] for _ in themes]
    firms = np.unique(np.asarray(firm_ids, dtype=object).astype(str), return_inverse=True)[1]
    spoken = without_names(read_words(raw_texts), (words for name in firm_names if (words := said(name))))
    terms = frozenset(term for theme in themes for term in theme.terms)
    found = _find(spoken, np.unique(np.concatenate([theme.rows for theme in themes])), terms)
    uses = _uses_by_theme(found, themes)
    in_all, elsewhere = _told_apart(found, themes, uses)
    chosen = [_best(found, firms, theme, uses[at], in_all[at], elsewhere[at])[:most] for at, theme in enumerate(themes)]
    texts = _written(spoken, found, sorted({phrase for some in chosen for phrase, _ in some}))
    said_best = [[replace(known, text=texts[phrase]) for phrase, known in some] for some in chosen]
    return [some or _of_terms(theme, most) for some, theme in zip(said_best, themes, strict=True)]


def _of_terms(theme: Members, most: int) -> list[Phrase]:
    """The terms of a theme that has no phrase, longer ones first: better than nothing."""
    terms = sorted(theme.terms, key=lambda term: -len(term.split()))
    return [Phrase(term, 0.0, 0.0, 0.0, 0) for term in terms[:most]]


@dataclass(frozen=True)
class _Found:
    """Every use of every phrase that may be chosen."""

    phrase: np.ndarray  # (uses,) number of the phrase
    start: np.ndarray  # (uses,) its first token
    lemmas: list[tuple[str, ...]]  # (phrases,)
    sentences: Any  # (sentences, phrases) sparse, 1 where a sentence uses a phrase


def _find(spoken: SpokenWords, members: np.ndarray, terms: frozenset[str]) -> _Found:
    """The phrases that are used twice in the sentences ``members``, with their uses in all sentences."""
    from scipy.sparse import csr_matrix

    n_sentences = int(max(spoken.sentence.max(initial=0), members.max(initial=0))) + 1
    is_member = np.zeros(n_sentences, bool)
    is_member[members] = True
    start, code, length = _runs(spoken, terms, is_member[spoken.sentence])
    _, example, phrase = np.unique(code * (LONGEST_PHRASE + 1) + length, return_index=True, return_inverse=True)
    often = np.bincount(phrase[is_member[spoken.sentence[start]]], minlength=len(example)) > 1
    lemmas: dict[int, tuple[str, ...]] = {}
    for at in np.flatnonzero(often).tolist():
        begin = start[example[at]]
        words = tuple(spoken.lemmas[lemma] for lemma in spoken.lemma[begin : begin + length[example[at]]])
        if _says_something(words, terms):
            lemmas[at] = words
    number = np.full(len(example), -1)
    number[list(lemmas)] = np.arange(len(lemmas))
    kept = number[phrase] >= 0
    phrase, start = number[phrase[kept]], start[kept]
    shape = (n_sentences, len(lemmas))
    sentences = csr_matrix((np.ones(len(phrase), np.float32), (spoken.sentence[start], phrase)), shape=shape)
    sentences.data[:] = 1  # a phrase counts once in a sentence
    return _Found(phrase, start, list(lemmas.values()), sentences)


def _runs(
    spoken: SpokenWords, terms: frozenset[str], in_members: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(uses,) each: the first token of a run of words that may be a phrase, a number of its lemmas, and its length.

    Only words that ``in_members`` tokens use twice are looked at. Longer runs are made of shorter ones used twice.
    """
    can = grammar(spoken, terms)
    often = np.bincount(spoken.lemma[in_members], minlength=len(spoken.lemmas))[spoken.lemma] > 1
    content, link = (spoken.kind == CONTENT) & often, spoken.kind == LINK
    single = np.flatnonzero(content & can.alone)
    runs = [(single, spoken.lemma[single].astype(np.int64), np.ones(len(single), np.int64))]
    start = np.flatnonzero(content & can.begins)
    code, links = spoken.lemma[start].astype(np.int64), np.zeros(len(start), np.int8)
    for length in range(2, LONGEST_PHRASE + 1):
        last = start + length - 1
        fits = last < len(spoken.token)
        fits[fits] = ((content & can.goes_on) | link)[last[fits]] & ~spoken.starts[last[fits]]
        fits[fits] &= links[fits] + link[last[fits]] <= 1
        start, code, last = start[fits], code[fits], last[fits]
        links = links[fits] + link[last]
        _, code, times = np.unique(
            code * (len(spoken.lemmas) + 1) + spoken.lemma[last], return_inverse=True, return_counts=True
        )
        twice = times[code] > 1
        start, code, links, last = start[twice], code[twice].astype(np.int64), links[twice], last[twice]
        whole = content[last] & can.ends[last]
        runs.append((start[whole], code[whole], np.full(int(whole.sum()), length)))
    starts, codes, lengths = (np.concatenate(some) for some in zip(*runs, strict=True))
    return starts, codes, lengths


def _says_something(lemmas: tuple[str, ...], terms: frozenset[str]) -> bool:
    words = [lemma for lemma in lemmas if lemma not in LINKS]
    if lemmas[0] in NEVER_FIRST or len(set(words)) < len(words):
        return False
    if " ".join(lemmas) in terms:
        return True
    return lemmas[-1] not in NEVER_LAST and (not _empty(words) or not terms.isdisjoint(words))


def _empty(lemmas: Iterable[str]) -> bool:
    return all(lemma in EMPTY_WORDS or lemma in REPORTING_WORDS or lemma in LINKS for lemma in lemmas)


def _parts(lemmas: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [lemmas[begin:end] for end in range(1, len(lemmas) + 1) for begin in range(end)]


def _uses_by_theme(found: _Found, themes: Sequence[Members]) -> Any:
    """(themes, phrases) sparse: in how many of a theme's sentences a phrase is."""
    from scipy.sparse import csr_matrix

    rows = np.concatenate([theme.rows for theme in themes]).astype(np.int64)
    numbers = np.repeat(np.arange(len(themes)), [len(theme.rows) for theme in themes])
    shape = (len(themes), found.sentences.shape[0])
    return (csr_matrix((np.ones(len(rows), np.float32), (numbers, rows)), shape=shape) @ found.sentences).tocsr()


def _told_apart(found: _Found, themes: Sequence[Members], uses: Any) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Of each theme, for each of its phrases in the order of ``uses``: the sentences that have it in its group (in all,
    where it has no group), and the share that it has of the other theme of the group that it has most of.
    """
    groups = np.unique([theme.group for theme in themes], return_inverse=True)[1]
    counts = uses.tocoo()
    shares = counts.data / np.array([max(len(theme.rows), 1) for theme in themes])[counts.row]
    keys = groups[counts.row].astype(np.int64) * uses.shape[1] + counts.col
    _, key, times = np.unique(keys, return_inverse=True, return_counts=True)
    order = np.lexsort((-shares, key))
    begin = np.cumsum(times) - times
    most = shares[order][begin]
    next_most = np.where(times > 1, shares[order][np.minimum(begin + 1, len(order) - 1)], 0)
    is_most = np.zeros(len(order), bool)
    is_most[order[begin]] = True
    elsewhere = np.where(is_most, next_most[key], most[key])
    in_all = np.asarray(found.sentences.sum(axis=0)).ravel()[counts.col]
    in_group = np.bincount(key, weights=counts.data)[key]
    grouped = np.array([theme.group != "" for theme in themes])[counts.row]
    ends = uses.indptr[1:-1]
    return np.split(np.where(grouped, in_group, in_all), ends), np.split(elsewhere, ends)


def _best(
    found: _Found, firms: np.ndarray, theme: Members, uses: Any, in_all: np.ndarray, elsewhere: np.ndarray
) -> list[tuple[int, Phrase]]:
    """The best phrases of a theme, best first: their numbers, and what is known of them but their text."""
    phrases, times = uses.indices.tolist(), uses.data
    if not phrases:
        return []
    said = found.sentences[theme.rows].tocoo()
    n_firms = _firms_using(said, firms[theme.rows])[phrases]
    all_firms = len(np.unique(firms[theme.rows]))
    fewest = min(2 if all_firms <= FIRMS_OF_A_SMALL_THEME else FEWEST_FIRMS, all_firms)
    share_in, share_of = times / in_all, times / len(theme.rows)
    terms = [tuple(term.split()) for term in theme.terms]
    scores = share_in**0.6 * share_of**0.5 * share_of / (share_of + elsewhere)
    scores *= _nearness(said, theme.similarity)[phrases]
    scores *= [_BY_LENGTH[len(found.lemmas[phrase])] * _weight(found.lemmas[phrase], terms) for phrase in phrases]
    scores[(n_firms < fewest) | (times < 2)] = 0
    order = [at for at in np.lexsort((phrases, -scores)).tolist() if scores[at] > 0][:_LOOKED_AT]
    order = _without_parts(order, [found.lemmas[phrase] for phrase in phrases], times, scores, terms)
    if not order or scores[order[0]] < _NOTHING:
        return []
    order = [at for rank, at in enumerate(order) if scores[at] >= (_FAIR if rank > 1 else _POOR) * scores[order[0]]]
    figures = zip(scores.tolist(), share_in.tolist(), share_of.tolist(), n_firms.tolist(), strict=True)
    known = [Phrase("", *row) for row in figures]
    return [(phrases[at], known[at]) for at in order]


def _firms_using(said: Any, firms: np.ndarray) -> np.ndarray:
    """(phrases,) how many firms use each phrase in these sentences."""
    n = int(firms.max()) + 1
    pairs = np.unique(said.col.astype(np.int64) * n + firms[said.row])
    return np.bincount(pairs // n, minlength=said.shape[1])


def _nearness(said: Any, similarity: np.ndarray | None) -> np.ndarray:
    """(phrases,) from .6 to 1.4: how near to the theme's center the sentences with a phrase are, on average."""
    if similarity is None:
        return np.ones(said.shape[1])
    standard = (similarity - similarity.mean()) / max(float(similarity.std()), 1e-6)
    n = np.bincount(said.col, minlength=said.shape[1])
    mean = np.bincount(said.col, weights=standard[said.row], minlength=said.shape[1]) / (n + 2)
    return np.clip(1 + 0.4 * mean, 0.6, 1.4)


def _weight(lemmas: tuple[str, ...], terms: Sequence[tuple[str, ...]]) -> float:
    """More for a phrase that holds what the theme is anchored on; nothing for a place that the theme isn't about."""
    rank = next((rank for rank, term in enumerate(terms) if set(term) <= set(lemmas)), None)
    named = {lemma for term in terms for lemma in term} - DIRECTIONS
    if terms and named.isdisjoint(lemmas) and any(" ".join(part) in PLACES for part in _parts(lemmas)):
        return 0.0
    if rank is None:
        return 0.0 if _empty(lemmas) else 1.0
    return 1.6 if rank < 3 else 1.3


def _without_parts(
    order: Sequence[int],
    lemmas: Sequence[tuple[str, ...]],
    times: np.ndarray,
    scores: np.ndarray,
    terms: Sequence[tuple[str, ...]],
) -> list[int]:
    """The same without "chain" where it is mostly "supply chain"; "supply chain" stays beside its "disruption"."""

    def instead(long: int, short: int) -> bool:
        if len(lemmas[long]) <= len(lemmas[short]) or lemmas[short] not in _parts(lemmas[long]):
            return False
        is_good = lemmas[long] in terms or scores[long] >= _NEARLY_AS_GOOD * scores[short]
        return bool(times[long] >= (_PART_OF_A_GOOD_ONE if is_good else _PART_OF_A_PHRASE) * times[short])

    return [short for short in order if not any(instead(long, short) for long in order)]


def _written(spoken: SpokenWords, found: _Found, phrases: Sequence[int]) -> dict[int, str]:
    """Each phrase in the form in which it is written most often."""
    order = np.argsort(found.phrase, kind="stable")
    begins, ends = np.searchsorted(found.phrase[order], np.add.outer([0, 1], np.asarray(phrases, int)))
    texts: dict[int, str] = {}
    for phrase, begin, end in zip(phrases, begins, ends, strict=True):
        forms: Counter[str] = Counter()
        for start in found.start[order[begin : min(end, begin + _USES_READ)]]:
            words = [spoken.words[token] for token in spoken.token[start : start + len(found.lemmas[phrase])]]
            if spoken.starts[start]:
                words[0] = spoken.casing.get(words[0].lower(), words[0].lower())
            forms[" ".join([*words[:-1], bare(words[-1])])] += 1
        texts[phrase] = _as_printed(forms)
    return texts


def _as_printed(forms: Counter[str]) -> str:
    """The form written most often: first by its words, then by its capitals."""
    by_words: Counter[str] = Counter()
    for form, times in forms.items():
        by_words[form.lower()] += times
    lower = min(by_words, key=lambda form: (-by_words[form], form))
    # "Acquisitions" is a heading and "acquisition" is half of one; "inflations" is none, and hardly anybody says it.
    plural = min(by_words, key=lambda form: (not form.endswith("s"), -by_words[form], form))
    if plural.endswith("s") and by_words[plural] >= 0.25 * by_words.total():
        lower = plural
    text = min((form for form in forms if form.lower() == lower), key=lambda form: (-forms[form], form))
    if " " not in text and forms[lower] >= 0.3 * by_words[lower]:
        text = lower  # a word that is now and then part of a name, such as "Sea"
    return " ".join(_ABBREVIATED.get(word, word) for word in text.split())


_ABBREVIATED = {"U.S": "U.S.", "U.K": "U.K."}
