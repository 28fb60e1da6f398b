"""The texts of a package: its README, in the sections of the social science data editors' template, and the rest.

The AEA's journals ask for that template; RFS follows the standard behind it (DCAS), and what JFE, JFQA and RF ask for
is in it: https://social-science-data-editors.github.io/template_README.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ftm_assets.replication.record import given_themes
from ftm_resources.contract.schemas import PREFETCHED_TRANSCRIPTS
from ftm_resources.quarters import quarters_between
from ftm_resources.transcript_sources.open_datasets.origin import DATASETS

TEMPLATES = Path(__file__).parent / "templates"

PROGRAMS = {
    "prefetched_transcripts": "transcripts split into sentences, with identifiers of the day of the call",
    "firm_topics": "topics of each firm, and the embedding of each sentence",
    "named_topics": "topics of each firm, with names",
    "themes": "themes, their sentences, their terms, and what subsets of the layouts find",
    "named_themes": "themes with names and evidence",
    "theme_exposures": "the panel: the share of each call by theme, its errors, and the denominators",
    "sentiment_ready": "sentences by theme, with their words",
    "theme_history": "threads: themes followed over quarters",
}
"""What each asset makes that has tables, in the order in which they are made."""

HOW_TO_GET = {
    "sample": "Nothing to get: the calls are invented and come with the code.",
    "wrds": "Capital IQ Transcripts, and CRSP/Compustat Merged for PERMNOs, by subscription from Wharton Research "
    "Data Services (https://wrds-www.wharton.upenn.edu). With an account: `export DATA_SOURCE=wrds WRDS_USERNAME=you`, "
    "the password in `~/.pgpass`, and the other settings as in `settings.json`. `WRDS_AS_OF` with the day they were "
    "obtained leaves out transcripts that were made later; what was removed since can't be had again.",
    "files": "From whom the authors have them (**to be filled in**), as files with the names, sizes and sha256 in "
    "`manifests/` under `parameters.source`. Then `export DATA_SOURCE=files FTM_FILES=…` and the other settings as in "
    "`settings.json`.",
    "open-datasets": "`export DATA_SOURCE=open-datasets` downloads Earnings-21 and Earnings-22 (Rev.com, CC BY-SA 4.0) "
    "at the commit in `manifests/`.",
}
CITED = {
    "wrds": [
        "S&P Global Market Intelligence. Capital IQ Transcripts. Wharton Research Data Services, obtained {obtained}.",
        "Center for Research in Security Prices. CRSP/Compustat Merged. Wharton Research Data Services, obtained "
        "{obtained}.",
    ],
    "open-datasets": [dataset.citation for dataset in DATASETS],
}
"""How the transcripts of a source are cited."""

PUBLIC = {"sample", "open-datasets"}
"""Sources that everybody may have."""

ANOTHER_SOURCE = "**To be filled in**: the source is described in `manifests/` under `parameters.source`."


def readme(records: Mapping[str, Sequence[Mapping[str, Any]]], version: str, python: str) -> str:
    """README.md: ``records`` are those of each quarter, and of the history under its own name."""
    quarters = []
    versions: dict[str, set[str]] = {}
    for quarter, record in records.items():
        for asset in record:
            for name, of in asset["package_versions"].items():
                versions.setdefault(name, set()).add(of)
            if asset["asset"] == PREFETCHED_TRANSCRIPTS.name:
                source = asset["parameters"].get("source", {})
                quarters.append({
                    "quarter": quarter,
                    "source": str(source.get("source", "unknown")),
                    "licence": str(source.get("licence", "")),
                    "obtained": asset["obtained"],
                    **asset["counts"],
                })  # fmt: skip
    sources = sorted({row["source"] for row in quarters})
    programs = [
        {"asset": asset, "makes": makes, "program": f"code/ftm_assets/{asset}/", "files": _files(records, asset)}
        for asset, makes in PROGRAMS.items()
    ]
    return rendered(
        "README.md.jinja",
        quarters=quarters,
        sources=sources,
        public=PUBLIC.issuperset(sources),
        cited=[line.format(obtained=_days(quarters, source)) for source in sources for line in CITED.get(source, [])],
        ways=[(source, HOW_TO_GET.get(source, ANOTHER_SOURCE)) for source in sources],
        programs=programs,
        versions={name: ", ".join(sorted(of)) for name, of in sorted(versions.items())},
        version=version,
        python=python,
        first=quarters[0]["quarter"],
        last=quarters[-1]["quarter"],
        which=_which([row["quarter"] for row in quarters]),
        history="history" in records,
        models=_models(records),
        given=bool(given_themes(records)),
    )


def _which(quarters: Sequence[str]) -> str:
    """These quarters in words, oldest first: as a range only where none between is missing."""
    if len(quarters) > 1 and quarters == quarters_between(quarters[0], quarters[-1]):
        return f"{quarters[0]} to {quarters[-1]}"
    return ", ".join(quarters)


def _days(quarters: Sequence[Mapping[str, Any]], source: str) -> str:
    """On which days transcripts were obtained from a source: the first and the last."""
    days = sorted({row["obtained"] for row in quarters if row["source"] == source})
    return days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"


def rendered(template: str, **values: Any) -> str:
    """A template of ours with these values, as Markdown or YAML: nothing is escaped but what ends a cell."""
    import jinja2

    environment = jinja2.Environment(  # no HTML: what a file is called is shown in a cell of Markdown
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    environment.filters["cell"] = lambda value: " ".join(str(value).replace("|", "\\|").replace("<", "&lt;").split())
    return environment.get_template(template).render(**values)


def _models(records: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[str]:
    """The language models that named anything in these quarters, sorted."""
    methods = {str(record["parameters"].get("naming", "")) for of in records.values() for record in of}
    return sorted(method.removeprefix("llm:") for method in methods if method.startswith("llm:"))


def _files(records: Mapping[str, Sequence[Mapping[str, Any]]], asset: str) -> list[str]:
    """The folder that an asset publishes in; empty when no quarter of it is in the package."""
    paths = {
        file["path"].rpartition("/")[0].rpartition("/quarter=")[0] or file["path"].rpartition("/")[0]
        for record in records.values()
        for one in record
        if one["asset"] == asset
        for file in one["files"]
    }
    return sorted(paths)
