"""Name firm topics: by what is said in them, or by a language model that is shown keywords and some of the sentences.

A quarter has up to 75,000 topics. So their sentences are read a few firms at a time, while the model answers about the
firms before. Every name says how it was made. A language model that fails is an error; nothing here falls back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ftm_assets.naming.keywords import about, keyword_name
from ftm_assets.naming.names import KEYWORDS, Named, naming_method, told_apart
from ftm_assets.naming.topics.prompt import TOPIC_PROMPT, topic_question
from ftm_assets.topics.phrases import Members, surface_phrases
from ftm_assets.topics.places_and_dates import PLACES
from ftm_resources.contract.manifest import Published
from ftm_resources.contract.sentences import read_raw_text, read_sentences
from ftm_resources.llm.answer_cache import ask_with_cache
from ftm_resources.llm.endpoint import LLMEndpoint
from ftm_resources.progress import Say

TOPICS_AT_A_TIME = 500
"""Whose sentences are read together: of some 20 firms."""
FIRMS_AT_A_TIME = 100
"""Whose phrases are looked for together: some 40,000 sentences, of which all help to tell nouns from verbs."""
MOST_SENTENCES_SHOWN = 5


def name_topics(
    transcripts: Published, topics: pa.Table, llm: LLMEndpoint | None, on_progress: Say
) -> tuple[list[Named], dict[str, float]]:
    """A name for each topic, and what that cost; by keywords when there is no language model.

    ``topics`` are rows of ``schemas.FIRM_TOPIC_COLUMNS`` without outlier topics, sorted by firm; ``transcripts`` is
    what they were made from. Within a firm no name is given twice. Raises LLMError.
    """
    if llm is None:
        return _by_phrases(transcripts, topics), {}
    on_progress(f"naming {topics.num_rows:,} topics with {llm.where}")
    answers, costs = ask_with_cache(
        transcripts.store, llm, TOPIC_PROMPT, _questions(transcripts, topics), on_progress, topics.num_rows
    )
    method = naming_method(llm)
    names: list[Named] = []
    for (keywords, number, taken), asked in zip(_keywords_by_firm(topics), answers, strict=True):
        name = told_apart(asked.answer.name, keywords, number, taken)
        names.append(
            Named(
                name,
                asked.answer.description,
                naming_method=method,
                prompt_version=TOPIC_PROMPT.version,
                endpoint=asked.endpoint,
                model=llm.model,
                given=asked.answer.name,
                schema_failures=asked.schema_failures,
            )
        )
    return names, costs.as_costs()


def sentences_to_show(representative: Sequence[str], all_sentences: Sequence[str]) -> list[str]:
    """Sentence ids: the representative ones, then others at even steps through the topic, in the order they were said.

    The representative ones are those nearest the topic's center; the others show how far it goes.
    """
    others = sorted(set(all_sentences) - set(representative))
    room = max(min(MOST_SENTENCES_SHOWN - len(representative), len(others)), 0)
    steps = np.linspace(0, len(others) - 1, room).round().astype(int)
    return [*representative, *(others[step] for step in steps)]


def _questions(transcripts: Published, topics: pa.Table) -> Iterator[list[str]]:
    columns = ["firm_id", "keywords", "n_sentences", "representative_sentence_ids", "sentence_ids"]
    for start in range(0, topics.num_rows, TOPICS_AT_A_TIME):
        rows = topics.slice(start, TOPICS_AT_A_TIME).select(columns).to_pylist()
        shown = [sentences_to_show(row["representative_sentence_ids"], row["sentence_ids"]) for row in rows]
        said = [(row["firm_id"], sentence) for row, some in zip(rows, shown, strict=True) for sentence in some]
        texts = read_raw_text(transcripts, said)
        for row, some in zip(rows, shown, strict=True):
            yield topic_question(row["keywords"], row["n_sentences"], [texts[sentence] for sentence in some])


def _by_phrases(transcripts: Published, topics: pa.Table) -> list[Named]:
    """Names of the phrases of each topic's sentences that its firm's other topics have not; of its keywords where there
    are none.
    """
    names: list[Named] = []
    firms = topics["firm_id"].unique().to_pylist()
    for start in range(0, len(firms), FIRMS_AT_A_TIME):
        some = topics.filter(pc.is_in(topics["firm_id"], pa.array(firms[start : start + FIRMS_AT_A_TIME], pa.string())))
        phrases = _phrases(transcripts, some)
        for (keywords, number, taken), said in zip(_keywords_by_firm(some), phrases, strict=True):
            name = keyword_name(said or keywords, number, taken)
            names.append(Named(name, f"The company talks about {about(said or keywords)}.", KEYWORDS))
    return names


def _phrases(transcripts: Published, topics: pa.Table) -> list[list[str]]:
    """The phrases of each of these topics, best first, out of their firms' sentences."""
    firms = topics["firm_id"].to_pylist()
    sentences = read_sentences(transcripts, sorted(set(firms)), ["sentence_id", "firm_id", "raw_text"])
    place = {sentence: at for at, sentence in enumerate(sentences["sentence_id"].to_pylist())}
    members = [
        Members(np.array([place[sentence] for sentence in some], np.int64), group=firm)
        for some, firm in zip(topics["sentence_ids"].to_pylist(), firms, strict=True)
    ]
    found = surface_phrases(
        sentences["raw_text"].to_pylist(),
        sentences["firm_id"].to_pylist(),
        members,
        firm_names=sorted({name for name in topics["firm_name"].to_pylist() if name}),
    )
    return [[phrase.text for phrase in some if not is_own_name(phrase.text)] for some in found]


def is_own_name(phrase: str) -> bool:
    """Whether a phrase names a person or a product: nothing that another firm's topic could be called."""
    if phrase.casefold() in PLACES:
        return False
    return any(word[0].isupper() and word[1:].islower() and word.casefold() not in PLACES for word in phrase.split())


def _keywords_by_firm(topics: pa.Table) -> Iterator[tuple[list[str], str, set[str]]]:
    """Of each topic its keywords, its number within its firm, and the names that its firm's topics have so far."""
    firm, taken = None, set[str]()
    columns: tuple[list[Any], ...] = tuple(topics[c].to_pylist() for c in ("firm_id", "local_topic_id", "keywords"))
    for firm_id, number, keywords in zip(*columns, strict=True):
        if firm_id != firm:
            firm, taken = firm_id, set()
        yield keywords, str(number), taken
