"""Export the panel of some quarters into a folder: its tables, a codebook, and how to cite it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ftm_assets.export.codebook import codebook
from ftm_assets.export.panel import long_tables, vintage, wide_table
from ftm_assets.export.threads import with_threads
from ftm_assets.export.writing import write
from ftm_resources.contract.manifest import read_manifest
from ftm_resources.contract.schemas import THEME_EXPOSURES
from ftm_resources.errors import InputError
from ftm_resources.store.object_store import ObjectStore

KINDS = ("parquet", "csv", "stata")

CITATION = """\
FTM: cross-firm themes in earnings calls, version {version}. Exposures of {quarters}.

The transcripts have an owner and a license of their own, which this export does not change: see the data vintage in
codebook.md. It holds counts and shares, and no sentence of a call.
"""


def export(
    store: ObjectStore, quarters: Sequence[str], folder: Path, kinds: Sequence[str] = KINDS, wide: bool = False
) -> list[Path]:
    """Write the exposures of these quarters. Returns the files.

    Raises ManifestError when a quarter is not published, InputError when the folder can't be written.
    """
    published = [read_manifest(store, THEME_EXPOSURES, quarter) for quarter in sorted(set(quarters))]
    tables = long_tables(published)
    tables["exposures"] = with_threads(store, tables["exposures"])
    if wide:
        tables |= {f"exposures_wide_{one.manifest.quarter}": wide_table(one) for one in published}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files = [write(table, folder, name, kind) for name, table in tables.items() for kind in kinds]
        described = [(name, table.column_names) for name, table in tables.items()]
        texts = {
            "codebook.md": codebook(described, vintage(published)),
            "citation.txt": CITATION.format(
                version=published[0].manifest.package_versions.get("ftm", "unknown"),
                quarters=", ".join(one.manifest.quarter for one in published),
            ),
        }
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"--to {folder}", f"it can't be written ({error.strerror})", "Name another folder") from None
    return [*files, *(folder / name for name in texts)]
