"""The report as a page: its numbers are the tables', its text can do no harm, and it fits into a mail."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from dataclasses import replace
from datetime import date
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from ftm_assets.checks.limits import THEME_LIMITS
from ftm_assets.quarter_report.reading import told_by
from ftm_assets.reporting.charts import as_file, as_svg, heat_map, largest_themes, theme_map, trend_lines
from ftm_assets.reporting.content import FirmShare, Heat, QuarterContent, Quote, ThemeEntry
from ftm_assets.reporting.overview import Overview, ThreadLine
from ftm_assets.reporting.page import index_page, report_page
from ftm_assets.reporting.threads import Changes
from ftm_resources.contract.manifest import load_manifest
from ftm_resources.contract.schemas import NAMED_THEMES, THEME_EXPOSURES, THEMES
from ftm_resources.store.object_store import FolderStore
from tests.support.found_themes import FIRMS, QUARTER, said_by
from tests.support.reported import content_of, publish_exposures_of_three_themes

WICKED = '<script>alert("x")</script> & $\\frac{1}{2}$ 🙂 שלום "quoted"'


@pytest.fixture(scope="module")
def store(_three_themes_once: Path, tmp_path_factory: pytest.TempPathFactory) -> FolderStore:
    folder = tmp_path_factory.mktemp("reported") / "store"
    shutil.copytree(_three_themes_once, folder)
    found = FolderStore(folder)
    publish_exposures_of_three_themes(found)
    return found


@pytest.fixture(scope="module")
def content(store: FolderStore) -> QuarterContent:
    return content_of(store)


def entry(number: int, **changes: object) -> ThemeEntry:
    theme = ThemeEntry(
        theme_id=f"theme_{number:04d}",
        name=f"Matter {number} and what follows from it",
        description="Firms speak of it.",
        theme_class="content",
        origin="found",
        level=1,
        parent_id=None,
        keywords=["word"] * 10,
        named_by="keywords",
        n_firms=100,
        n_calls=100,
        n_sentences=1000,
        share_of_calls=0.02,
        top_firms=[FirmShare("1", "A firm with a name of forty letters, Inc.", 0.1)] * 5,
        quotes=[Quote("x" * 10_000, "A firm", "executive", "prepared remarks", date(2023, 2, 1))] * 3,
    )
    return replace(theme, **changes)  # type: ignore[arg-type]


def of(content: QuarterContent, themes: list[ThemeEntry]) -> QuarterContent:
    """The quarter with other themes."""
    places = {theme.theme_id: (n / max(len(themes), 1), 0.5) for n, theme in enumerate(themes)}
    return replace(content, themes=themes, places=places)


def test_every_number_of_a_theme_is_that_of_the_tables(store: FolderStore, content: QuarterContent) -> None:
    told = told_by(report_page(content))
    rows = load_manifest(store, THEME_EXPOSURES, QUARTER).table("exposures").to_pylist()
    assert told.keys() == {row["theme_id"] for row in load_manifest(store, NAMED_THEMES, QUARTER).table().to_pylist()}
    for theme, numbers in told.items():
        mine = [row for row in rows if row["theme_id"] == theme and row["n_sentences"]]
        assert numbers == (len(mine), sum(row["n_sentences"] for row in mine))


class _Cells(HTMLParser):
    """Every cell of every table: the caption's first words, and the rows of texts."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._open:
            self.tables[-1][-1][-1] += data


def test_every_cell_of_every_table_is_what_the_published_tables_say(
    store: FolderStore, content: QuarterContent
) -> None:
    cells = _Cells()
    cells.feed(report_page(content))
    themes, heat, why, quality, made = cells.tables  # none of talk of results: there is no such theme
    exposures = load_manifest(store, THEME_EXPOSURES, QUARTER)
    rows = exposures.table("exposures").to_pandas()
    rows = rows[rows["n_sentences"] > 0]
    calls = exposures.table("firm_quarters").to_pandas()
    usable = calls.groupby("firm_name")["n_usable_sentences"].sum()
    said = rows.groupby(["name", "firm_name"])["n_sentences"].sum()
    named = load_manifest(store, NAMED_THEMES, QUARTER).table().to_pandas()

    for name, n_calls, share, change, sentences, firms in themes[1:]:
        mine = rows[rows["name"] == name]
        assert (int(n_calls), change, int(sentences)) == (len(mine), "–", mine["n_sentences"].sum())
        assert share == f"{100 * len(mine) / len(calls):.1f} %"
        shares = (said[name] / usable).dropna().reset_index(name="share")
        best = shares.sort_values(["share", "firm_name"], ascending=[False, True])["firm_name"]
        assert firms == ", ".join(best[:3])
    assert {row[0] for row in themes[1:]} == set(named["name"])

    names = heat[0][1:]
    for firm, *shares in heat[1:]:
        assert shares == [f"{100 * said.get((name, firm), 0) / usable[firm]:.1f} %" for name in names]
    assert len(heat) > 20 and set(names) == set(named["name"])

    members = load_manifest(store, THEMES, QUARTER).table("theme_sentences").to_pandas()
    counted = members["reason"].value_counts()
    assert [int(n.replace(",", "")) for _, n in why[1:]] == sorted(counted, reverse=True)

    figures = load_manifest(store, THEMES, QUARTER).manifest.quality
    for limit in THEME_LIMITS:
        (row,) = (row for row in quality[1:] if row[0].startswith(limit.meaning))
        value = figures[limit.figure]
        assert row[1] == ("–" if value is None else f"{value:.3g}")
        assert row[2] == f"{'at least' if limit.at_least else 'at most'} {limit.warn:g}"
    for asset in (THEMES, NAMED_THEMES, THEME_EXPOSURES):
        manifest = load_manifest(store, asset, QUARTER).manifest
        assert [manifest.data_version(), manifest.code_version] in [row[2:4] for row in made if row[0] == asset.name]


