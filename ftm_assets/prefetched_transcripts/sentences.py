"""From a call's turns to sentences: split, clean, and say which ones carry nothing.

Plain text in, plain text out; which calls belong to a quarter and where sentences are stored is ``prefetch.py``.

Why filter at all: half the sentences of a real call are greetings, operator talk, safe-harbour language and
acknowledgements (47 % of 47,624 in 104 calls). Left in, they form the largest "theme" of a quarter (measured on 169
calls, where it held 13 % of all topics and 164 firms). So they keep their row, and get an ``excluded`` reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from ftm_assets.prefetched_transcripts.language import LEAST_OF_A_CALL, LEAST_OF_A_SENTENCE, english_share
from ftm_assets.prefetched_transcripts.normalize import plain, read
from ftm_assets.topics.words import FILLERS, GENERIC_WORDS
from ftm_resources.transcript_sources.calls import UNKNOWN_SPEAKER, Call, Turn, is_operator

FEWEST_CONTENT_WORDS = 4
"""Below this a sentence is an acknowledgement ("Okay, great, thank you"). It drops a quarter of real sentences."""

OPERATOR_TALK = "operator"
NOT_ENGLISH = "not_english"
TOO_SHORT = "too_short"
BOILERPLATE = "boilerplate"
REPEATED = "repeated"
"""The reasons of ``excluded``. REPEATED is given by the prefetch, which alone sees all firms."""

# Anchored at a word's beginning, and for lower-case text: ten times as fast as a search at every letter in any case.
_BOILERPLATE = re.compile(
    r"""
    \b(?:
      forward[-\ ]?looking | safe\ harbou?r | undue\ reliance | private\ securities\ litigation
    | risks?\ and\ uncertaint | (differ|vary)\ materially | non[-\ ]?gaap | reconciliations?\ (of|to|between|can)
    | (filed|filings?|furnished|file)\ with\ the\ (sec|securities) | securities\ and\ exchange\ commission
    | form\ (10|8|20|40)-?\ ?[kqf]\b | (press|earnings|news)\ release | (earnings|shareholder)\ letter
    | investor\ relations | (our|the|company's)\ web\ ?site | webcast | this\ (call|conference)\ is\ being\ recorded
    | being\ recorded | replay\ (of|will|is) | listen[-\ ]only | conference\ call | earnings\ call
    | (good|great)\ (morning|afternoon|evening|day)\b | welcome\ to\ (the|our|today)
    | (thank|thanks)\ (you|everyone|everybody|all|again|for|so|very|to) | many\ thanks
    | appreciate\ (the|your|it|all|everyone|that) | (turn|hand|pass|give)\ (the\ call|it|things|the\ floor|over|back)
    | (first|next|last|final|another)\ question | (take|taking|answer|ask)\ (my|your|the|a|our|some)\ questions?
    | (couple|few)\ (of\ )?(quick\ )?questions | (question|q)[-\ ](and|&)[-\ ](answer|a)\b
    | open\ (it|the\ (call|line|floor|lines))\ | your\ line\ is | press(ing)?\ (star|\*|the\ star) | star\ (one|1)\b
    | (joining|join)\ (us|me|the\ call) | with\ (me|us)\ (today|on\ the) | congrat | that\ was\ helpful
    | (that's|that\ is|very|super|really)\ helpful | get\ back\ in\ (the\ )?queue | jump\ back\ in
    | this\ concludes | concludes?\ (our|the|today) | closing\ remarks | prepared\ remarks | opening\ remarks
    | speak\ (to|with)\ you\ (again|soon|next|all) | look\ forward\ to\ (speaking|seeing|talking|updating|your)
    | have\ a\ (great|good|nice|wonderful) | you\ may\ (now\ )?(disconnect|proceed|begin|go\ ahead)
    | please\ go\ ahead | next\ slide | (refer|turn|turning|see|shown)\ (you\ )?(to|on)\ (slide|page)
    | can\ you\ hear | my\ name\ is | (chief|executive)\ (executive|financial|operating)\ officer
    )""",
    re.VERBOSE,
)
# For text that comes without speakers. Of what operators say in 104 real calls (2,647 sentences) it finds 56 %, and the
# words above exclude another 40 %. Of 25,009 sentences of others that are kept it takes 16, most of them instructions
# that an interpreter repeats.
_OPERATOR_WORDS = re.compile(
    r"""
    ^operator\s*: | ^(and\ |okay,?\ )?from\ [^,]{3,40},\ we\ have\ [\w'-]+(\ [\w'-]+){0,2}\W*$
    | \b(?:
      (from|on|comes)\ (the\ )?line\ of\ (?!sight|credit|business) | (go|going|move|moving|welcome)\ (next|first)\ to
    | questions?\ (comes?|will\ come|is\ coming|is|(will\ be|is)\ presented)\ (from|by)\b
    | (next|first)\ (we'll|we\ will|we)\ (go|have|hear)\ (to|from)
    | (hand|turn)\ (the|this|a|today's)\ (conference|program|floor|meeting)\ (over|back|to)
    | ladies\ and\ gentlemen,?\ (thank\ you|th(is|at)\ conc|the\ conf|please\ (hold|stand)|we\ will\ now|at\ this\ time)
    | thank\ you\ for\ standing\ by | please\ stand\ by
    | speaker\ ?phone | (pick\ up|lift|use|using)\ (the|your)\ (handset|headset) | mute\ function | background\ noise
    | lines\ (have\ been|are|will\ be)\ (placed\ )?(on|in)\ (a\ )?(mute|listen) | in\ (a\ )?listen[-\ ]only
    | (press(ing)?|please|dial)\ (the\ )?(star|\*|asterisk|pound|hash|zero)\b | (pound|hash)\ (sign|key|or\ hash)
    | (star|asterisk|pound),?\ (then\ |and\ |followed\ by\ )?(the\ number\ )?(one|two|zero|star|[0-9\#])
    | touch[-\ ]?tone | (telephone|phone)\ keypad | operator\ (assistance|instructions)
    | (from|join|enter)\ the\ (question\ )?queue | (assemble|compile)\ (our|the|a)\ (roster|q\b)
    | poll\ for\ questions | (withdraw|cancel)\ (your|a|the)\ question | limit\ your(self|selves|\ questions?)\ to
    | (no|any)\ (further|other|more|additional)\ questions\ (at\ this|in\ the|on\ the|from|holding|registered)
    | (your|all)\ lines?\ (is|are)\ (now\ )?(open|live|unmuted) | you\ may\ (now\ )?(all\ )?disconnect
    | (you\ may|please)\ (now\ )?(proceed|go\ ahead|begin|ask\ your) | disconnect\ (your|now|at\ this)
    | (call|conference|webcast|event)\ is\ being\ recorded | thank\ you\ (all\ )?for\ (your\ )?participat
    | (will|i'll)\ be\ your\ (conference\ |event\ )?(operator|coordinator|facilitator|moderator|host)
    | concludes?\ (our|the|today's|this|your)\ ([\w']+\ )?((tele)?conference|call|program|meeting|webcast|event)\b
    )""",
    re.VERBOSE,
)
_NOT = re.compile(r"n['’]t\b")
_CONTRACTION = re.compile(r"['’](s|re|ve|ll|d|m|t)\b")
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Sentence:
    """One sentence of a call."""

    position: int
    raw_text: str
    cleaned_text: str
    speaker_type: str
    section: str
    excluded: str | None
    text_changes: str | None = None
    """What was changed to make the words of its turn readable, see normalize.py; None where nothing was."""
    inferred: str | None = None
    """What of speaker and section the source inferred; None where nothing was."""


def split_call(call: Call) -> list[Sentence]:
    """All sentences of a call, in order, each cleaned and judged."""
    turns = [(turn, read(turn.text)) for turn in call.turns]
    share = english_share(plain(" ".join(words.text for _, words in turns)))
    in_english = share is None or share >= LEAST_OF_A_CALL
    sentences: list[Sentence] = []
    for turn, words in turns:
        changes = ",".join(dict.fromkeys(words.changes)) or None
        inferred = ",".join(turn.inferred) or None
        for text in _split(words.text):
            cleaned = clean(text)
            excluded = _reason(turn, text, cleaned, in_english)
            sentences.append(
                Sentence(len(sentences), text, cleaned, turn.speaker_type, turn.section, excluded, changes, inferred)
            )
    return sentences


def _reason(turn: Turn, text: str, cleaned: str, in_english: bool) -> str | None:
    if is_operator(turn.speaker_type) or (turn.speaker_type == UNKNOWN_SPEAKER and sounds_like_operator(text)):
        return OPERATOR_TALK
    share = english_share(plain(text)) if in_english else 0
    if not in_english or (share is not None and share < LEAST_OF_A_SENTENCE):
        return NOT_ENGLISH
    return reason_to_exclude(text, cleaned)


def forget_words() -> None:
    """Give back the memory of the words met so far: spaCy keeps every number and typing error it has ever seen.

    Its own ``memory_zone`` does that too, but splits half as fast.
    """
    _splitter.cache_clear()


def clean(text: str) -> str:
    """Lower-case lemmas, without stop words, fillers and numbers: what is embedded and counted."""
    text = _CONTRACTION.sub("", _NOT.sub(" not", plain(text).lower()))
    return " ".join(lemma for word in _WORD.findall(text) if (lemma := _lemma(word)) is not None)


def reason_to_exclude(text: str, cleaned: str) -> str | None:
    """Why a sentence carries nothing, or None when it does."""
    if _BOILERPLATE.search(plain(text).lower()):
        return BOILERPLATE
    content = [word for word in cleaned.split() if word not in GENERIC_WORDS]
    return TOO_SHORT if len(content) < FEWEST_CONTENT_WORDS else None


def sounds_like_operator(text: str) -> bool:
    """Whether only the operator of a conference says such a thing."""
    return _OPERATOR_WORDS.search(plain(text).lower()) is not None


def _split(text: str) -> list[str]:
    # Sentences never span lines here: a line break inside a turn is a paragraph of the transcript.
    texts = (
        sentence.text.strip() for line in text.splitlines() if line.strip() for sentence in _splitter()(line).sents
    )
    return [sentence for sentence in texts if sentence]


@cache
def _splitter() -> Any:
    # spaCy's rule splitter: the best of seven tried on hand-punctuated calls (F1 .991 on "Inc.", "U.S.", initials).
    import spacy

    splitter = spacy.blank("en")
    splitter.add_pipe("sentencizer")
    splitter.max_length = 100_000_000  # its limit guards the parser's memory, and there is no parser here
    return splitter


@cache
def _stop_words() -> frozenset[str]:
    from spacy.lang.en.stop_words import STOP_WORDS

    return frozenset(STOP_WORDS) | {"not", "ain", "gonna", "gotta", "wanna"}


@lru_cache(200_000)  # every word of English many times over; without a bound, also every typing error of a quarter
def _lemma(word: str) -> str | None:
    """The word's lemma, or None when the word is to be left out."""
    import simplemma

    if word in FILLERS or word in _stop_words():
        return None
    lemma = simplemma.lemmatize(word, lang="en").lower()
    return None if lemma in FILLERS or lemma in _stop_words() or len(lemma) < 2 else lemma
