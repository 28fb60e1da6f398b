"""Name a quarter's themes in every way there is, score the names, and publish names, scores and differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa

from ftm_assets.naming.names import Named, naming_method
from ftm_assets.naming.themes.evidence import Evidence, Said, read_evidence
from ftm_assets.naming.themes.names import NAMING_VERSION, name_themes
from ftm_assets.naming_comparison.held_out import MOST_HELD_OUT, held_out
from ftm_assets.naming_comparison.label_scores import MEASURES, LabelScores, label_scores, paired_difference
from ftm_resources.contract.manifest import Published, load_manifest, read_input
from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import (
    COMPARED_NAME_COLUMNS,
    NAME_DIFFERENCE_COLUMNS,
    NAMING_COMPARISON,
    PREFETCHED_TRANSCRIPTS,
    THEMES,
)
from ftm_resources.contract.sentences import read_raw_text
from ftm_resources.embedding_model import EmbeddingModel
from ftm_resources.errors import SettingError
from ftm_resources.llm.endpoint import LLMEndpoint, open_endpoint
from ftm_resources.progress import Say
from ftm_resources.settings import BUNDLED_MODEL, Settings
from ftm_resources.store.object_store import ObjectStore

CODE_VERSION = f"2-{NAMING_VERSION}"
"""Raise its number when the same answers would give other figures; another prompt changes it by itself."""

SEED = 42
FEWEST_THEMES = 2


@dataclass(frozen=True)
class Compared:
    """One way of naming, the names it gave, and their scores."""

    method: str
    names: list[Named]
    scores: LabelScores | None = None


def compared_methods(llms: Sequence[LLMEndpoint | None]) -> list[str]:
    """The ways of naming that these endpoints make, keywords last. Raises SettingError when two are the same."""
    methods = [naming_method(llm) for llm in llms if llm is not None]
    if len(set(methods)) < len(methods):
        raise SettingError(
            f"LLM_COMPARE_MODEL={methods[0].removeprefix('llm:')}",
            "LLM_MODEL is the same: a model's answers are kept and used again wherever it runs, so it can't be "
            "compared with itself",
            "Set LLM_COMPARE_MODEL to another one",
        )
    return [*methods, naming_method(None)]


def made_with(settings: Settings, store: ObjectStore) -> dict[str, Any]:
    """What the settings say is compared: other than what is published, and the comparison is out of date."""
    return {"methods": compared_methods([open_endpoint(settings.llm), open_endpoint(settings.compared_llm)])}


def publish_naming_comparison(
    store: ObjectStore,
    quarter: str,
    llms: Sequence[LLMEndpoint | None],
    on_progress: Say,
    embedding_model: str = BUNDLED_MODEL,
) -> Published:
    """Compare the names that these language models and keywords give a quarter's themes, and publish what comes out.

    Raises ManifestError when the themes can't be trusted, LLMError when a language model can't be used.
    """
    methods = compared_methods(llms)
    themes = read_input(store, THEMES, quarter)
    # A given theme has the name that a person gave it.
    rows = [row for row in themes.table("themes").to_pylist() if row["origin"] == "found"]
    with publication(store, NAMING_COMPARISON, quarter, made_from=[themes]) as new:
        evidence = read_evidence(themes, rows)
        compared: list[Compared] = []
        costs: dict[str, float] = {}
        for method, llm in zip(methods, [*(llm for llm in llms if llm), None], strict=True):
            names, cost = name_themes(store, rows, evidence, llm, on_progress)
            compared.append(Compared(method, names))
            costs |= {f"{name}: {method}": value for name, value in cost.items()}
        judged_by = _held_out(themes, rows, evidence)
        compared, embedding = _scored(
            load_manifest(store, PREFETCHED_TRANSCRIPTS, quarter), judged_by, compared, embedding_model
        )
        new.write("names", _names(quarter, rows, judged_by, compared))
        new.write("differences", _differences(quarter, compared))
        made_with = {"methods": methods, "most_held_out": MOST_HELD_OUT, "embedding": embedding}
        new.made_with(CODE_VERSION, made_with, SEED)
        new.counts(firms=themes.manifest.n_firms, sentences=sum(map(len, judged_by)), themes=len(rows))
        new.quality(_quality(compared))
        new.costs(costs)
    return new.published


def _held_out(themes: Published, rows: Sequence[dict[str, Any]], evidence: Sequence[Evidence]) -> list[list[Said]]:
    """For each theme the sentences its names are judged by."""
    members = themes.table("theme_sentences", columns=["theme_id", "firm_id", "sentence_id", "strength"]).to_pylist()
    said: dict[str, list[Said]] = {row["theme_id"]: [] for row in rows}
    for member in members:
        # Near sentences are members by likeness alone: judging names by them would judge the embedding.
        if member["theme_id"] in said and member["strength"] != "near":
            said[member["theme_id"]].append((member["firm_id"], member["sentence_id"]))
    shown = {sentence for some in evidence for sentence in some.sentence_ids}
    return [held_out(said[row["theme_id"]], shown) for row in rows]


def _scored(
    transcripts: Published, judged_by: Sequence[Sequence[Said]], compared: list[Compared], embedding_model: str
) -> tuple[list[Compared], dict[str, str]]:
    """The same with scores, and what embedded; themes without a sentence left to judge by get none."""
    judged = [number for number, sentences in enumerate(judged_by) if sentences]
    if len(judged) < FEWEST_THEMES:
        return compared, {}
    said = [pair for number in judged for pair in judged_by[number]]
    texts = read_raw_text(transcripts, said)
    model = EmbeddingModel(embedding_model)
    sentences = model.embed([texts[sentence] for _, sentence in said])
    theme_of = np.repeat(np.arange(len(judged)), [len(judged_by[number]) for number in judged])
    scored = []
    for one in compared:
        scores = label_scores(model.embed([_label(one.names[number]) for number in judged]), sentences, theme_of)
        scored.append(Compared(one.method, one.names, scores))
    return scored, model.identity()


def _names(
    quarter: str, rows: Sequence[dict[str, Any]], judged_by: Sequence[Sequence[Said]], compared: Sequence[Compared]
) -> pa.Table:
    found = []
    for one in compared:
        place = 0
        for row, named, sentences in zip(rows, one.names, judged_by, strict=True):
            scores = dict.fromkeys(MEASURES)
            if one.scores is not None and sentences:
                scores = {measure: float(getattr(one.scores, measure)[place]) for measure in MEASURES}
                place += 1
            found.append(
                {
                    "theme_id": row["theme_id"],
                    "quarter": quarter,
                    "method": one.method,
                    "name": _given(named),
                    "description": named.description,
                    "theme_class": named.theme_class or row["theme_class"],
                    "n_firms": row["n_firms"],
                    "n_held_out": len(sentences),
                    **scores,
                    "prompt_version": named.prompt_version,
                    "endpoint": named.endpoint,
                    "model": named.model,
                }
            )
    return pa.Table.from_pylist(found, COMPARED_NAME_COLUMNS)


def _differences(quarter: str, compared: Sequence[Compared]) -> pa.Table:
    found = []
    for one, other in combinations(compared, 2):
        if one.scores is None or other.scores is None:
            continue
        for measure in MEASURES:
            ours, theirs = getattr(one.scores, measure), getattr(other.scores, measure)
            difference = paired_difference(ours, theirs, SEED)
            found.append(
                {
                    "quarter": quarter,
                    "method": one.method,
                    "compared_with": other.method,
                    "measure": measure,
                    "mean": float(ours.mean()),
                    "mean_compared_with": float(theirs.mean()),
                    "mean_difference": difference.mean,
                    "low": difference.low,
                    "high": difference.high,
                    "n_themes": len(ours),
                }
            )
    return pa.Table.from_pylist(found, NAME_DIFFERENCE_COLUMNS)


def _quality(compared: Sequence[Compared]) -> dict[str, float | None]:
    return {
        f"{measure}: {one.method}": None if one.scores is None else float(getattr(one.scores, measure).mean())
        for measure in MEASURES
        for one in compared
    }


def _label(named: Named) -> str:
    """What a reader is given, and so what is judged."""
    return f"{_given(named)}. {named.description}"


def _given(named: Named) -> str:
    """The name as the method gave it. What we put behind it to tell two apart is a keyword, and would be judged too."""
    return named.given or named.name
