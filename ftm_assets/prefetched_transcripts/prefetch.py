"""Fetch a quarter's calls once, split them into sentences, and publish them in chunks of about 200 firms.

Plain Python: the asset, a notebook and a fixed-IP machine call ``prefetch_quarter`` alike. A killed prefetch
goes on at the chunk it was in, because ``_checkpoint.json`` says which chunks are whole, and of what.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ftm_assets.prefetched_transcripts.progress import PrefetchProgress
from ftm_assets.prefetched_transcripts.sentences import REPEATED, forget_words, split_call
from ftm_assets.prefetched_transcripts.what_was_read import COLUMNS as COLUMNS_TO_COUNT
from ftm_assets.prefetched_transcripts.what_was_read import WhatWasRead
from ftm_resources.contract import layout
from ftm_resources.contract.manifest import (
    Published,
    PublishedFile,
    now,
    read_manifest,
    write_table,
)
from ftm_resources.contract.parquet import read_parquet
from ftm_resources.contract.publication import Publication, discard_unpublished, publication
from ftm_resources.contract.schemas import PREFETCHED_TRANSCRIPTS, SENTENCE_COLUMNS
from ftm_resources.errors import InputError, ManifestError, SourceError
from ftm_resources.progress import Say
from ftm_resources.quarters import quarter_dates
from ftm_resources.settings import Settings
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.transcript_sources import open_source
from ftm_resources.transcript_sources.calls import Call, CallId, TranscriptSource, firms_of
from ftm_resources.transcript_sources.fetched_elsewhere import FETCHED_ELSEWHERE

CODE_VERSION = "5"
"""Raise it when the same transcripts would give other rows: sentence splitting, cleaning, the filter. Not for a column
that is added: transcripts of the version before are read without it, and need not be fetched again."""

FIRMS_PER_CHUNK = 200
FIRMS_SHARING_A_SENTENCE = 3
"""From this many firms on, a sentence said word for word is boilerplate: two firms may share a slogan by chance."""


def prefetch_quarter(
    store: ObjectStore,
    source: TranscriptSource,
    quarter: str,
    say: Say,
    firms_per_chunk: int = FIRMS_PER_CHUNK,
    start_over: bool = False,
) -> Published:
    """Fetch and publish one quarter.

    Raises InputError when the source's data are unusable or hold no call of the quarter, or when the store holds an
    unfinished prefetch of something else (``start_over`` throws that away); SourceError when the source can't be
    reached; LeaseHeld when another process is at this quarter. Nothing is published then, and what is fetched stays.
    """
    with publication(store, PREFETCHED_TRANSCRIPTS, quarter) as new:
        say(f"{PREFETCHED_TRANSCRIPTS} {quarter}: {source.preflight(quarter, say)}")
        call_ids = source.call_ids(quarter)
        if not call_ids:
            raise InputError(
                f"{PREFETCHED_TRANSCRIPTS} {quarter}",
                f"the source has no call in {quarter}",
                f"It holds {source.coverage()}: choose a quarter of these, or check DATA_SOURCE",
            )
        made_from = _made_from(source, quarter, call_ids, firms_per_chunk)
        chunks = _resume_or_start(store, quarter, made_from, say, start_over)
        firm_ids = firms_of(call_ids)
        groups = [firm_ids[i : i + firms_per_chunk] for i in range(0, len(firm_ids), firms_per_chunk)]
        keys = [layout.name(layout.chunk(quarter, number)) for number in range(len(groups))]
        done = sum(len(group) for key, group in zip(keys, groups, strict=True) if key in chunks)
        progress = PrefetchProgress(
            f"{PREFETCHED_TRANSCRIPTS} {quarter}", len(firm_ids), done, sum(f.rows for f in chunks.values()), say
        )
        for key, group in zip(keys, groups, strict=True):
            if key in chunks:
                continue
            chunks[key] = _write_chunk(new, key, _chunk(source, quarter, group, progress))
            forget_words()
            _write_checkpoint(store, quarter, made_from, chunks, progress)
            progress.say()
        files = [chunks[key] for key in keys]
        if not any(file.rows for file in files):
            raise InputError(
                f"{PREFETCHED_TRANSCRIPTS} {quarter}",
                f"not one of the calls of {len(firm_ids)} firms holds any text",
                "Check that the source has the words of the calls, and not only their list",
            )
        # A marked chunk goes into the checkpoint too: else a kill here would cost all of them, not one.
        repeated = _repeated(store, files)
        for key in keys:
            new.lease.confirm()
            chunks[key] = _mark(store, chunks[key], repeated)
            _write_checkpoint(store, quarter, made_from, chunks, progress)
        read = _describe(new, [chunks[key] for key in keys], call_ids, made_from)
        for line in read.lines():
            say(f"{PREFETCHED_TRANSCRIPTS} {quarter}: {line}")
    return new.published


def verify_prefetch(store: ObjectStore, quarter: str, say: Say) -> Published:
    """The quarter as it was fetched and published elsewhere, every byte compared. Nothing is fetched or written.

    Raises SourceError when it is not there, not whole, or not what its manifest says.
    """
    try:
        published = read_manifest(store, PREFETCHED_TRANSCRIPTS, quarter, verify_sha256=True)
    except ManifestError as error:
        raise SourceError(
            f"{PREFETCHED_TRANSCRIPTS} {quarter}",
            error.problem,
            f"Nothing is fetched here (DATA_SOURCE={FETCHED_ELSEWHERE}). On the machine that may talk to the source, "
            f"with this FTM_STORE: ftm prefetch {quarter}",
        ) from error
    manifest = published.manifest
    counts = f"{manifest.n_firms:,} firms, {manifest.n_sentences:,} sentences"
    say(f"{PREFETCHED_TRANSCRIPTS} {quarter}: verified {counts} fetched elsewhere")
    return published


def made_with(settings: Settings, store: ObjectStore) -> dict[str, Any]:
    """The source that is set: other than what is published, and the transcripts are out of date."""
    return {"source": open_source(settings).describe()}


def _made_from(source: TranscriptSource, quarter: str, call_ids: list[CallId], firms_per_chunk: int) -> dict[str, Any]:
    """Everything the chunks depend on. Chunks made from something else are never mixed with these."""
    first, last = quarter_dates(quarter)
    return {
        "source": source.describe(),
        "dates": f"{first} to {last}",
        "calls": f"{len(call_ids)} calls, {hashlib.sha256(json.dumps(call_ids).encode()).hexdigest()[:16]}",
        "firms_per_chunk": firms_per_chunk,
        "code_version": CODE_VERSION,
    }


def _resume_or_start(
    store: ObjectStore, quarter: str, made_from: dict[str, Any], say: Say, start_over: bool
) -> dict[str, PublishedFile]:
    """The whole chunks, by name, of an unfinished prefetch of the very same thing; none when there is none."""
    key = layout.prefetch_checkpoint(quarter)
    if store.size(key) is None:
        return {}
    checkpoint = json.loads(store.read(key))
    chunks = [PublishedFile(**entry) for entry in checkpoint["chunks"].values()]
    whole = {file.name: file for file in chunks if _is_whole(store, file)}
    if checkpoint["made_from"] == made_from:
        say(f"{PREFETCHED_TRANSCRIPTS} {quarter}: going on after {len(whole)} finished chunks")
        return whole
    if not start_over:
        raise InputError(
            f"{PREFETCHED_TRANSCRIPTS} {quarter}",
            f"{store.where(key)} is of an unfinished prefetch of something else "
            f"({checkpoint.get('firms_done', '?')} of {checkpoint.get('firms', '?')} firms, "
            f"{checkpoint.get('updated_at', 'by an older version')}). "
            f"{_what_differs(checkpoint['made_from'], made_from)}",
            "If that is a setting, set it back to go on with that prefetch; or throw it away and start over: ftm "
            f"prefetch {quarter} --again (in the UI: start_over in the launchpad)",
        )
    store.delete(key)
    discard_unpublished(store, PREFETCHED_TRANSCRIPTS, quarter)
    return {}


def _is_whole(store: ObjectStore, file: PublishedFile) -> bool:
    return store.size(file.path) is not None and hashlib.sha256(store.read(file.path)).hexdigest() == file.sha256


def _what_differs(then: dict[str, Any], now: dict[str, Any]) -> str:
    """What the two were made from, where it differs, in words."""
    then, now = (made["source"] | {name: made[name] for name in made if name != "source"} for made in (then, now))
    names = [name for name in sorted(then | now) if then.get(name) != now.get(name)]
    return "; ".join(f"its {name} was {then.get(name)!r}, and now it is {now.get(name)!r}" for name in names)


def _write_checkpoint(
    store: ObjectStore,
    quarter: str,
    made_from: dict[str, Any],
    chunks: dict[str, PublishedFile],
    progress: PrefetchProgress,
) -> None:
    checkpoint = {
        "quarter": quarter,
        "firms": progress.firms,
        "firms_done": progress.firms_done,
        "sentences": progress.sentences,
        "updated_at": now().isoformat(timespec="seconds"),
        "made_from": made_from,
        "chunks": {key: file.model_dump() for key, file in chunks.items()},
    }
    store.write(layout.prefetch_checkpoint(quarter), json.dumps(checkpoint, indent=1).encode())


def _write_chunk(new: Publication, name: str, table: pa.Table) -> PublishedFile:
    new.lease.confirm()
    return write_table(new.store, new.folder + name, table)


def _chunk(source: TranscriptSource, quarter: str, firm_ids: list[str], progress: PrefetchProgress) -> pa.Table:
    """The sentences of these firms."""
    done_before, firms_seen = progress.firms_done, set[str]()
    # A batch of rows for each call: as Python objects, the rows of 200 firms would take ten times the memory.
    batches = []
    for call in source.calls(quarter, firm_ids):
        batch = pa.RecordBatch.from_pylist(list(_rows(call, quarter)), SENTENCE_COLUMNS)
        batches.append(batch)
        firms_seen.add(call.firm_id)
        progress.sentences_came(batch.num_rows, done_before + len(firms_seen) - 1)
    progress.firms_done = done_before + len(firm_ids)
    return pa.Table.from_batches(batches, SENTENCE_COLUMNS)


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
            "permno_candidates": call.permno_candidates,
            "event_id": call.event_id,
            "headline": call.headline,
            "call_started_at": call.started_at,
            "transcript_version": call.transcript_version,
            "transcript_created_at": call.transcript_created_at,
            **call.identifiers._asdict(),
            "text_changes": sentence.text_changes,
            "inferred": sentence.inferred,
        }


def _repeated(store: ObjectStore, files: list[PublishedFile]) -> npt.NDArray[np.uint64]:
    """The sentences that several firms say word for word; only now are all firms known."""
    # Sorted, a sentence that three firms say equals the one two places before it.
    said = np.sort(np.concatenate([_sentences_of_firms(store, file) for file in files]))
    others = FIRMS_SHARING_A_SENTENCE - 1
    return np.unique(said[others:][said[others:] == said[:-others]])


def _sentences_of_firms(store: ObjectStore, file: PublishedFile) -> npt.NDArray[np.uint64]:
    """The sentences of a chunk, each once for every firm that says it. No firm is in two chunks."""
    texts = _read(store, file, ["firm_id", "raw_text", "excluded"])
    texts = texts.filter(_may_be_repeated(texts["excluded"]))
    return _digests(texts.group_by(["firm_id", "raw_text"], use_threads=False).aggregate([])["raw_text"])


def _mark(store: ObjectStore, file: PublishedFile, repeated: npt.NDArray[np.uint64]) -> PublishedFile:
    """Exclude what is repeated. A chunk that was marked before a kill stays as it is: marking twice changes nothing."""
    texts = _read(store, file, ["raw_text", "excluded"])
    hit = pc.and_(_may_be_repeated(texts["excluded"]), pa.array(np.isin(_digests(texts["raw_text"]), repeated)))
    column = pc.if_else(hit, REPEATED, texts["excluded"])
    if column.equals(texts["excluded"]):
        return file
    table = _read(store, file)
    place = table.schema.get_field_index("excluded")
    return write_table(store, file.path, table.set_column(place, table.schema.field(place), column))


def _digests(texts: pa.ChunkedArray) -> npt.NDArray[np.uint64]:
    """Eight bytes a sentence instead of a hundred: a production quarter has two million."""
    digests = np.empty(len(texts), np.uint64)
    for place, text in enumerate(texts):
        digests[place] = int.from_bytes(hashlib.blake2b(text.as_py().encode(), digest_size=8).digest())
    return digests


def _may_be_repeated(excluded: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.fill_null(pc.equal(excluded, REPEATED), True)


def _read(store: ObjectStore, file: PublishedFile, columns: list[str] | None = None) -> pa.Table:
    return read_parquet(store.read(file.path), columns)


def _describe(
    new: Publication, files: list[PublishedFile], call_ids: list[CallId], made_from: dict[str, Any]
) -> WhatWasRead:
    """List the chunks, and say what is in them."""
    read = WhatWasRead()
    firm_to_chunk: dict[str, str] = {}
    with_text, reasons, linked, questions = set[CallId](), Counter[str | None](), 0, 0
    for file in files:
        table = _read(new.store, file, [*COLUMNS_TO_COUNT, "link_status", "section"])
        read.add(table)
        firm_to_chunk |= dict.fromkeys(table["firm_id"].to_pylist(), file.path.rpartition("/")[2])
        pairs = table.group_by(["firm_id", "transcript_id", "link_status"], use_threads=False).aggregate([])
        with_text |= {CallId(pair["firm_id"], pair["transcript_id"]) for pair in pairs.to_pylist()}
        linked += pc.sum(pc.equal(pairs["link_status"], "linked")).as_py() or 0
        reasons.update(table["excluded"].to_pylist())
        questions += pc.sum(pc.equal(table["section"], "question_and_answer")).as_py() or 0
    calls, sentences = len(with_text), reasons.total()
    shares = {f"excluded_{reason}_share": n / sentences for reason, n in reasons.items() if reason is not None}
    new.add(files)
    new.made_with(CODE_VERSION, {name: made_from[name] for name in ("source", "firms_per_chunk")})
    new.counts(firms=len(firm_to_chunk), calls=calls, sentences=sentences, chunks=len(files))
    new.describe(
        firm_to_chunk=dict(sorted(firm_to_chunk.items())),
        outcomes={_firm_or_call(call, firm_to_chunk): "no_text" for call in call_ids if call not in with_text},
    )
    new.quality(
        {
            "excluded_share": 1 - reasons[None] / sentences if sentences else None,
            "question_and_answer_share": questions / sentences if sentences else None,
            "calls_with_permno_share": linked / calls if calls else None,
            **dict(sorted(shares.items())),
            **read.quality(),
        }
    )
    return read


def _firm_or_call(call: CallId, firm_to_chunk: dict[str, str]) -> str:
    """Whom an outcome is about: the firm, or only this call when the firm has another one with text."""
    return f"{call.firm_id}_{call.transcript_id}" if call.firm_id in firm_to_chunk else call.firm_id
