"""Name themes: by their keywords, or by a language model that is shown the keywords and sentences of several firms.

The model names one theme at a time, with the nearest ones beside it. Where two of its names would be confused all the
same, it is asked again about these together.

Every name says how it was made. A language model that fails is an error; nothing here falls back on its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ftm_assets.naming.keywords import about, keyword_name
from ftm_assets.naming.names import KEYWORDS, Named, naming_method, told_apart
from ftm_assets.naming.quality import confusable_groups
from ftm_assets.naming.themes.evidence import Evidence, nearest_themes
from ftm_assets.naming.themes.prompt import (
    MOST_TOGETHER,
    NEIGHBORS_SHOWN,
    RENAMING_PROMPT,
    THEME_PROMPT,
    ThemeName,
    renaming_question,
    theme_question,
)
from ftm_resources.llm.answer_cache import AskingCosts, ask_with_cache
from ftm_resources.llm.endpoint import LLMEndpoint
from ftm_resources.progress import Say
from ftm_resources.store.object_store import ObjectStore

SENTENCES_TO_RENAME_BY = 3
"""Of each theme of a group."""

NAMING_VERSION = f"{THEME_PROMPT.version}-{RENAMING_PROMPT.version}"
"""Changes with either of the prompts."""


def name_themes(
    store: ObjectStore,
    themes: Sequence[dict[str, Any]],
    evidence: Sequence[Evidence],
    llm: LLMEndpoint | None,
    on_progress: Say,
) -> tuple[list[Named], dict[str, float]]:
    """A name for each theme, and what that cost; by keywords when there is no language model. Raises LLMError.

    ``themes`` are rows of ``schemas.THEME_COLUMNS``, largest first.
    """
    if llm is None:
        return name_by_keywords(themes), {}
    on_progress(f"naming {len(themes)} themes with {llm.where}")
    neighbors = nearest_themes(themes, NEIGHBORS_SHOWN)
    questions = [
        theme_question(theme, [themes[place] for place in near], shown.texts)
        for theme, near, shown in zip(themes, neighbors, evidence, strict=True)
    ]
    answers, costs = ask_with_cache(store, llm, THEME_PROMPT, questions, on_progress, len(questions))
    renamed, more_costs = _rename(store, themes, evidence, [asked.answer for asked in answers], llm, on_progress)
    names, taken = [], set[str]()
    for place, (theme, asked) in enumerate(zip(themes, answers, strict=True)):
        given, version, failures = renamed.get(place, (asked.answer.name, THEME_PROMPT.version, 0))
        name = told_apart(given, theme["keywords"], theme["theme_id"][-4:], taken)
        names.append(
            Named(
                name,
                asked.answer.description,
                naming_method=naming_method(llm),
                theme_class=asked.answer.theme_class,
                prompt_version=version,
                endpoint=asked.endpoint,
                model=llm.model,
                given=given,
                schema_failures=asked.schema_failures + failures,
            )
        )
    return names, (costs + more_costs).as_costs()


def _rename(
    store: ObjectStore,
    themes: Sequence[dict[str, Any]],
    evidence: Sequence[Evidence],
    names: Sequence[ThemeName],
    llm: LLMEndpoint,
    on_progress: Say,
) -> tuple[dict[int, tuple[str, str, int]], AskingCosts]:
    """New names for themes whose names would be confused, by place: name, version of the prompt, and failed answers."""
    groups = confusable_groups([name.name for name in names], MOST_TOGETHER)
    if not groups:
        return {}, AskingCosts()
    on_progress(f"{sum(map(len, groups))} themes have names that would be confused: naming them together")
    questions = [
        renaming_question(
            [themes[place] for place in group],
            [names[place] for place in group],
            [evidence[place].texts[:SENTENCES_TO_RENAME_BY] for place in group],
        )
        for group in groups
    ]
    answers, costs = ask_with_cache(store, llm, RENAMING_PROMPT, questions, on_progress, len(questions))
    renamed: dict[int, tuple[str, str, int]] = {}
    for group, asked in zip(groups, answers, strict=True):
        new = {one.number: one.name for one in asked.answer.names}
        for number, place in enumerate(group, 1):
            if number in new:  # a model that forgets a theme leaves it the name that it has
                # What failed is counted once, with the first of the group.
                failures = asked.schema_failures if number == min(new) else 0
                renamed[place] = (new[number], RENAMING_PROMPT.version, failures)
    return renamed, costs


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
