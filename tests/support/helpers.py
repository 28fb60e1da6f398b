"""Small invented quarters, published the way real ones are, and a store that remembers what was asked of it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, BinaryIO

from ftm_assets.firm_topics.worker import run_batch
from ftm_assets.prefetched_transcripts.prefetch import prefetch_quarter
from ftm_resources.contract.asset import Asset
from ftm_resources.contract.manifest import Published
from ftm_resources.embedding_model import EmbeddingModel
from ftm_resources.progress import Say
from ftm_resources.quarters import quarter_dates, quarter_of
from ftm_resources.store.object_store import ObjectStore, StoredObject
from ftm_resources.transcript_sources.calls import PRESENTATION, Call, CallId, TranscriptSource, Turn, firms_of
from ftm_resources.workers.launcher import Launched
from ftm_resources.workers.plan import BatchPlan

MACHINES = "crane lathe furnace turbine tractor ferry loom kiln compressor drone".split()
DEEDS = "lifted carried repaired sorted weighed painted cooled measured shipped inspected stacked".split()
THINGS = "copper pipes|oak barrels|cotton bales|glass bottles|steel beams|wheat sacks|rubber tyres".split("|")
TOWNS = "Lisbon Osaka Quebec Nairobi Bergen Tallinn Mendoza Galway Jaipur Hobart Tampico Ostrava Salta".split()


def plain_sentences(firm_id: str, count: int) -> list[str]:
    """Sentences about a firm's machines: every one different, and none that the prefetch would exclude."""
    start = int(hashlib.sha256(firm_id.encode()).hexdigest(), 16) % 1_000
    return [
        f"The {MACHINES[n % 10]} of plant {firm_id} {DEEDS[n % 11]} {n} {THINGS[n % 7]} near {TOWNS[n % 13]}."
        for n in range(start, start + count)
    ]


def call(
    firm_id: str,
    sentences: Sequence[str],
    day: date = date(2023, 2, 1),
    transcript_id: str = "900",
    name: str | None = None,
) -> Call:
    """A call in which one manager says these sentences."""
    turns = (Turn(0, PRESENTATION, "Executives", " ".join(sentences)),) if sentences else ()
    return Call(firm_id, name or f"Firm {firm_id}", transcript_id, day, turns, permno=10_001, gvkey="001001")


class ListSource:
    """A transcript source that holds these calls."""

    def __init__(self, calls: Sequence[Call]) -> None:
        self._calls = sorted(calls, key=lambda call: (call.firm_id, call.call_date, call.transcript_id))

    def describe(self) -> dict[str, Any]:
        return {"kind": "list", "calls": hashlib.sha256(repr(self._calls).encode()).hexdigest()}

    def preflight(self, quarter: str, say: Say) -> str:
        return f"{len(self.call_ids(quarter))} calls of {quarter}"

    def call_ids(self, quarter: str) -> list[CallId]:
        held = [call for call in self._calls if quarter_of(call.call_date) == quarter]
        return sorted(CallId(call.firm_id, call.transcript_id) for call in held)

    def coverage(self) -> str:
        return f"{len(self._calls)} calls"

    def calls(self, quarter: str, firm_ids: Sequence[str]) -> Iterator[Call]:
        for call in self._calls:
            if call.firm_id in firm_ids and quarter_of(call.call_date) == quarter:
                yield call


def firm_ids(source: TranscriptSource, quarter: str) -> list[str]:
    """The firms with a call in the quarter, sorted."""
    return firms_of(source.call_ids(quarter))


def publish_quarter(
    store: ObjectStore, calls: Sequence[Call], quarter: str = "2023Q1", firms_per_chunk: int = 200
) -> Published:
    """Publish these calls as the prefetched transcripts of a quarter."""
    return prefetch_quarter(store, ListSource(calls), quarter, lambda message: None, firms_per_chunk)


def tiny_quarter(
    store: ObjectStore,
    firms: int | Sequence[str] = 3,
    sentences: int = 5,
    quarter: str = "2023Q1",
    firms_per_chunk: int = 200,
) -> Published:
    """Publish a quarter of invented calls: so many firms, or the firms named, with so many sentences each."""
    firm_ids = [str(100 + n) for n in range(firms)] if isinstance(firms, int) else list(firms)
    day = quarter_dates(quarter)[0]
    calls = [call(firm_id, plain_sentences(firm_id, sentences), day) for firm_id in firm_ids]
    return publish_quarter(store, calls, quarter, firms_per_chunk)


class RecordingStore(ObjectStore):
    """Another store, and what was asked of it: ``steps`` as (verb, key), and the bytes read of opened objects."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self.url = store.url
        self.steps: list[tuple[str, str]] = []
        self.bytes_read = 0

    def keys(self, verb: str) -> list[str]:
        """The keys of all steps of this kind, in order."""
        return [key for step, key in self.steps if step == verb]

    def read(self, key: str) -> bytes:
        self.steps.append(("read", key))
        return self._store.read(key)

    def open(self, key: str) -> BinaryIO:
        self.steps.append(("open", key))
        return io.BufferedReader(_CountedFile(self, self._store.open(key)), buffer_size=1)

    def write(self, key: str, data: bytes) -> None:
        self.steps.append(("write", key))
        self._store.write(key, data)

    def read_with_version(self, key: str) -> tuple[bytes, str]:
        self.steps.append(("read", key))
        return self._store.read_with_version(key)

    def replace(self, key: str, data: bytes, version: str | None) -> bool:
        self.steps.append(("create" if version is None else "replace", key))
        return self._store.replace(key, data, version)

    def copy(self, source: str, target: str) -> None:
        self.steps.append(("copy", target))
        self._store.copy(source, target)

    def require_conditional_writes(self) -> None:
        self._store.require_conditional_writes()

    def size(self, key: str) -> int | None:
        self.steps.append(("size", key))
        return self._store.size(key)

    def list(self, prefix: str) -> list[StoredObject]:
        self.steps.append(("list", prefix))
        return self._store.list(prefix)

    def delete(self, key: str) -> None:
        self.steps.append(("delete", key))
        self._store.delete(key)


class _CountedFile(io.RawIOBase):
    def __init__(self, store: RecordingStore, file: BinaryIO) -> None:
        self._store, self._file = store, file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self._store.bytes_read += len(data)
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


class InThisProcess:
    """A launcher that runs the worker here: starting one for each test would cost ten seconds each."""

    def firms_per_batch(self, n_firms: int) -> int:
        return 200

    def preflight(self, store: ObjectStore) -> None:
        pass

    def run_all(self, store: ObjectStore, plan: BatchPlan, asset: Asset, on_progress: Any) -> Launched:
        for batch in plan.batches:
            run_batch(store, batch, EmbeddingModel, True, on_progress)
        return Launched()
