"""What every asset shows in the UI for a quarter: its manifest's figures, where its files are, small pictures.

Numbers are plain numbers, because the UI plots those across quarters by itself. Never any transcript text: it is
licensed, and metadata is kept in the event log forever.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping
from typing import Any

import dagster as dg

from ftm_resources.contract.manifest import Published

MOST_PICTURE_BYTES = 60_000
"""Of a picture in metadata: it goes into the event log at every materialization, and into every page query."""


def as_result(published: Published, shown: Mapping[str, Any] | None = None) -> dg.MaterializeResult[None]:
    """A materialization with the manifest's data version, its figures, and what else is to be shown."""
    manifest = published.manifest
    counts = {
        "firms": manifest.n_firms,
        "calls": manifest.n_calls,
        "sentences": manifest.n_sentences,
        "topics": manifest.n_topics,
        "themes": manifest.n_themes,
        "chunks": manifest.n_chunks,
    }
    prefix = published.asset.folder(manifest.quarter)
    metadata: dict[str, Any] = {
        "quarter": manifest.quarter,
        **{name: value for name, value in counts.items() if value is not None},
        **{name: round(value, 4) for name, value in manifest.quality.items() if value is not None},
        **manifest.costs,
        "megabytes": round(sum(file.bytes for file in manifest.files) / 1e6, 3),
        "dagster/row_count": sum(file.rows for file in manifest.files),
        "files": dg.MetadataValue.path(published.store.where(prefix)),
        "manifest": dg.MetadataValue.path(published.store.where(published.asset.manifest(manifest.quarter))),
        **(shown or {}),
    }
    return dg.MaterializeResult(metadata=metadata, data_version=dg.DataVersion(manifest.data_version()))


def table(rows: list[dict[str, Any]], columns: list[str]) -> dg.TableMetadataValue:
    """A short table. Its cells are shown as plain text: words from transcripts can't format or link anything."""
    records = [dg.TableRecord({column: row[column] for column in columns}) for row in rows]
    schema = dg.TableSchema([dg.TableColumn(column, type=_kind(rows, column)) for column in columns])
    return dg.MetadataValue.table(records, schema)


def picture(title: str, draw: Callable[[Any], object]) -> dg.MarkdownMetadataValue:
    """A small chart. ``draw`` gets matplotlib's axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), dpi=75, layout="constrained")
    axes = figure.subplots()
    axes.set_title(title, fontsize=11)
    axes.spines[["top", "right"]].set_visible(False)
    draw(axes)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    data = buffer.getvalue()
    if len(data) > MOST_PICTURE_BYTES:
        return dg.MetadataValue.md(f"{title}: the picture has {len(data):,} bytes, too many for the event log")
    return dg.MetadataValue.md(f"![{title}](data:image/png;base64,{base64.b64encode(data).decode()})")


def _kind(rows: list[dict[str, Any]], column: str) -> str:
    return "int" if rows and all(isinstance(row[column], int) for row in rows) else "string"
