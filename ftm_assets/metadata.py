"""What every asset shows in the UI for a quarter: a table to read, then its manifest's figures and where its files are.

Numbers are plain numbers, because the UI plots those across quarters by itself. Never any transcript text: it is
licensed, and metadata is kept in the event log forever.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import dagster as dg

from ftm_resources.contract.manifest import Published

MOST_PICTURE_BYTES = 60_000
"""Of a picture in metadata: it goes into the event log at every materialization, and into every page query."""

BAR = 10
"""Characters of the longest bar in a table."""


def as_result(published: Published, shown: Mapping[str, Any] | None = None) -> dg.MaterializeResult[None]:
    """A materialization: what people want to read first, then the manifest's figures; with the manifest's version."""
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
        **(shown or {}),
        **{name: value for name, value in counts.items() if value is not None},
        **{name: round(value, 4) for name, value in manifest.quality.items() if value is not None},
        **manifest.costs,
        "megabytes": round(sum(file.bytes for file in manifest.files) / 1e6, 3),
        "files": dg.MetadataValue.path(published.store.where(prefix)),
        "manifest": dg.MetadataValue.path(published.store.where(published.asset.manifest(manifest.quarter))),
    }
    if (rows := _rows_of_main_table(published)) is not None:
        metadata.setdefault("dagster/row_count", rows)
    return dg.MaterializeResult(metadata=metadata, data_version=dg.DataVersion(manifest.data_version()))


def _rows_of_main_table(published: Published) -> int | None:
    """Of the first of an asset's tables: rows of several add up to nothing that anybody asks for. None of a page."""
    main = next(iter(published.asset.tables), None)
    files = [file for file in published.manifest.files if file.name.endswith(".parquet")]
    files = [file for file in files if main is None or file.name == f"{main}.parquet"]
    return sum(file.rows for file in files) if files else None


def table(rows: list[dict[str, Any]], columns: list[str]) -> dg.TableMetadataValue:
    """A short table. Its cells are shown as plain text: words from transcripts can't format or link anything."""
    records = [dg.TableRecord({column: row[column] for column in columns}) for row in rows]
    schema = dg.TableSchema([dg.TableColumn(column, type=_kind(rows, column)) for column in columns])
    return dg.MetadataValue.table(records, schema)


def bar(value: int, most: int) -> str:
    """A number with a bar before it, for the column of a table: the longest is that of ``most``."""
    return f"{'█' * max(1, round(BAR * value / most)) if value else ''} {value:,}"


def histogram(title: str, values: Sequence[int], unit: str) -> dg.MarkdownMetadataValue:
    """How often which value occurs, as a drawing small enough to be shown without a click."""
    import numpy as np

    if not values:
        return dg.MetadataValue.md(f"{title}: none")
    heights, edges = np.histogram(values, bins=20)
    bars = "".join(
        f"M{16 * place} 80v-{round(78 * height / max(heights))}h14V80" for place, height in enumerate(heights) if height
    )
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="98" font-size="12" fill="#888">'
        f'<path fill="#47b" d="{bars}"/><text y="95">{edges[0]:,.0f}</text>'
        f'<text x="318" y="95" text-anchor="end">{edges[-1]:,.0f} {unit}</text></svg>'
    )
    return dg.MetadataValue.md(f"![{title}](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})")


def picture(title: str, draw: Callable[[Any], object]) -> dg.MarkdownMetadataValue:
    """A chart that is too large to be shown without a click. ``draw`` gets matplotlib's axes."""
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
