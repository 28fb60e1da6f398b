"""Sentences as arrays of numbered words, and what the sentences tell about each word: noun or verb, capital or not.

A million sentences hold some 25 million words: as arrays they are counted in seconds. Which phrases they make is
``phrases.py``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count

import numpy as np

from ftm_assets.topics.phrase_words import (
    ADJECTIVE_ENDS,
    ARTICLES,
    BEFORE_NOUNS,
    BEFORE_VERBS,
    LINKS,
    NEVER_ALONE,
    NO_ADJECTIVES,
    NO_ADVERBS,
    PAST_FORMS,
    STOP_WORDS,
)
from ftm_assets.topics.places_and_dates import DATE_WORDS, NATIONALITIES, PEOPLE_TITLES
from ftm_assets.topics.words import FILLERS, GENERIC_WORDS

CONTENT, LINK, BREAK = 0, 1, 2
"""Kinds of words: what phrases are made of, what may stand inside one, and what ends one."""

_TOKEN = re.compile(r"[^\W_]+(?:[-&.'’][^\W_]+)*|[^\w\s]")
"""A word ("COVID-19", "R&D", "U.S", "China's"), or a mark: phrases do not go on over marks."""

_OWNED = re.compile(r"['’]s?$")
_CAPITALS = frozenset(["US", "U.S", "IT"])
"""Words that are others in lower case."""

_MISTERS = frozenset("mr mrs ms dr prof".split())

_NOUN_BEFORE, _VERB_BEFORE = 1, 2
_LEFT_OUT = STOP_WORDS | FILLERS | GENERIC_WORDS | DATE_WORDS | PEOPLE_TITLES


@dataclass(frozen=True)
class SpokenWords:
    """All words of all sentences, one after the other."""

    words: list[str]  # (words,) every word as it is written, once
    lemmas: list[str]  # (lemmas,)
    casing: dict[str, str]  # how a word in lower case is mostly written inside sentences
    token: np.ndarray  # (tokens,) its word
    lemma: np.ndarray  # (tokens,) its lemma
    kind: np.ndarray  # (tokens,) CONTENT, LINK or BREAK
    sentence: np.ndarray  # (tokens,) number of its sentence
    starts: np.ndarray  # (tokens,) whether it is its sentence's first
    before: np.ndarray  # (words,) whether nouns or verbs stand behind it


@dataclass(frozen=True)
class Grammar:
    """What may be done with each token in a phrase."""

    begins: np.ndarray  # (tokens,) a phrase can begin with it: no adverb, no verb
    ends: np.ndarray  # (tokens,) a phrase can end with it: a noun
    alone: np.ndarray  # (tokens,) it can be the whole phrase
    goes_on: np.ndarray  # (tokens,) it can stand behind another word of it: "storms caused cancellations" is a sentence


def read_words(raw_texts: Sequence[str]) -> SpokenWords:
    """The words of these sentences."""
    numbers: dict[str, int] = defaultdict(count().__next__)
    tokens = [np.array([numbers[word] for word in _TOKEN.findall(text)], np.int32) for text in raw_texts]
    token = np.concatenate(tokens) if tokens else np.empty(0, np.int32)
    sentence = np.repeat(np.arange(len(tokens), dtype=np.int32), [len(some) for some in tokens])
    starts = np.ones(len(token), bool)
    starts[1:] = sentence[1:] != sentence[:-1]
    words = list(numbers)
    often = np.bincount(token, minlength=len(words))
    lemma_numbers: dict[str, int] = defaultdict(count().__next__)
    kinds, lemmas, before = [], [], []
    for word, times in zip(words, often.tolist(), strict=True):
        said = word.lower().partition("'")[0].partition("’")[0]  # "we" of "we'll"
        # A word said once is in no phrase that is said twice: its lemma would be looked up for nothing.
        kind, lemma = _kind_and_lemma(word) if times > 1 else (BREAK, "")
        kinds.append(kind)
        lemmas.append(lemma_numbers[lemma])
        before.append(_NOUN_BEFORE if said in BEFORE_NOUNS else _VERB_BEFORE if said in BEFORE_VERBS else 0)
    kind_of_token = np.array(kinds, np.int8)[token]
    kind_of_token[_named(words, token, starts)] = BREAK
    return SpokenWords(
        words=words,
        lemmas=list(lemma_numbers),
        casing=_casing(words, np.bincount(token[~starts], minlength=len(words))),
        token=token,
        lemma=np.array(lemmas, np.int32)[token],
        kind=kind_of_token,
        sentence=sentence,
        starts=starts,
        before=np.array(before, np.int8),
    )


def _named(words: Sequence[str], token: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Places of the names of people: "Smith" of "Mr. Smith"."""
    mister = _flags(word.lower() in _MISTERS for word in words)[token]
    dot = _flags(word == "." for word in words)[token]
    after: np.ndarray = np.flatnonzero(mister[:-1] & ~starts[1:]) + 1
    after += dot[after]
    return after[after < len(token)]


