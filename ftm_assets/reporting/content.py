"""What a report says of a quarter, as plain data: every number is one of a published table, or a sum of such.

Reading only; how it looks is ``page.py`` and ``charts.py``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ftm_assets.checks.limits import NAME_LIMITS, THEME_LIMITS, TOPIC_LIMITS, Limit
from ftm_assets.naming.themes.evidence import evidence_of
from ftm_assets.reporting.threads import Changes, read_changes
from ftm_resources.contract.manifest import Manifest, Published, load_manifest
from ftm_resources.contract.schemas import FIRM_TOPICS, NAMED_THEMES, PREFETCHED_TRANSCRIPTS, THEME_EXPOSURES, THEMES
from ftm_resources.contract.sentences import read_sentences
from ftm_resources.store.object_store import ObjectStore

CONTENT = "content"
CLASSES = (CONTENT, "reporting", "ritual")
CALL_COLUMNS = ["firm_id", "earnings_call_date", "n_sentences", "n_usable_sentences"]
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

    firm_id: str
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
    n_firms: int  # with a sentence that it stands on, as all counts here: what only resembles it is not counted
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
    content_share: float | None  # of usable sentences, those that a content theme stands on
    themes: list[ThemeEntry]  # in reading order: content first, most calls first
    places: dict[str, tuple[float, float]]  # of content themes on the map, each from 0 to 1
    heat: Heat
    reasons: list[tuple[str, int]]  # why sentences are in no theme, most first
    excluded: list[tuple[str, int]]  # why sentences were left out before, most first
    quality: list[tuple[str, list[Figure]]]
    manifests: list[Manifest]
    licence: str | None
    changes: Changes
    with_quotes: bool

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
    calls = exposures.table("firm_quarters", columns=CALL_COLUMNS).to_pylist()
    said = _said(exposures, calls)
    named_rows = named.table("named_themes").to_pylist()
    entries = _entries(named_rows, said, len(calls), _quotes(transcripts, named_rows) if quotes else {})
    content = [theme for theme in entries if theme.theme_class == CONTENT]
    in_content = {theme.theme_id for theme in content}
    members = themes.table("theme_sentences", columns=["theme_id", "sentence_id", "strength", "reason"])
    usable = sum(call["n_usable_sentences"] for call in calls)
    days = [call["earnings_call_date"] for call in calls]
    return QuarterContent(
        quarter=quarter,
        n_calls=len(calls),
        n_firms=len({call["firm_id"] for call in calls}),
        n_sentences=sum(call["n_sentences"] for call in calls),
        n_usable_sentences=usable,
        first_day=min(days),
        last_day=max(days),
        content_share=_covered(members, in_content) / usable if usable else None,
        themes=entries,
        places=_places(themes.table("themes", columns=["theme_id", "centroid"]).to_pylist(), in_content),
        heat=_heat(content, said),
        reasons=_most_first(members["reason"]),
        excluded=_most_first(read_sentences(transcripts, columns=["excluded"])["excluded"]),
        quality=_quality(manifests),
        manifests=[one.manifest for one in manifests],
        licence=transcripts.manifest.parameters["source"].get("licence"),
        changes=read_changes(store, quarter),
        with_quotes=quotes,
    )


@dataclass(frozen=True)
class _OfATheme:
    """What was said of a theme, strictly counted."""

    n_calls: int
    n_sentences: int
    firms: list[FirmShare]  # that which speaks most of it first


def _said(exposures: Published, calls: Sequence[Row]) -> Mapping[str, _OfATheme]:
    """What was said of each theme, by its id. A quarter of 5,000 calls and 500 themes has half a million exposures:
    only the columns that count are read, and each row is looked at once."""
    usable: Counter[str] = Counter()
    for call in calls:
        usable[call["firm_id"]] += call["n_usable_sentences"]
    rows = exposures.table("exposures", columns=["theme_id", "firm_id", "firm_name", "n_sentences"])
    rows = rows.filter(pc.greater(rows["n_sentences"], 0))  # else the call only resembles the theme
    n_calls: Counter[str] = Counter()
    of_firm: dict[str, Counter[str]] = defaultdict(Counter)
    names: dict[str, str] = {}
    columns = (rows[name].to_pylist() for name in ("theme_id", "firm_id", "firm_name", "n_sentences"))
    for theme, firm, name, n in zip(*columns, strict=True):
        n_calls[theme] += 1
        of_firm[theme][firm] += n
        names[firm] = name
    return {
        theme: _OfATheme(n_calls[theme], sum(firms.values()), _firm_shares(firms, usable, names))
        for theme, firms in of_firm.items()
    }


def _firm_shares(firms: Mapping[str, int], usable: Mapping[str, int], names: Mapping[str, str]) -> list[FirmShare]:
    """The firms of a theme, that which speaks most of it first: over all calls that it held in the quarter."""
    shares = [FirmShare(firm, names[firm], n / usable[firm]) for firm, n in firms.items()]
    return sorted(shares, key=lambda one: (-one.share, one.firm, one.firm_id))


def _covered(members: pa.Table, themes: set[str]) -> int:
    """How many sentences some of these themes stand on."""
    inside = pc.is_in(members["theme_id"], pa.array(sorted(themes), pa.string()))
    held = members.filter(pc.and_(inside, pc.fill_null(pc.not_equal(members["strength"], "near"), False)))
    return int(pc.count_distinct(held["sentence_id"]).as_py())


def _entries(
    named: Sequence[Row], said: Mapping[str, _OfATheme], n_calls: int, quotes: Mapping[str, Quote]
) -> list[ThemeEntry]:
    nothing = _OfATheme(0, 0, [])
    entries = []
    for row in named:
        of_theme = said.get(row["theme_id"], nothing)
        entry = ThemeEntry(
            theme_id=row["theme_id"],
            name=row["name"],
            description=row["description"],
            theme_class=row["theme_class"],
            origin=row["origin"],
            level=row["level"],
            parent_id=row["parent_id"],
            keywords=row["keywords"],
            named_by=row["naming_method"],
            n_firms=len(of_theme.firms),
            n_calls=of_theme.n_calls,
            n_sentences=of_theme.n_sentences,
            share_of_calls=of_theme.n_calls / n_calls,
            top_firms=of_theme.firms[:MOST_TOP_FIRMS],
            quotes=[quotes[sentence] for _, sentence in evidence_of(row) if sentence in quotes],
        )
        entries.append(entry)
    return sorted(entries, key=lambda one: (CLASSES.index(one.theme_class), -one.n_calls, one.theme_id))


def _quotes(transcripts: Published, named: Sequence[Row]) -> dict[str, Quote]:
    """The sentences of evidence of all themes, by id. Only the row groups of their firms are read."""
    wanted = {sentence: firm for row in named for firm, sentence in evidence_of(row)}
    firms = sorted({firm for firm in wanted.values() if firm in transcripts.manifest.firm_to_chunk})
    columns = ["sentence_id", "raw_text", "firm_name", "speaker_type", "section", "earnings_call_date"]
    rows = read_sentences(transcripts, firms, columns)
    rows = rows.filter(pc.is_in(rows["sentence_id"], pa.array(sorted(wanted), pa.string())))
    return {
        row["sentence_id"]: Quote(
            row["raw_text"],
            row["firm_name"],
            SPEAKERS.get(row["speaker_type"] or "", str(row["speaker_type"])),
            SECTIONS.get(row["section"], "section unknown"),
            row["earnings_call_date"],
        )
        for row in rows.to_pylist()
    }


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


def _heat(content: Sequence[ThemeEntry], said: Mapping[str, _OfATheme]) -> Heat:
    themes = [theme for theme in content if theme.level == 1 and theme.theme_id in said][:MOST_HEAT_THEMES]
    shares: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)  # of a firm, by its id and name
    for theme in themes:
        for one in said[theme.theme_id].firms:
            shares[one.firm_id, one.firm][theme.theme_id] = one.share
    firms = sorted(shares, key=lambda firm: (-sum(shares[firm].values()), firm[1], firm[0]))[:MOST_HEAT_FIRMS]
    found = np.array([[shares[firm].get(theme.theme_id, 0.0) for theme in themes] for firm in firms])
    names = [name for _, name in firms]
    return Heat(names, [theme.name for theme in themes], found.reshape(len(firms), len(themes)))


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


def _most_first(reasons: pa.ChunkedArray) -> list[tuple[str, int]]:
    counted = pc.value_counts(reasons.drop_null()).to_pylist()
    return sorted(((one["values"], one["counts"]) for one in counted), key=lambda one: (-one[1], one[0]))
