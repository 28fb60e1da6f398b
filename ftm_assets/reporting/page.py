"""A quarter's report, and the index of all reports, as pages that need nothing but themselves.

Every text in them is untrusted: the templates escape all they are given, and the pages' own policy lets a browser load
nothing. What they say is ``content.py`` and ``overview.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from ftm_assets.reporting import charts
from ftm_assets.reporting.content import QuarterContent, ThemeEntry
from ftm_assets.reporting.overview import Overview

MOST_KEYWORDS = 8
MOST_OF_A_QUOTE = 600
"""Letters: a person reads no more of a sentence, and one of ten thousand would be most of the page."""

REASONS = {
    "outlier": "unlike the others, or said by too few",
    "one_firm": "in a group that is mostly one firm's",
    "few_firms": "in a group of too few firms",
    "reporting": "talk of results",
    "ritual": "ritual",
    "less_distinct": "in a group that is less distinct than the themes",
    "too_few_sentences": "the quarter has too few",
}


def report_page(content: QuarterContent) -> str:
    """The report of a quarter as one HTML file."""
    return str(
        _template("report.html.jinja").render(
            c=content,
            map=charts.as_svg(charts.theme_map(content), f"Map of the themes of {content.quarter}"),
            heat=charts.as_svg(charts.heat_map(content.heat), f"Firms by themes, {content.quarter}"),
            under=_under(content.themes),
            reasons=REASONS,
            most_keywords=MOST_KEYWORDS,
        )
    )


def index_page(overview: Overview) -> str:
    """The page that lists the reports of all quarters, with the threads that rise and fade."""
    lines = charts.trend_lines(overview.known_quarters, [(line.name, line.shares) for line in overview.lines])
    svg = charts.as_svg(lines, "Share of calls by thread and quarter") if overview.lines else ""
    return str(_template("index.html.jinja").render(o=overview, lines=svg))


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
