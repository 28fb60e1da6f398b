"""Export the panel of some quarters into a folder: its tables, a codebook, and how to cite it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pyarrow as pa

from ftm_assets.export.codebook import codebook
from ftm_assets.export.panel import long_table, vintage, wide_table
from ftm_assets.export.threads import with_threads
from ftm_assets.export.writing import write
from ftm_resources.contract.manifest import Published, read_manifest
from ftm_resources.contract.schemas import SENTIMENT_READY, THEME_EXPOSURES
from ftm_resources.errors import InputError
from ftm_resources.store.object_store import ObjectStore

KINDS = ("parquet", "csv", "stata")

CITATION = """\
FTM: cross-firm themes in earnings calls, version {version}. Exposures of {quarters}.

The transcripts have an owner and a license of their own, which this export does not change: see the data vintage in
codebook.md. {holds}
"""
WITHOUT_SENTENCES = "It holds counts and shares, and no sentence of a call."
WITH_SENTENCES = (
    "It holds sentences of the calls (themes_for_sentiment): pass it on only as far as that license allows."
)


def export(
    store: ObjectStore,
    quarters: Sequence[str],
    folder: Path,
    kinds: Sequence[str] = KINDS,
    wide: bool = False,
    sentences: bool = False,
) -> list[Path]:
    """Write the exposures of these quarters; with ``sentences`` also what was said on each theme. Returns the files.

    Raises ManifestError when a quarter is not published, InputError when the folder can't be written.
    """
    published = [read_manifest(store, THEME_EXPOSURES, quarter) for quarter in sorted(set(quarters))]
    said = [read_manifest(store, SENTIMENT_READY, one.manifest.quarter) for one in published] if sentences else []
    tables: dict[str, Callable[[], pa.Table]] = {
        "exposures": partial(_with_threads, store, published, "exposures"),
        "firm_quarters": partial(long_table, published, "firm_quarters"),
        **({f"exposures_wide_{one.manifest.quarter}": partial(wide_table, one) for one in published} if wide else {}),
        **({name: partial(_with_threads, store, said, name) for name in SENTIMENT_READY.tables} if said else {}),
    }
    files: list[Path] = []
    described: list[tuple[str, pa.Schema]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, read in tables.items():  # one at a time: those of a large quarter don't fit into memory together
            table = read()
            files += [write(table, folder, name, kind) for kind in kinds]
            described.append((name, table.schema))
            del table
        texts = {
            "codebook.md": codebook(described, vintage(published)),
            "citation.txt": CITATION.format(
                version=published[0].manifest.package_versions.get("ftm", "unknown"),
                quarters=", ".join(one.manifest.quarter for one in published),
                holds=WITH_SENTENCES if sentences else WITHOUT_SENTENCES,
            ),
        }
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"--to {folder}", f"it can't be written ({error.strerror})", "Name another folder") from None
    return [*files, *(folder / name for name in texts)]


def _with_threads(store: ObjectStore, quarters: Sequence[Published], name: str) -> pa.Table:
    return with_threads(store, long_table(quarters, name))
