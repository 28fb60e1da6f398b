"""What a report says of a quarter, as plain data: every number is one of a published table, or a sum of such.

Reading only; how it looks is ``page.py`` and ``charts.py``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from ftm_assets.checks.limits import NAME_LIMITS, THEME_LIMITS, TOPIC_LIMITS, Limit
from ftm_assets.naming.themes.evidence import evidence_of
from ftm_assets.reporting.threads import Changes, read_changes
from ftm_resources.contract.manifest import Manifest, Published, load_manifest
from ftm_resources.contract.schemas import FIRM_TOPICS, NAMED_THEMES, PREFETCHED_TRANSCRIPTS, THEME_EXPOSURES, THEMES
from ftm_resources.contract.sentences import read_sentences
from ftm_resources.store.object_store import ObjectStore

CONTENT = "content"
MADE_FROM = (PREFETCHED_TRANSCRIPTS, FIRM_TOPICS, THEMES, NAMED_THEMES, THEME_EXPOSURES)
MOST_TOP_FIRMS = 5
SPEAKERS = {"": "speaker unknown", "Executives": "executive", "Analysts": "analyst", "Attendees": "attendee"}
SECTIONS = {"presentation": "prepared remarks", "question_and_answer": "questions and answers"}

Row = dict[str, Any]


@dataclass(frozen=True)
class Quote:
    """A sentence of evidence."""

    text: str
    firm: str
    speaker: str
    section: str
    day: date


@dataclass(frozen=True)
class FirmShare:
    """How much of a firm's calls is about a theme."""

    firm: str
    share: float  # of its usable sentences, strictly counted: core and term


@dataclass(frozen=True)
class ThemeEntry:
    """One theme of the quarter."""

    theme_id: str
    name: str
    description: str
    theme_class: str
    origin: str
    level: int
    parent_id: str | None
    keywords: list[str]
    named_by: str
    n_firms: int
    n_calls: int
    n_sentences: int
    share_of_calls: float
    top_firms: list[FirmShare]
    quotes: list[Quote]


@dataclass(frozen=True)
class Figure:
    """A figure of quality beside its limit."""

    limit: Limit
    value: float | None

    @property
    def judged(self) -> str | None:
        """GOOD, WARNS or FAILS; None where there was nothing to measure."""
        return None if self.value is None else self.limit.judged(self.value)


@dataclass(frozen=True)
class QuarterContent:
    """A quarter as a report shows it."""

    quarter: str
    n_calls: int
    n_firms: int
    n_sentences: int
    n_usable_sentences: int
    first_day: date
    last_day: date
    content_share: float | None  # of usable sentences, those in a content theme
    themes: list[ThemeEntry]  # in reading order: content first, most firms first
    places: dict[str, tuple[float, float]]  # of content themes on the map, each from 0 to 1
    heat: Heat
    reasons: list[tuple[str, int]]  # why sentences are in no theme, most first
    excluded: list[tuple[str, int]]  # why sentences were left out before, most first
    quality: list[tuple[str, list[Figure]]]
    manifests: list[Manifest]
    licence: str | None
    changes: Changes

    @property
    def content(self) -> list[ThemeEntry]:
        """The themes that are about a matter."""
        return [theme for theme in self.themes if theme.theme_class == CONTENT]

    @property
    def others(self) -> list[ThemeEntry]:
        """Talk of results, and ritual."""
        return [theme for theme in self.themes if theme.theme_class != CONTENT]


@dataclass(frozen=True)
class Heat:
    """The firms that speak most of the largest content themes: shares of their usable sentences, (firms, themes)."""

    firms: list[str]
    themes: list[str]
    shares: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))


def read_content(store: ObjectStore, quarter: str, exposures: Published, quotes: bool = True) -> QuarterContent:
    """What there is to say of a quarter. ``exposures`` is its published ``theme_exposures``.

    Raises ManifestError when what they were made from can't be trusted.
    """
    manifests = [load_manifest(store, asset, quarter) for asset in MADE_FROM]
    transcripts, _, themes, named, _ = manifests
    named_rows = named.table("named_themes").to_pylist()
    rows = exposures.table("exposures").to_pylist()
    calls = exposures.table("firm_quarters").to_pylist()
    entries = _entries(named_rows, rows, calls, _quotes(transcripts, named_rows) if quotes else {})
    members = themes.table("theme_sentences", columns=["theme_id", "sentence_id", "reason"]).to_pylist()
    content = [theme for theme in entries if theme.theme_class == CONTENT]
    in_content = {theme.theme_id for theme in content}
    usable = sum(call["n_usable_sentences"] for call in calls)
    covered = len({row["sentence_id"] for row in members if row["theme_id"] in in_content})
    days = [call["earnings_call_date"] for call in calls]
    return QuarterContent(
        quarter=quarter,
        n_calls=len(calls),
        n_firms=len({call["firm_id"] for call in calls}),
        n_sentences=sum(call["n_sentences"] for call in calls),
        n_usable_sentences=usable,
        first_day=min(days),
        last_day=max(days),
        content_share=covered / usable if usable else None,
        themes=entries,
        places=_places(themes.table("themes", columns=["theme_id", "centroid"]).to_pylist(), in_content),
        heat=_heat(content, rows, calls),
        reasons=_most_first(row["reason"] for row in members if row["theme_id"] is None),
        excluded=_most_first(_excluded(transcripts)),
        quality=_quality(manifests),
        manifests=[one.manifest for one in manifests],
        licence=transcripts.manifest.parameters["source"].get("licence"),
        changes=read_changes(store, quarter),
    )


