"""The charts of reports and papers: drawn once by matplotlib, as SVG in a page, and as PNG and PDF for print.

Colors are Okabe and Ito's (2008), which the color-blind tell apart. Names come from transcripts and models: they are
drawn as they are, never as formulas.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from typing import Any

import numpy as np

from ftm_assets.reporting.content import Heat, QuarterContent, ThemeEntry

BLUE, ORANGE, GREEN, PINK, SKY, RED = "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"
LINES = [BLUE, ORANGE, GREEN, PINK, SKY, RED, "#000000", "#7f7f7f"]
MOST_LABELS = 24
MOST_NAME = 38

_STYLE = {
    "font.family": "sans-serif",
    "font.size": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "svg.fonttype": "none",  # letters stay letters: small, searchable, and drawn in the reader's own font
    "svg.hashsalt": "ftm",  # else ids differ from run to run
    "pdf.fonttype": 42,  # journals refuse type 3
    "text.parse_math": False,  # a dollar sign begins no formula
    "figure.dpi": 100,
}


def shortened(name: str, most: int = MOST_NAME) -> str:
    """A name that fits into a chart."""
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def theme_map(content: QuarterContent) -> Any:
    """Content themes as circles, near where their sentences are alike; area by calls, given themes in orange.

    A theme under another one is drawn without a filling.
    """
    from matplotlib.colors import to_rgba

    themes = [theme for theme in content.content if theme.theme_id in content.places]
    with _style():
        figure = _figure(7.0, 4.6)
        axes = figure.add_subplot()
        axes.set_axis_off()
        axes.set_xlim(-0.16, 1.16)
        axes.set_ylim(-0.08, 1.08)
        most = max((theme.n_calls for theme in themes), default=1)
        for number, theme in enumerate(sorted(themes, key=lambda one: -one.n_calls)):
            x, y = content.places[theme.theme_id]
            color = ORANGE if theme.origin == "given" else BLUE
            area = 30 + 620 * theme.n_calls / most
            filling = "none" if theme.level > 1 else to_rgba(color, 0.35)
            circle = axes.scatter([x], [y], s=area, facecolor=filling, edgecolor=to_rgba(color, 0.6), linewidth=0.8)
            circle.set(gid=f"circle-{number}", label=f"{theme.name}: {theme.n_calls:,} calls")  # shown at the pointer
        _label(axes, themes, content.places)
        return figure


def _label(axes: Any, themes: Sequence[ThemeEntry], places: Mapping[str, tuple[float, float]]) -> None:
    """Names of the largest themes, as far as they leave each other room."""
    taken: list[tuple[float, float, float]] = []
    for theme in sorted(themes, key=lambda one: (-one.n_calls, one.theme_id))[: 3 * MOST_LABELS]:
        x, y = places[theme.theme_id]
        name = shortened(theme.name, 30)
        half = 0.0062 * len(name)
        for height in (y, y + 0.035, y - 0.035, y + 0.07, y - 0.07):
            if all(abs(height - other) > 0.034 or abs(x - left) > half + width for left, other, width in taken):
                axes.text(x, height, name, ha="center", va="center", fontsize=7, color="#1a1a1a")
                taken.append((x, height, half))
                break
        if len(taken) == MOST_LABELS:
            return


def largest_themes(content: QuarterContent, most: int = 20) -> Any:
    """The largest content themes by the share of calls that speak of them."""
    themes = [theme for theme in content.content if theme.level == 1][:most]
    with _style():
        figure = _figure(6.5, 0.6 + 0.19 * max(len(themes), 3))
        axes = figure.add_subplot()
        at = np.arange(len(themes))
        axes.barh(
            at,
            [100 * theme.share_of_calls for theme in themes],
            color=[ORANGE if theme.origin == "given" else BLUE for theme in themes],
            height=0.7,
        )
        axes.set_yticks(at, [shortened(theme.name) for theme in themes])
        axes.invert_yaxis()
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel(f"share of the {content.n_calls:,} calls of {content.quarter}, %")
        return figure


def heat_map(heat: Heat) -> Any:
    """Firms by themes, shaded by the root of the share of a firm's usable sentences: one firm that speaks of nothing
    else would leave all others white."""
    from matplotlib.colors import PowerNorm

    with _style():
        # A single firm needs room for the scale beside it, and for the names of themes above.
        width, height = 2.6 + 0.3 * max(len(heat.themes), 6), 1.9 + 0.17 * max(len(heat.firms), 6)
        figure = _figure(width, height)
        axes = figure.add_subplot()
        if heat.shares.size:
            shades = PowerNorm(0.5, vmin=0, vmax=max(float(100 * heat.shares.max()), 1e-9))
            cells = axes.pcolormesh(100 * heat.shares, cmap="Blues", norm=shades, edgecolor="white", linewidth=0.4)
            axes.invert_yaxis()
            bar = figure.colorbar(cells, ax=axes, shrink=0.6, pad=0.02)
            bar.solids.set_rasterized(False)  # a page would have to load the picture that it is else
            bar.solids.set_edgecolor("face")  # else white lines between the shades
            bar.set_label("% of sentences")
            bar.outline.set_visible(False)
        axes.set_xticks(
            np.arange(len(heat.themes)) + 0.5, [shortened(name, 26) for name in heat.themes], rotation=50, ha="left"
        )
        axes.xaxis.tick_top()
        axes.set_yticks(np.arange(len(heat.firms)) + 0.5, [shortened(name, 30) for name in heat.firms])
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        return figure


def trend_lines(quarters: Sequence[str], lines: Sequence[tuple[str, Sequence[float | None]]]) -> Any:
    """The share of calls of some threads over quarters, a gap where no theme is the thread."""
    with _style():
        figure = _figure(6.5, 3.6)
        axes = figure.add_subplot()
        for number, (name, shares) in enumerate(lines):
            values = [np.nan if share is None else 100 * share for share in shares]
            color = LINES[number % len(LINES)]
            style = "-" if number < len(LINES) else "--"
            axes.plot(range(len(quarters)), values, style, marker="o", markersize=3, color=color, label=shortened(name))
        axes.set_xticks(range(len(quarters)), quarters)
        axes.set_ylim(bottom=0)
        axes.set_ylabel("share of calls, %")
        if lines:
            figure.legend(loc="outside right upper", frameon=False)
        return figure


def as_svg(figure: Any, title: str) -> str:
    """A chart to stand in a page, with a title for those who can't see it. The same chart gives the same text.

    What has a gid says its label when the pointer rests on it.
    """
    buffer = io.StringIO()
    with _style():
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    # Its size in points would not follow the page's width. Ids are shared by all charts of a page.
    svg = re.sub(r'^<svg ([^>]*?)width="[^"]*"', r"<svg \1", re.sub(r'^(<svg [^>]*?)height="[^"]*"', r"\1", svg))
    mark = re.sub(r"\W", "", title)[:24]
    svg = re.sub(r'(id="|url\(#|href="#)', rf"\1{mark}-", svg)
    for artist in figure.findobj(lambda one: one.get_gid() is not None):
        named = f'<g id="{mark}-{artist.get_gid()}">'
        svg = svg.replace(named, f"{named}<title>{escape(str(artist.get_label()))}</title>", 1)
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(title)}" ', 1)


def as_file(figure: Any, kind: str) -> bytes:
    """A chart as ``png``, of 300 dots an inch, or as ``pdf``."""
    buffer = io.BytesIO()
    metadata = {"CreationDate": None} if kind == "pdf" else {"Software": None}
    with _style():
        figure.savefig(buffer, format=kind, dpi=300, metadata=metadata)
    return buffer.getvalue()


@contextmanager
def _style() -> Iterator[None]:
    import matplotlib

    with matplotlib.rc_context(_STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # a name may have any letters
        yield


def _figure(width: float, height: float) -> Any:
    """An empty figure of this size in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")
