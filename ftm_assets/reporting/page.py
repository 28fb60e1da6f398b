"""A quarter's report, and the index of all reports, as pages that need nothing but themselves.

Every text in them is untrusted: the templates escape all they are given, and the pages' own policy lets a browser load
nothing. What they say is ``content.py`` and ``overview.py``.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any

from ftm_assets.reporting import charts
from ftm_assets.reporting.content import QuarterContent, ThemeEntry
from ftm_assets.reporting.overview import Overview

MOST_KEYWORDS = 8
MOST_OF_A_QUOTE = 600
"""Letters: a person reads no more of a sentence, and one of ten thousand would be most of the page."""

MOST_FILES = 5
"""Of a person's transcripts, named on the page."""

REASONS = {
    "outlier": "unlike the others, or said by too few",
    "one_firm": "in a group that is mostly one firm's",
    "few_firms": "in a group of too few firms",
    "reporting": "talk of results",
    "ritual": "ritual",
    "less_distinct": "in a group that is less distinct than the themes",
    "too_few_sentences": "the quarter has too few",
}


def report_page(content: QuarterContent, index: str | None = None) -> str:
    """The report of a quarter as one HTML file. ``index`` is where all reports are listed; a copy has no such link."""
    script = str(_template("sort.js.jinja").render())
    return str(
        _template("report.html.jinja").render(
            c=content,
            index=index,
            script=script,
            script_source=_source(script),
            made=_made(content),
            map=_map(content),
            heat=charts.as_svg(charts.heat_map(content.heat), f"Firms by themes, {content.quarter}"),
            under=_under(content.themes),
            names={theme.theme_id: theme.name for theme in content.themes},
            reasons=REASONS,
            most_keywords=MOST_KEYWORDS,
        )
    )


def _map(content: QuarterContent) -> str:
    """The map as SVG; nothing for fewer than three themes, which are near each other or not in any case."""
    if len(content.content) < 3:
        return ""
    return charts.as_svg(charts.theme_map(content), f"Map of the themes of {content.quarter}")


def index_page(overview: Overview) -> str:
    """The page that lists the reports of all quarters, with the threads that rise and fade."""
    lines = charts.trend_lines(overview.known_quarters, [(line.name, line.shares) for line in overview.lines])
    svg = charts.as_svg(lines, "Share of calls by thread and quarter") if overview.lines else ""
    return str(_template("index.html.jinja").render(o=overview, lines=svg, script_source="'none'"))


def _source(script: str) -> str:
    """The one script that a browser may run: by its hash, so that words that got past the escaping run nothing."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _made(content: QuarterContent) -> list[tuple[str, str]]:
    """What made the themes, in plain words: pairs of a question and its answer."""
    transcripts, topics, themes, named, _ = content.manifests
    source = transcripts.parameters["source"]
    names = [file["name"] for file in source.get("files", [])]
    more = f" and {len(names) - MOST_FILES} more" if len(names) > MOST_FILES else ""
    files = ", ".join(names[:MOST_FILES]) + more
    return [
        ("Transcripts", f"{source.get('source', 'of an unnamed source')}{f' ({files})' if files else ''}"),
        ("Obtained", f"{transcripts.created_at:%Y-%m-%d}"),
        ("Sentences embedded by", str(topics.parameters.get("embedding_model", "–"))),
        ("Themes found by", "UMAP and HDBSCAN" + ("" if themes.seed is None else f", random state {themes.seed}")),
        ("Themes named by", str(named.parameters.get("naming", "–"))),
        ("Program", f"ftm {themes.package_versions.get('ftm', '')}".strip()),
    ]


def _under(themes: Sequence[ThemeEntry]) -> dict[str, list[ThemeEntry]]:
    under: dict[str, list[ThemeEntry]] = {}
    for theme in themes:
        if theme.parent_id is not None:
            under.setdefault(theme.parent_id, []).append(theme)
    return under


def _percent(share: float | None, digits: int = 1) -> str:
    return "–" if share is None else f"{100 * share:.{digits}f} %"


def _points(change: float | None) -> str:
    """A change of a share in percentage points."""
    return "–" if change is None else f"{100 * change:+.1f}".replace("-", "−")


def _short(text: str) -> str:
    return text if len(text) <= MOST_OF_A_QUOTE else text[:MOST_OF_A_QUOTE].rstrip() + " …"


@cache
def _template(name: str) -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("ftm_assets.reporting", "templates"),
        autoescape=True,  # the default goes by the name's ending, which here is jinja's
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"percent": _percent, "points": _points, "short": _short, "number": lambda n: f"{n:,}"}
    return environment.get_template(name)
