"""Compare a store with what a package says: ``python -m ftm_assets.replication.check``, which ``run.sh`` calls.

STORE                   the pseudo data: are all tables of the sample's quarter there, with about as many rows as
                        elsewhere, and are their keys unique? Another computer gives somewhat other themes.
STORE --with FOLDER     your own quarters: is each file one that a manifest in FOLDER lists, byte by byte, and if
                        not, has it about as many rows?
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import pyarrow as pa

from ftm_resources.contract.manifest import load_manifest, read_manifest
from ftm_resources.contract.schemas import ASSETS, NAMING_COMPARISON, PREFETCHED_TRANSCRIPTS
from ftm_resources.errors import FTMError, ManifestError
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.store.opening import open_store

EXPECTED = Path(__file__).parent / "expected.json"
TOLERANCE = 0.2
"""By how much the rows of a table may differ: sentences and calls are the same everywhere, but themes are found with
floating-point numbers, which processors round differently."""

KEYS: dict[str, Sequence[str]] = {
    "named_topics": ["topic_id"],
    "themes": ["theme_id"],
    "theme_terms": ["theme_id", "term"],
    "theme_topics": ["topic_id"],
    "named_themes": ["theme_id"],
    "exposures": ["firm_id", "transcript_id", "theme_id"],
    "firm_quarters": ["firm_id", "transcript_id"],
    "themes_for_sentiment": ["theme_id", "sentence_id"],
}
"""The columns that tell the rows of a table apart; tables that are not here have rows without a theme."""


def expected(store: ObjectStore, quarter: str) -> dict[str, Any]:
    """What the tables of a quarter are like: the content of ``expected.json``."""
    assets = [asset for asset in ASSETS.values() if asset.by_quarter and asset is not NAMING_COMPARISON]
    tables = {
        name: {"asset": asset.name, "rows": load_manifest(store, asset, quarter).table(name).num_rows}
        for asset in assets
        for name in asset.tables
    }
    transcripts = load_manifest(store, PREFETCHED_TRANSCRIPTS, quarter).manifest
    return {
        "quarter": quarter,
        "pseudo_data": transcripts.parameters["source"].get("version"),
        "calls": transcripts.n_calls,
        "firms": transcripts.n_firms,
        "sentences": transcripts.n_sentences,
        "tables": tables,
    }


def differences(store: ObjectStore, wanted: Mapping[str, Any]) -> Iterator[str]:
    """What is not as expected of the pseudo data; nothing when all is. Raises ManifestError for a missing table."""
    quarter = wanted["quarter"]
    transcripts = load_manifest(store, PREFETCHED_TRANSCRIPTS, quarter).manifest
    if transcripts.parameters["source"].get("version") != wanted["pseudo_data"]:
        yield "the pseudo data are not those of this package"
    for name, found in (
        ("calls", transcripts.n_calls), ("firms", transcripts.n_firms), ("sentences", transcripts.n_sentences)
    ):  # fmt: skip
        if found != wanted[name]:
            yield f"{found} {name} instead of {wanted[name]}"
    for name, of in wanted["tables"].items():
        table = read_manifest(store, ASSETS[of["asset"]], quarter).table(name)
        if not _about(table.num_rows, of["rows"]):
            yield f"{name}: {table.num_rows:,} rows instead of about {of['rows']:,}"
        yield from _wrong_keys(name, table)


def own_differences(store: ObjectStore, records: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What is not as the manifests of a package say."""
    for record in records:
        asset = ASSETS[record["asset"]]
        called = asset.called(record["quarter"])
        try:
            there = read_manifest(store, asset, record["quarter"]).manifest.files
        except ManifestError as error:
            yield str(error)  # and go on: somebody may have made some of the quarters
            continue
        # By what is in them: what files of topics are called depends on the number of cores.
        same = Counter(file["sha256"] for file in record["files"]) & Counter(file.sha256 for file in there)
        rows, wanted = (sum(file.rows for file in there), sum(file["rows"] for file in record["files"]))
        click.echo(f"{called}: {same.total()} of {len(record['files'])} files are the same, byte by byte")
        if not _about(rows, wanted):
            yield f"{called}: {rows:,} rows instead of about {wanted:,}"


def _wrong_keys(name: str, table: pa.Table) -> Iterator[str]:
    keys = list(KEYS.get(name, ()))
    if not keys:
        return
    if empty := [key for key in keys if table[key].null_count]:
        yield f"{name}: {', '.join(empty)} is missing in some rows"
    repeated = table.num_rows - table.group_by(keys).aggregate([]).num_rows
    if repeated:
        yield f"{name}: {repeated:,} rows repeat the {' and '.join(keys)} of another one"


def _about(found: int, wanted: int) -> bool:
    return abs(found - wanted) <= TOLERANCE * wanted


@click.command()
@click.argument("store")
@click.option("--with", "folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def main(store: str, folder: Path | None) -> None:
    """Compare STORE with the pseudo data's tables, or with the manifests in a FOLDER."""
    try:
        opened = open_store(store)
        if folder is None:
            wanted = json.loads(EXPECTED.read_bytes())
            wrong = list(differences(opened, wanted))
            right = f"all {len(wanted['tables'])} tables of {wanted['quarter']} have the rows and keys expected"
        else:
            records = [record for path in sorted(folder.glob("*.json")) for record in json.loads(path.read_bytes())]
            wrong, right = list(own_differences(opened, records)), f"{len(records)} published assets are as listed"
    except FTMError as error:
        raise click.ClickException(str(error)) from error
    for line in wrong:
        click.echo(f"differs: {line}")
    if wrong:
        sys.exit(1)
    click.echo(f"Reproduced: {right}.")


if __name__ == "__main__":
    main()
