"""Read a quarter's named themes and its calls, and publish how much of each call is about each theme."""

from __future__ import annotations

from typing import Any

from ftm_assets.theme_exposures.exposures import exposures
from ftm_resources.contract.manifest import Published, load_manifest, read_input
from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import NAMED_THEMES, PREFETCHED_TRANSCRIPTS, THEME_EXPOSURES, THEMES
from ftm_resources.contract.sentences import read_sentences
from ftm_resources.settings import Settings
from ftm_resources.store.object_store import ObjectStore

CODE_VERSION = "3"

SENTENCES = [
    "firm_id", "firm_name", "gvkey", "permno", "link_status", "transcript_id", "earnings_call_date", "call_started_at",
    "sentence_id", "section", "speaker_type", "excluded", "cusip", "isin", "ticker", "cik",
]  # fmt: skip
MEMBERS = ["theme_id", "sentence_id", "firm_id", "transcript_id", "strength", "similarity"]


def publish_exposures(store: ObjectStore, quarter: str) -> Published:
    """Raises ManifestError when the named themes, or what they were made from, can't be trusted."""
    named = read_input(store, NAMED_THEMES, quarter)
    with publication(store, THEME_EXPOSURES, quarter, made_from=[named]) as new:
        # The named themes are up to date, so these are the themes and the sentences that they were made from.
        themes = load_manifest(store, THEMES, quarter)
        members = themes.table("theme_sentences", columns=MEMBERS)
        sentences = read_sentences(load_manifest(store, PREFETCHED_TRANSCRIPTS, quarter), columns=SENTENCES)
        rows, calls = exposures(
            quarter, sentences, members, named.table("named_themes"), themes.table("theme_seeds"), first_seeds(themes)
        )
        new.write("exposures", rows)
        new.write("firm_quarters", calls)
        new.made_with(CODE_VERSION, {})
        new.counts(
            firms=len(calls["firm_id"].unique()),
            calls=calls.num_rows,
            sentences=sentences.num_rows,
            themes=len(rows["theme_id"].unique()),
        )
    return new.published


def first_seeds(themes: Published) -> list[int]:
    """The first seed of each subset of the layouts of a published quarter's themes."""
    parameters = themes.manifest.parameters
    return [parameters["random_state"] + number for number in range(parameters["n_seeds"])]


def made_with(settings: Settings, store: ObjectStore) -> dict[str, Any]:
    """Nothing but the themes and the calls decides the exposures."""
    return {}