def without_names(spoken: SpokenWords, names: Iterable[tuple[str, ...]]) -> SpokenWords:
    """The same, where no phrase holds one of these names, given as words in lower case: "Gap", and "gap" stays."""
    written = [bare(word) for word in spoken.words]
    lowest: dict[str, int] = {}
    lower = np.array([lowest.setdefault(word.lower(), len(lowest)) for word in written], np.int64)[spoken.token]
    capital = _flags(word != word.lower() for word in written)[spoken.token]
    order = np.argsort(lower, kind="stable")
    ends = np.cumsum(np.bincount(lower, minlength=len(lowest)))
    kind = spoken.kind.copy()
    for name in sorted(set(names)):
        numbers = [lowest.get(word, -1) for word in name]
        if min(numbers) < 0:
            continue
        at = order[ends[numbers[0] - 1] if numbers[0] else 0 : ends[numbers[0]]]
        at = at[capital[at] & (at + len(name) <= len(lower))]
        for place, number in enumerate(numbers):
            at = at[lower[at + place] == number]
        for place in range(len(name)):
            kind[at + place] = BREAK
    return replace(spoken, kind=kind)


def bare(word: str) -> str:
    """A word without the ending that owns something: "China" of "China's"."""
    return _OWNED.sub("", word)


@lru_cache(200_000)
def lemma_of(word: str) -> str:
    """The lemma of a word in lower case, by the same rules as ``cleaned_text``."""
    import simplemma

    return simplemma.lemmatize(word, lang="en").lower()


def _kind_and_lemma(word: str) -> tuple[int, str]:
    word = bare(word)
    lower = word.lower()
    if word in _CAPITALS:
        return CONTENT, lower
    if lower in LINKS:
        return LINK, lower
    if len(word) < 2:
        return BREAK, ""
    a_number = word[0].isdigit() and not word[-1].isupper()  # "5G" is none
    if a_number or not any(map(str.isalpha, word)) or "'" in word or "’" in word:
        return BREAK, ""
    lemma = lemma_of(lower)
    return (BREAK, "") if lower in _LEFT_OUT or lemma in _LEFT_OUT else (CONTENT, lemma)


def _casing(words: Sequence[str], often: np.ndarray) -> dict[str, str]:
    best: dict[str, tuple[int, str]] = {}
    for word, times in zip(words, often.tolist(), strict=True):
        if times:
            best[word.lower()] = max(best.get(word.lower(), (0, "")), (times, word))
    return {lower: word for lower, (_, word) in best.items()}


