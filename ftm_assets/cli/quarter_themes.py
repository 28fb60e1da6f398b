"""``ftm themes``: the themes of a quarter, each with sentences of evidence and who said them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from rich.padding import Padding

from ftm_assets.cli.reading_order import in_reading_order, is_shown_first, what_is_left_out
from ftm_assets.cli.terminal import console, plain, who_said
from ftm_assets.naming.themes.evidence import evidence_of
from ftm_resources.contract.manifest import Published, load_manifest, read_manifest, require_up_to_date
from ftm_resources.contract.schemas import NAMED_THEMES, PREFETCHED_TRANSCRIPTS
from ftm_resources.contract.sentences import read_by_id
from ftm_resources.errors import ManifestError
from ftm_resources.store.object_store import ObjectStore


def print_themes(store: ObjectStore, quarter: str, everything: bool) -> None:
    """Print the themes that a person looks at first, or ``everything``."""
    published = read_manifest(store, NAMED_THEMES, quarter)
    rows = in_reading_order(published.table().to_pylist())
    shown = [row for row in rows if everything or is_shown_first(row)]
    transcripts = load_manifest(store, PREFETCHED_TRANSCRIPTS, quarter)
    said = _evidence(transcripts, shown)
    names = {row["theme_id"]: row["name"] for row in rows}
    under = defaultdict(list)
    for row in rows:
        under[row["parent_id"]].append(row["name"])
    for row in shown:
        kin = [f"Under: {names[row['parent_id']]}"] if row["parent_id"] else []
        if below := under[row["theme_id"]]:
            kin.append(f"Under it{'' if everything else ', with --all'}: {', '.join(below)}")
        _print_theme(row, kin, said)
    if licence := transcripts.manifest.parameters["source"].get("licence"):
        console.print(f"[dim]Sentences: {plain(licence)}[/dim]")
    by = ", ".join(sorted({row["naming_method"] for row in rows})) or "nothing"
    console.print(f"{len(shown)} themes of {quarter}, named by {plain(by)}.")
    if left := what_is_left_out(rows, shown):
        console.print(f"Not shown: {left}. With --all they are.")
    try:
        require_up_to_date(published)
    except ManifestError:
        console.print(f"[yellow]Out of date: what they are made from has changed since. ftm run {quarter}[/yellow]")


def _evidence(transcripts: Published, themes: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What is quoted of these themes, and who said it, by sentence id."""
    known = transcripts.manifest.firm_to_chunk
    pairs = [pair for row in themes for pair in evidence_of(row) if pair[0] in known]
    return read_by_id(transcripts, pairs, ["firm_id", "firm_name", "earnings_call_date", "speaker_type", "raw_text"])


def _print_theme(row: dict[str, Any], kin: Sequence[str], said: dict[str, dict[str, Any]]) -> None:
    counts = f"{row['n_firms']} firms, {row['n_sentences']} sentences, {row['theme_class']}, {row['theme_id']}"
    console.print(f"[bold]{plain(row['name'])}[/bold]  {counts}")
    lines = [plain(line) for line in (row["description"], *kin)]
    for sentence_id in row["evidence_sentence_ids"]:
        if sentence := said.get(sentence_id):
            lines.append(f'[dim]{who_said(sentence)}[/dim]  "{plain(sentence["raw_text"])}"')
        else:
            lines.append(f"[dim]{plain(sentence_id)}[/dim]  (not in the store)")
    for line in lines:
        console.print(Padding(line, (0, 0, 0, 2)))
    console.print()
