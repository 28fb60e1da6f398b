"""Fetch a quarter's calls once, split them into sentences, and publish them in chunks of about 200 firms.

Plain Python: the asset, a notebook and a fixed-IP machine call ``prefetch_quarter`` alike. A killed prefetch
goes on at the chunk it was in, because ``_checkpoint.json`` says which chunks are whole.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ftm_assets.prefetched_transcripts.sentences import REPEATED, split_call
from ftm_resources import layout
from ftm_resources.manifest import (
    Manifest,
    Published,
    PublishedFile,
    now,
    package_versions,
    publish,
    unpublish,
    write_table,
)
from ftm_resources.object_store import ObjectStore
from ftm_resources.schemas import PREFETCHED_SENTENCES, read_parquet
from ftm_resources.transcript_sources.calls import BadInput, Call, TranscriptSource

ASSET = "prefetched_transcripts"

CODE_VERSION = "1"
"""Raise it when the same transcripts would give other rows: sentence splitting, cleaning, the filter."""

FIRMS_PER_CHUNK = 200
FIRMS_SHARING_A_SENTENCE = 3
"""From this many firms on, a sentence said word for word is boilerplate: two firms may share a slogan by chance."""

Progress = Callable[[str], None]


def prefetch_quarter(
    store: ObjectStore,
    source: TranscriptSource,
    quarter: str,
    on_progress: Progress,
    firms_per_chunk: int = FIRMS_PER_CHUNK,
) -> Published:
    """Fetch and publish one quarter.

    Raises BadInput when the source's data are unusable or hold no call of the quarter; nothing is published then.
    """
    on_progress(f"{ASSET} {quarter}: reading which firms had a call")
    firm_ids = source.firm_ids(quarter)
    if not firm_ids:
        raise BadInput(f"{ASSET} {quarter}: the source has no call in {quarter}. It holds {source.coverage()}")
    made_from = {
        "source": source.describe(),
        "firms_per_chunk": firms_per_chunk,
        "code_version": CODE_VERSION,
        "firms": hashlib.sha256("\n".join(firm_ids).encode()).hexdigest(),
    }
    progress = _resume_or_start(store, quarter, made_from, on_progress)
    groups = [firm_ids[i : i + firms_per_chunk] for i in range(0, len(firm_ids), firms_per_chunk)]
    started, sentences = time.monotonic(), 0
    for number, group in enumerate(groups):
        key = layout.chunk(quarter, number)
        if key in progress["chunks"]:
            continue
        table = _chunk(source, quarter, group)
        progress["chunks"][key] = write_table(store, key, table).model_dump()
        store.write(layout.prefetch_checkpoint(quarter), json.dumps(progress).encode())
        sentences += table.num_rows
        done = min((number + 1) * firms_per_chunk, len(firm_ids))
        rate = sentences / max(time.monotonic() - started, 1e-9)
        on_progress(f"{ASSET} {quarter}: {done:,} of {len(firm_ids):,} firms, {rate:,.0f} sentences a second")
    if not any(entry["rows"] for entry in progress["chunks"].values()):
        raise BadInput(f"{ASSET} {quarter}: not one of the calls of {len(firm_ids)} firms holds any text")
    files = _mark_repeated(store, [PublishedFile(**progress["chunks"][k]) for k in sorted(progress["chunks"])])
    published = publish(store, _manifest(store, quarter, files, firm_ids, made_from))
    store.delete(layout.prefetch_checkpoint(quarter))
    return published


def _resume_or_start(
    store: ObjectStore, quarter: str, made_from: dict[str, Any], on_progress: Progress
) -> dict[str, Any]:
    """What is done already: the chunks of an unfinished prefetch of the very same thing, else nothing."""
    key = layout.prefetch_checkpoint(quarter)
    unfinished = store.size(layout.manifest(ASSET, quarter)) is None and store.size(key) is not None
    progress = json.loads(store.read(key)) if unfinished else {}
    if unfinished and progress["made_from"] == made_from:
        whole = {
            chunk: entry
            for chunk, entry in progress["chunks"].items()
            if store.size(chunk) is not None and hashlib.sha256(store.read(chunk)).hexdigest() == entry["sha256"]
        }
        on_progress(f"{ASSET} {quarter}: going on after {len(whole)} finished chunks")
        unpublish(store, ASSET, quarter, keep=[key, *whole])
        return progress | {"chunks": whole}
    if unfinished:
        on_progress(f"{ASSET} {quarter}: the unfinished prefetch was of another source or version; starting anew")
    unpublish(store, ASSET, quarter)
    return {"made_from": made_from, "chunks": {}}


def _chunk(source: TranscriptSource, quarter: str, firm_ids: list[str]) -> pa.Table:
    """The sentences of these firms."""
    rows = [row for call in source.calls(quarter, firm_ids) for row in _rows(call, quarter)]
    return pa.Table.from_pylist(rows, PREFETCHED_SENTENCES)


def _rows(call: Call, quarter: str) -> Iterator[dict[str, Any]]:
    for sentence in split_call(call):
        yield {
            "firm_id": call.firm_id,
            "firm_name": call.firm_name,
            "permno": call.permno,
            "gvkey": call.gvkey,
            "transcript_id": call.transcript_id,
            "earnings_call_date": call.call_date,
            "sentence_id": f"{call.firm_id}_{call.transcript_id}_{sentence.position:04d}",
            "raw_text": sentence.raw_text,
            "cleaned_text": sentence.cleaned_text,
            "speaker_type": sentence.speaker_type,
            "position": sentence.position,
            "quarter": quarter,
            "section": sentence.section,
            "link_status": call.link_status,
            "excluded": sentence.excluded,
        }


def _mark_repeated(store: ObjectStore, files: list[PublishedFile]) -> list[PublishedFile]:
    """Exclude the sentences that several firms say word for word; only now are all firms known.

    Rewriting a chunk twice gives the same chunk, so a kill in between costs that chunk and nothing else.
    """
    firms_saying = Counter[bytes]()
    for file in files:
        texts = _read(store, file, ["firm_id", "raw_text", "excluded"])
        # Chunks hold whole firms, so counting distinct (firm, sentence) pairs chunk by chunk counts firms.
        texts = texts.filter(_may_be_repeated(texts["excluded"]))
        pairs = texts.group_by(["firm_id", "raw_text"], use_threads=False).aggregate([])
        firms_saying.update(_digests(pairs["raw_text"]))
    repeated = {digest for digest, firms in firms_saying.items() if firms >= FIRMS_SHARING_A_SENTENCE}
    marked = []
    for file in files:
        table = _read(store, file)
        excluded = table["excluded"]
        said_by_several = pa.array([digest in repeated for digest in _digests(table["raw_text"])], pa.bool_())
        hit = pc.and_(_may_be_repeated(excluded), said_by_several)
        column = pc.if_else(hit, REPEATED, excluded)
        if not column.equals(excluded):
            place = table.schema.get_field_index("excluded")
            file = write_table(store, file.path, table.set_column(place, table.schema.field(place), column))
        marked.append(file)
    return marked


def _digests(texts: pa.ChunkedArray) -> list[bytes]:
    """Eight bytes a sentence instead of a hundred: a production quarter has two million."""
    return [hashlib.blake2b(text.encode(), digest_size=8).digest() for text in texts.to_pylist()]


def _may_be_repeated(excluded: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.fill_null(pc.equal(excluded, REPEATED), True)


def _read(store: ObjectStore, file: PublishedFile, columns: list[str] | None = None) -> pa.Table:
    return read_parquet(store.read(file.path), columns)


def _manifest(
    store: ObjectStore, quarter: str, files: list[PublishedFile], firm_ids: list[str], made_from: dict[str, Any]
) -> Manifest:
    firm_to_chunk: dict[str, str] = {}
    calls, reasons, linked, questions = 0, Counter[str | None](), 0, 0
    for file in files:
        table = _read(store, file, ["firm_id", "transcript_id", "excluded", "link_status", "section"])
        firm_to_chunk |= dict.fromkeys(table["firm_id"].to_pylist(), file.path.rpartition("/")[2])
        pairs = table.group_by(["firm_id", "transcript_id", "link_status"], use_threads=False).aggregate([])
        calls += pairs.num_rows
        linked += pc.sum(pc.equal(pairs["link_status"], "linked")).as_py() or 0
        reasons.update(table["excluded"].to_pylist())
        questions += pc.sum(pc.equal(table["section"], "question_and_answer")).as_py() or 0
    sentences = reasons.total()
    shares = {f"excluded_{reason}_share": n / sentences for reason, n in reasons.items() if reason is not None}
    return Manifest(
        asset=ASSET,
        quarter=quarter,
        created_at=now(),
        code_version=CODE_VERSION,
        parameters={name: made_from[name] for name in ("source", "firms_per_chunk")},
        package_versions=package_versions(),
        files=files,
        n_firms=len(firm_to_chunk),
        n_calls=calls,
        n_sentences=sentences,
        n_chunks=len(files),
        firm_to_chunk=dict(sorted(firm_to_chunk.items())),
        outcomes={firm: "no_text" for firm in firm_ids if firm not in firm_to_chunk},
        quality={
            "excluded_share": 1 - reasons[None] / sentences if sentences else None,
            "question_and_answer_share": questions / sentences if sentences else None,
            "calls_with_permno_share": linked / calls if calls else None,
            **dict(sorted(shares.items())),
        },
    )