def grammar(spoken: SpokenWords, anchors: frozenset[str]) -> Grammar:
    """What each word can be in a phrase, by its ending and by the company it keeps.

    A tagger would read 25,000 sentences in minutes; counting what stands before and behind a word takes no time. "Our
    strong demand is": "demand" ends what "our" began, so it is a noun, and "strong" is none. "To maintain", "we hedge":
    verbs. With ``anchors``, the lemmas that themes are found by, less is asked of a word: "fiber" mostly stands before
    other nouns, and is one.
    """
    noun, verb, alone_after_article, after_article = _company(spoken)
    lower = [word.lower() for word in spoken.words]
    pairs = list(zip(spoken.words, lower, strict=True))
    proper = _flags(not word.islower() and spoken.casing.get(low) == word for word, low in pairs)
    anchor = _flags(low in spoken.casing and lemma_of(low) in anchors for low in lower)
    adverb = _flags(low.endswith("ly") and low not in NO_ADVERBS for low in lower)
    past = _flags(
        (low in PAST_FORMS or (low.endswith("ed") and lemma_of(low) != low)) and not word.isupper()  # "feed" is none
        for word, low in pairs
    )
    adjective = _flags(low.endswith(ADJECTIVE_ENDS) and low not in NO_ADJECTIVES for low in lower)
    adjective |= _flags(low in NATIONALITIES or low in NEVER_ALONE for low in lower)
    # "Marketing", "the drilling" and "our lending business" are things, "evolving" and "attracting" are doings.
    doing = _flags(low.endswith("ing") and lemma_of(low) != low for low in lower)
    doing &= (noun < 0.35) | (after_article < 0.012)
    long_enough = _flags(len(word) > 2 or word.isupper() for word in spoken.words)
    ends = ~adverb & ~past & ~doing & (verb < 0.75) & ((noun > 0.35) | proper | (anchor & (noun > 0.1)))
    # "Carbon neutral" is no thing; "working capital" and "North American" are as people say them.
    ends &= ~adjective | proper | anchor
    noun_alone = (noun > 0.4) & (alone_after_article > 0.02) & (verb < 0.5)
    alone = ends & long_enough & ~adjective & (noun_alone | (proper & (noun > 0.2)) | (anchor & (verb < 0.7)))
    begins = ~adverb & (verb < 0.6)
    # "Installed base" is a thing where something leads it, as in "our installed base"; else it is what somebody did.
    led = np.zeros(len(spoken.token), bool)
    led[1:] = ~spoken.starts[1:] & (spoken.before[spoken.token[:-1]] == _NOUN_BEFORE)
    begins_here = begins[spoken.token] & (led | ~past[spoken.token])
    return Grammar(begins_here, ends[spoken.token], alone[spoken.token], ~past[spoken.token])


def _company(spoken: SpokenWords) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(words,) each, small and capital letters alike: how often a word ends a noun phrase that it is in; how often it
    stands where verbs do, and not nouns; how often it is all that an article leads; how often the first that one leads.
    """
    lowest: dict[str, int] = {}
    alike = np.array([lowest.setdefault(word.lower(), place) for place, word in enumerate(spoken.words)])
    forms, n = alike[spoken.token], len(spoken.words)
    content = spoken.kind == CONTENT
    goes_on = np.zeros(len(content), bool)  # whether the next token is content of the same sentence too
    goes_on[:-1] = content[:-1] & content[1:] & ~spoken.starts[1:]
    first = content.copy()
    first[1:] &= ~goes_on[:-1]
    behind = np.zeros(len(content), np.int8)  # what stands before a token
    behind[1:] = np.where(spoken.starts[1:], 0, spoken.before[spoken.token[:-1]])
    article = _flags(word.lower() in ARTICLES for word in spoken.words)[spoken.token]
    led = first & np.append(False, article[:-1]) & ~spoken.starts
    run = np.maximum.accumulate(np.where(first, np.arange(len(content)), 0))

    def times(some: np.ndarray) -> np.ndarray:
        return np.bincount(forms[some], minlength=n)

    in_nouns = content & ((behind[run] == _NOUN_BEFORE) | ~first)
    ends, goes = times(in_nouns & ~goes_on) + 0.5, times(in_nouns & goes_on) + 0.5
    as_verb = times(first & (behind == _VERB_BEFORE)) + 0.1
    # What stands behind other content is a noun more often than not: "balance sheet", but "sales drive".
    as_noun = times(first & (behind == _NOUN_BEFORE)) + 0.3 * times(content & ~first) + 0.2
    uses = np.maximum(times(np.ones(len(forms), bool)), 1)
    shares = ends / (ends + goes), as_verb / (as_verb + as_noun), times(led & ~goes_on) / uses, times(led) / uses
    return shares[0][alike], shares[1][alike], shares[2][alike], shares[3][alike]


def _flags(some: Iterable[bool]) -> np.ndarray:
    return np.fromiter(some, bool)
