"""What ``firm_topics`` publishes, read back: the topics of firms, and the vectors of the sentences in them.

Both lie in one folder, in files that differ by name (``layout.py``). Whoever needs sentence embeddings reads them here
and embeds nothing again. How sentences are embedded is ``embedding_model.py``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from ftm_resources.contract import layout
from ftm_resources.contract.manifest import Published
from ftm_resources.contract.parquet import in_schema
from ftm_resources.contract.schemas import FIRM_TOPIC_COLUMNS, sentence_vectors_schema


def read_topics(firm_topics: Published, columns: Sequence[str] | None = None) -> pa.Table:
    """The topics of a published quarter, in the columns of ``schemas.FIRM_TOPIC_COLUMNS`` or some of them.

    A column that the version which published them did not have yet is null.
    """
    names = FIRM_TOPIC_COLUMNS.names if columns is None else list(columns)
    table = firm_topics.table(layout.TOPICS_PART, names)
    return in_schema(table, pa.schema([FIRM_TOPIC_COLUMNS.field(name) for name in names]))


def read_vectors(firm_topics: Published) -> tuple[list[str], np.ndarray]:
    """The sentence ids of a published quarter, (n,), and their unit vectors, float32, (n, dimensions).

    They come firm by firm, and in the order the firm said them. Raises ManifestError when a file is not the one the
    manifest lists.
    """
    if not any(file.is_of(layout.VECTORS) for file in firm_topics.manifest.files):
        return [], np.empty((0, 0), np.float32)
    table = firm_topics.table(layout.VECTORS, ["sentence_id", "vector"])
    dimensions = table.schema.field("vector").type.list_size
    halves = table["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    vectors = halves.astype(np.float32).reshape(-1, dimensions)
    # Rounding to float16 moves the length by up to 0.0005.
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return table["sentence_id"].to_pylist(), vectors


def vectors_table(firm_ids: pa.ChunkedArray, sentence_ids: pa.ChunkedArray, vectors: np.ndarray) -> pa.Table:
    """A table of ``schemas.sentence_vectors_schema``. ``vectors`` has one row for each sentence, (n, dimensions)."""
    n, dimensions = vectors.shape
    halves = pa.array(np.ascontiguousarray(vectors, np.float16).reshape(n * dimensions), pa.float16())
    column = pa.FixedSizeListArray.from_arrays(halves, dimensions)
    return pa.Table.from_arrays([firm_ids, sentence_ids, column], schema=sentence_vectors_schema(dimensions))
