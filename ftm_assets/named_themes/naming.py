"""Name themes: by their keywords, or by a language model that is shown the keywords and the evidence.

Every name says how it was made. A language model that fails is an error; nothing here falls back on its own.
What the model is asked is ``prompt.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ftm_assets.named_themes.prompt import PROMPT, question
from ftm_resources.kept_answers import AskingCosts, ask_and_keep
from ftm_resources.llm_endpoint import LLMEndpoint
from ftm_resources.object_store import ObjectStore

KEYWORDS = "keywords"
MOST_WORDS, MOST_KEYWORDS = 6, 3


@dataclass(frozen=True)
class Named:
    """A name and how it was made."""

    name: str
    description: str
    naming_method: str
    theme_class: str | None = None  # the language model's; by keywords the clustering's stands
    prompt_version: str | None = None
    endpoint: str | None = None
    model: str | None = None


def naming_method(llm: LLMEndpoint | None) -> str:
    """How names are made with this endpoint: ``llm:<model>`` or ``keywords``."""
    return f"llm:{llm.model}" if llm else KEYWORDS


def name_by_keywords(themes: Sequence[dict[str, Any]]) -> list[Named]:
    """Names from each theme's best keywords, no two alike."""
    names: list[Named] = []
    taken: set[str] = set()
    for theme in themes:
        chosen = _chosen(theme["keywords"], MOST_KEYWORDS)
        name = _headline(chosen)
        # Two themes with the same best words are told apart by the next ones.
        for more in range(MOST_KEYWORDS + 1, len(theme["keywords"]) + 1):
            if name not in taken:
                break
            name = _headline(_chosen(theme["keywords"], more))
        name = name if name not in taken else f"{name} ({theme['theme_id'][-4:]})"
        taken.add(name)
        about = ", ".join(_chosen(theme["keywords"], 5)) or "the same matter"
        description = f"{theme['n_firms']} firms talk about {about}."
        names.append(Named(name, description, KEYWORDS))
    return names


def name_by_llm(
    store: ObjectStore,
    themes: Sequence[dict[str, Any]],
    evidence: Sequence[Sequence[str]],
    llm: LLMEndpoint,
    on_progress: Callable[[str], None],
) -> tuple[list[Named], AskingCosts]:
    """Names from a language model, shown the keywords and the evidence sentences; and their cost. Raises LLMError."""
    on_progress(f"naming {len(themes)} themes with {llm.where}")
    questions = [question(theme, texts) for theme, texts in zip(themes, evidence, strict=True)]
    answers, costs = ask_and_keep(store, llm, PROMPT, questions, on_progress)
    names, taken = [], set[str]()
    for theme, asked in zip(themes, answers, strict=True):
        name = _told_apart(asked.answer.name, theme, taken)
        taken.add(name.casefold())
        how = (naming_method(llm), asked.answer.theme_class, PROMPT.version, asked.endpoint, llm.model)
        names.append(Named(name, asked.answer.description, *how))
    return names, costs


def _told_apart(name: str, theme: dict[str, Any], taken: set[str]) -> str:
    """The name, with a keyword behind it if a larger theme has it: the model sees one theme at a time."""
    more = [f"{name} ({keyword})" for keyword in theme["keywords"] if keyword not in name.casefold()]
    candidates = [name, *more, f"{name} ({theme['theme_id'][-4:]})"]
    return next((c for c in candidates if c.casefold() not in taken), candidates[-1])


def _chosen(keywords: Sequence[str], most: int) -> list[str]:
    """Best keywords first, the longer form where there is one, no word twice, at most six words for three."""
    chosen: list[str] = []
    used: set[str] = set()
    for keyword in keywords:
        longer = [k for k in keywords if " " in k and keyword in k.split() and not used & set(k.split())]
        keyword = longer[0] if " " not in keyword and longer else keyword
        words = set(keyword.split())
        if not words & used and len(chosen) < most and (most > MOST_KEYWORDS or len(used | words) <= MOST_WORDS):
            chosen.append(keyword)
            used |= words
    return chosen


def _headline(keywords: Sequence[str]) -> str:
    text = ", ".join(keywords) or "unnamed"
    return text[0].upper() + text[1:]