def _entries(
    named: Sequence[Row], exposures: Sequence[Row], calls: Sequence[Row], quotes: Mapping[str, Quote]
) -> list[ThemeEntry]:
    of_theme: dict[str, list[Row]] = defaultdict(list)
    for row in exposures:
        if row["n_sentences"]:  # else the call only resembles it
            of_theme[row["theme_id"]].append(row)
    classes = [CONTENT, "reporting", "ritual"]
    ordered = sorted(named, key=lambda row: (classes.index(row["theme_class"]), -row["n_firms"], row["theme_id"]))
    return [
        ThemeEntry(
            theme_id=row["theme_id"],
            name=row["name"],
            description=row["description"],
            theme_class=row["theme_class"],
            origin=row["origin"],
            level=row["level"],
            parent_id=row["parent_id"],
            keywords=row["keywords"],
            named_by=row["naming_method"],
            n_firms=row["n_firms"],
            n_calls=len(of_theme[row["theme_id"]]),
            n_sentences=sum(one["n_sentences"] for one in of_theme[row["theme_id"]]),
            share_of_calls=len(of_theme[row["theme_id"]]) / len(calls),
            top_firms=_firm_shares(of_theme[row["theme_id"]], calls)[:MOST_TOP_FIRMS],
            quotes=[quotes[sentence] for _, sentence in evidence_of(row) if sentence in quotes],
        )
        for row in ordered
    ]


def _firm_shares(rows: Sequence[Row], calls: Sequence[Row]) -> list[FirmShare]:
    """The firms of a theme, that which speaks most of it first: over all calls that it held in the quarter."""
    usable: Counter[str] = Counter()
    for call in calls:
        usable[call["firm_id"]] += call["n_usable_sentences"]
    said: Counter[str] = Counter()
    names: dict[str, str] = {}
    for row in rows:
        said[row["firm_id"]] += row["n_sentences"]
        names[row["firm_id"]] = row["firm_name"]
    shares = [(said[firm] / usable[firm], names[firm], firm) for firm in said]
    return [FirmShare(name, share) for share, name, _ in sorted(shares, key=lambda one: (-one[0], one[1], one[2]))]


def _quotes(transcripts: Published, named: Sequence[Row]) -> dict[str, Quote]:
    """The sentences of evidence of all themes, by id. Only the row groups of their firms are read."""
    wanted = {sentence: firm for row in named for firm, sentence in evidence_of(row)}
    firms = sorted({firm for firm in wanted.values() if firm in transcripts.manifest.firm_to_chunk})
    columns = ["sentence_id", "raw_text", "firm_name", "speaker_type", "section", "earnings_call_date"]
    rows = read_sentences(transcripts, firms, columns).to_pylist()
    return {
        row["sentence_id"]: Quote(
            row["raw_text"],
            row["firm_name"],
            SPEAKERS.get(row["speaker_type"] or "", str(row["speaker_type"])),
            SECTIONS.get(row["section"], "section unknown"),
            row["earnings_call_date"],
        )
        for row in rows
        if row["sentence_id"] in wanted
    }


def _excluded(transcripts: Published) -> Iterable[str]:
    rows = read_sentences(transcripts, columns=["excluded"])["excluded"]
    return (reason for reason in rows.to_pylist() if reason is not None)


def _places(rows: Sequence[Row], shown: set[str]) -> dict[str, tuple[float, float]]:
    """Where themes stand on a map, from 0 to 1: near are those whose sentences point the same way.

    t-SNE of their centroids by cosine (van der Maaten and Hinton, 2008), with a fixed seed: the same themes give the
    same map. Only the order along both axes is kept, or one theme far away would press the others together. Fewer than
    five stand in a row.
    """
    rows = [row for row in rows if row["theme_id"] in shown]
    if not rows:
        return {}
    if len(rows) < 5:
        found = np.array([[n, n] for n in range(len(rows))], np.float64)
    else:
        from sklearn.manifold import TSNE

        centroids = np.array([row["centroid"] for row in rows], np.float64)
        perplexity = min(15.0, (len(rows) - 1) / 3)
        found = TSNE(
            perplexity=perplexity, metric="cosine", init="random", random_state=42, method="exact", max_iter=500
        ).fit_transform(centroids)
    unit = found.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable") / max(len(rows) - 1, 1)
    return {row["theme_id"]: (float(x), float(y)) for row, (x, y) in zip(rows, unit, strict=True)}


MOST_HEAT_FIRMS, MOST_HEAT_THEMES = 25, 15


def _heat(content: Sequence[ThemeEntry], rows: Sequence[Row], calls: Sequence[Row]) -> Heat:
    themes = [theme for theme in content if theme.level == 1][:MOST_HEAT_THEMES]
    shares: dict[str, dict[str, float]] = defaultdict(dict)
    for theme in themes:
        for one in _firm_shares(
            [row for row in rows if row["theme_id"] == theme.theme_id and row["n_sentences"]], calls
        ):
            shares[one.firm][theme.theme_id] = one.share
    firms = sorted(shares, key=lambda firm: (-sum(shares[firm].values()), firm))[:MOST_HEAT_FIRMS]
    found = np.array([[shares[firm].get(theme.theme_id, 0.0) for theme in themes] for firm in firms])
    return Heat(firms, [theme.name for theme in themes], found.reshape(len(firms), len(themes)))


def _quality(manifests: Sequence[Published]) -> list[tuple[str, list[Figure]]]:
    _, topics, themes, named, _ = (one.manifest.quality for one in manifests)
    groups = (
        ("Themes", THEME_LIMITS, themes),
        ("Names", NAME_LIMITS, named),
        ("Topics of firms", TOPIC_LIMITS, topics),
    )
    return [
        (heading, [Figure(limit, figures.get(limit.figure)) for limit in limits]) for heading, limits, figures in groups
    ]


def _most_first(reasons: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(reasons).items(), key=lambda one: (-one[1], one[0]))
