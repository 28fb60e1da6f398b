"""Name themes: by their keywords, or by a language model that is shown the keywords and sentences of several firms.

Every name says how it was made. A language model that fails is an error; nothing here falls back on its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ftm_assets.naming.keyword_names import about, keyword_name
from ftm_assets.naming.names import KEYWORDS, Named, naming_method, told_apart
from ftm_assets.naming.theme_evidence import Evidence
from ftm_assets.naming.theme_prompt import THEME_PROMPT, theme_question
from ftm_resources.kept_answers import ask_and_keep
from ftm_resources.llm_endpoint import LLMEndpoint
from ftm_resources.object_store import ObjectStore


def name_themes(
    store: ObjectStore,
    themes: Sequence[dict[str, Any]],
    evidence: Sequence[Evidence],
    llm: LLMEndpoint | None,
    on_progress: Callable[[str], None],
) -> tuple[list[Named], dict[str, float]]:
    """A name for each theme, and what that cost; by keywords when there is no language model. Raises LLMError.

    ``themes`` are rows of ``schemas.THEMES``, largest first.
    """
    if llm is None:
        return name_by_keywords(themes), {}
    on_progress(f"naming {len(themes)} themes with {llm.where}")
    questions = [theme_question(theme, shown.texts) for theme, shown in zip(themes, evidence, strict=True)]
    answers, costs = ask_and_keep(store, llm, THEME_PROMPT, questions, on_progress, len(questions))
    names, taken = [], set[str]()
    for theme, asked in zip(themes, answers, strict=True):
        name = told_apart(asked.answer.name, theme["keywords"], theme["theme_id"][-4:], taken)
        how = (naming_method(llm), asked.answer.theme_class, THEME_PROMPT.version, asked.endpoint, llm.model)
        names.append(Named(name, asked.answer.description, *how, asked.answer.name, asked.schema_failures))
    return names, costs.as_costs()


def name_by_keywords(themes: Sequence[dict[str, Any]]) -> list[Named]:
    """Names from each theme's best keywords, no two alike."""
    taken: set[str] = set()
    return [
        Named(
            keyword_name(theme["keywords"], theme["theme_id"][-4:], taken),
            f"{theme['n_firms']} firms talk about {about(theme['keywords'])}.",
            KEYWORDS,
        )
        for theme in themes
    ]