def test_every_number_where_a_theme_is_read_is_that_of_the_tables(store: FolderStore, content: QuarterContent) -> None:
    exposures = load_manifest(store, THEME_EXPOSURES, QUARTER)
    rows = exposures.table("exposures").to_pandas()
    rows = rows[rows["n_sentences"] > 0]
    usable = exposures.table("firm_quarters").to_pandas().groupby("firm_name")["n_usable_sentences"].sum()
    articles = re.findall(r'<article id="(.*?)">(.*?)</article>', report_page(content), re.DOTALL)
    assert {theme for theme, _ in articles} == set(rows["theme_id"]) and articles
    for theme, text in articles:
        mine = rows[rows["theme_id"] == theme]
        counts = re.search(r"([\d,]+) firms, ([\d,]+) calls, ([\d,]+) sentences", text)
        assert counts is not None
        assert [int(n) for n in counts.groups()] == [
            mine["firm_id"].nunique(), len(mine), mine["n_sentences"].sum(),
        ]  # fmt: skip
        told = re.findall(r"<bdi>([^<]*)</bdi> \(([\d.]+) %\)", text)
        shares = mine.groupby("firm_name")["n_sentences"].sum() / usable
        assert told == [(firm, f"{100 * shares[firm]:.1f}") for firm, _ in told] and len(told) == 5
        assert shares[told[-1][0]] >= sorted(shares.dropna())[-5], "the five that speak most of it"


def test_the_figures_at_its_head_are_those_of_the_quarter(store: FolderStore, content: QuarterContent) -> None:
    said = sum(len(said_by(firm)) for firm in FIRMS)
    assert (content.n_calls, content.n_firms, content.n_usable_sentences) == (24, 24, said)
    members = load_manifest(store, THEMES, QUARTER).table("theme_sentences").to_pylist()
    inside = {row["sentence_id"] for row in members if row["theme_id"] is not None and row["strength"] != "near"}
    assert content.content_share == pytest.approx(len(inside) / said)
    page = report_page(content)
    assert f'<dd id="n-sentences">{said:,}</dd>' in page and f'<dd id="n-usable">{said:,}</dd>' in page
    assert f'<dd id="n-content">{len(content.content)}</dd>' in page
    assert f'<dd id="content-share">{100 * len(inside) / said:.1f} %</dd>' in page


def test_quotes_are_what_was_said_by_whom_and_can_be_left_out(store: FolderStore, content: QuarterContent) -> None:
    page = report_page(content)
    quote = content.themes[0].quotes[0]
    assert quote.firm in page and quote.text in page and str(quote.day) in page
    without = report_page(content_of(store, quotes=False))
    assert "<blockquote>" not in without and "Sentences are left out here" in without


def test_changes_are_shown_in_points_or_the_reason_that_there_are_none(content: QuarterContent) -> None:
    first, second, *_ = [theme.theme_id for theme in content.themes]
    assert "There is no history yet" in report_page(content)
    changes = Changes("2022Q4", points={first: 0.0521}, new=frozenset({second}))
    page = report_page(replace(content, changes=changes))
    assert ">+5.2</td>" in page and ">new</td>" in page and "since 2022Q4" in page
    assert ">back</td>" in report_page(replace(content, changes=Changes("2022Q4", back=frozenset({first}))))
    page = report_page(replace(content, changes=Changes("2022Q4", points={first: -0.03})))
    assert ">−3.0</td>" in page


@pytest.mark.filterwarnings("error:constrained_layout")  # a chart without room
def test_untrusted_text_stays_text_in_page_and_charts(content: QuarterContent) -> None:
    wicked = [
        entry(n, name=f"{n} {WICKED}", description=WICKED, keywords=[WICKED], top_firms=[FirmShare("1", WICKED, 0.1)])
        for n in range(6)
    ]
    heat = Heat([WICKED], [WICKED], np.array([[0.1]]))
    page = report_page(replace(of(content, wicked), heat=heat, licence=WICKED))
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
    assert page.count("<script>") == 1, "that which sorts"
    script = page[page.index("<script>") + len("<script>") : page.index("</script>")]
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{allowed}'" in page, "no other one is run, whatever gets into the page"
    assert "שלום" in page and "🙂" in page


def test_a_theme_under_another_one_says_under_which(content: QuarterContent) -> None:
    """It may well be the larger of the two, so it is no part."""
    above = entry(0, name="Pandemic <virus>")
    page = report_page(of(content, [above, entry(1, level=2, parent_id=above.theme_id)]))
    assert '<span class="tag">under <bdi>Pandemic &lt;virus&gt;</bdi></span>' in page
    assert "Under it:" in page


def test_each_circle_of_the_map_says_which_theme_it_is(content: QuarterContent) -> None:
    """Only some have room for a name."""
    themes = [entry(n, name=f"{n} {WICKED}") for n in range(40)]
    many = replace(of(content, themes), places={theme.theme_id: (n / 40, 0.5) for n, theme in enumerate(themes)})
    titles = re.findall(r"<title>(.*?)</title>", as_svg(theme_map(many), "Map"), re.DOTALL)
    assert titles == [f"{escape(theme.name)}: 100 calls" for theme in themes]


def test_nothing_is_loaded_from_anywhere(content: QuarterContent) -> None:
    page = report_page(content, index="../index.html")
    linked = re.findall(r"(?:src|href|xlink:href)=[\"']([^\"']*)", page)
    assert all(link.startswith("#") or link in ("../index.html", "data:,") for link in linked), linked
    assert "default-src 'none'" in page and "@import" not in page
    assert "../index.html" not in report_page(content), "a copy lies elsewhere"


@pytest.mark.parametrize("n_themes", [0, 1, 4])
def test_a_quarter_of_few_themes_has_a_page_and_charts(content: QuarterContent, n_themes: int) -> None:
    few = replace(of(content, [entry(n) for n in range(n_themes)]), heat=Heat([], []))
    page = report_page(few)
    assert len(told_by(page)) == n_themes
    assert ("No theme was found" in page) == (n_themes == 0)
    for draw in (theme_map, largest_themes):
        assert as_file(draw(few), "pdf").startswith(b"%PDF")


def test_five_hundred_themes_of_five_thousand_calls_stay_below_five_megabytes(content: QuarterContent) -> None:
    page = report_page(of(content, [entry(n) for n in range(500)]))
    assert 500_000 < len(page.encode()) < 5_000_000


def test_the_same_quarter_gives_the_same_bytes(store: FolderStore, content: QuarterContent) -> None:
    assert report_page(content_of(store)) == report_page(content)


def test_a_png_has_three_hundred_dots_an_inch_and_the_same_chart_the_same_bytes(content: QuarterContent) -> None:
    png = as_file(heat_map(content.heat), "png")
    at = png.index(b"pHYs") + 4
    assert int.from_bytes(png[at : at + 4]) == 11811, "dots a meter"
    assert png == as_file(heat_map(content.heat), "png")
    assert as_svg(theme_map(content), "Map") == as_svg(theme_map(content), "Map")


def test_the_index_leads_to_the_reports_and_shows_what_rises_and_fades() -> None:
    rising = ThreadLine("thread_1", WICKED, [0.1, None, 0.3], 0.1, "rising")
    fading = ThreadLine("thread_2", "Chips", [0.3, None, 0.1], -0.1, "falling")
    span = ["2023Q1", "2023Q2", "2023Q3"]
    page = index_page(Overview([], span, [rising], [fading], [rising, fading]))
    assert page.index("Rising") < page.index('data-thread="thread_1"') < page.index("Fading")
    assert page.index("Fading") < page.index('data-thread="thread_2"')
    assert "<script>" not in page
    cells = re.findall(r'<td class="n">(.*?)</td>', page)
    assert cells == ["10.0 %", "–", "30.0 %", "30.0 %", "–", "10.0 %"], "no slope: it is that of terms, not of shares"
    assert "use its own terms more and more often" in page
    assert "appear here when" in index_page(Overview([]))


def test_a_gap_in_the_quarters_is_a_gap_in_the_line() -> None:
    (axes,) = trend_lines(["2023Q1", "2023Q2"], [("Chips", [0.25, None])]).axes
    (line,) = axes.get_lines()
    assert line.get_ydata()[0] == 25 and np.isnan(line.get_ydata()[1])
