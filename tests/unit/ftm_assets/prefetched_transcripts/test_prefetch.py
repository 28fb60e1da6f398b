"""A prefetch from any source: resumed where it stopped, never mixed with another, and its progress told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime

import pytest

from ftm_assets.prefetched_transcripts import progress
from ftm_assets.prefetched_transcripts.prefetch import prefetch_quarter
from ftm_resources.contract import layout
from ftm_resources.contract.lease import held
from ftm_resources.contract.manifest import Published, load_manifest, read_manifest
from ftm_resources.contract.schemas import PREFETCHED_TRANSCRIPTS
from ftm_resources.errors import InputError, LeaseHeld, ManifestError, SourceError, StoreError
from ftm_resources.quarters import quarter_of
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.transcript_sources.calls import PRESENTATION, Call, Turn
from tests.support.helpers import ListSource, RecordingStore, call, plain_sentences

QUARTER = "2023Q1"
CHECKPOINT = layout.prefetch_checkpoint(QUARTER)
FIRMS = [str(100 + n) for n in range(6)]
CALLS = [call(firm, plain_sentences(firm, 4)) for firm in FIRMS]


class LostAfter(ListSource):
    """A source whose connection is lost after so many calls."""

    def __init__(self, calls: Sequence[Call], most: int) -> None:
        super().__init__(calls)
        self.left = most

    def calls(self, quarter: str, firm_ids: Sequence[str]) -> Iterator[Call]:
        for held_call in super().calls(quarter, firm_ids):
            self.left -= 1
            if self.left < 0:
                raise SourceError("the source", "the connection was lost", "Run it again")
            yield held_call


def prefetch(
    store: ObjectStore,
    source: ListSource | None = None,
    say: Callable[[str], None] = lambda line: None,
    start_over: bool = False,
    firms_per_chunk: int = 2,
) -> Published:
    return prefetch_quarter(store, source or ListSource(CALLS), QUARTER, say, firms_per_chunk, start_over)


def stopped_in_the_third_chunk(store: ObjectStore) -> None:
    with pytest.raises(SourceError):
        prefetch(store, LostAfter(CALLS, 5))


def files(store: ObjectStore) -> dict[str, bytes]:
    """Everything but what is there while a process works."""
    return {found.key: store.read(found.key) for found in store.list("") if not found.key.startswith("locks/")}


def chunks_in(keys: Iterable[str]) -> list[str]:
    return [layout.name(key) for key in keys if "chunk_" in key]


def test_a_prefetch_that_lost_its_source_goes_on_at_the_chunk_it_was_in(store: ObjectStore) -> None:
    stopped_in_the_third_chunk(store)
    with pytest.raises(ManifestError, match="not published"):
        load_manifest(store, PREFETCHED_TRANSCRIPTS, QUARTER)
    said: list[str] = []
    recorded = RecordingStore(store)
    resumed = prefetch(recorded, say=said.append)
    assert any("going on after 2 finished chunks" in line for line in said)
    assert chunks_in(recorded.keys("write")) == ["chunk_0002.parquet"]
    assert store.size(CHECKPOINT) is None
    whole = files(store)
    again = prefetch(store)
    assert again.manifest.data_version() == resumed.manifest.data_version()
    del whole[PREFETCHED_TRANSCRIPTS.manifest(QUARTER)]
    assert {key: data for key, data in files(store).items() if key in whole} == whole


def test_a_chunk_that_was_damaged_meanwhile_is_fetched_again(store: ObjectStore) -> None:
    stopped_in_the_third_chunk(store)
    first = next(key for key in files(store) if layout.name(key) == "chunk_0000.parquet")
    store.write(first, b"not the chunk the checkpoint knows")
    said: list[str] = []
    assert prefetch(store, say=said.append).manifest.n_firms == 6
    assert any("going on after 1 finished chunks" in line for line in said)


def test_the_checkpoint_tells_people_how_far_it_is(store: ObjectStore) -> None:
    stopped_in_the_third_chunk(store)
    seen = json.loads(store.read(CHECKPOINT))
    assert (seen["quarter"], seen["firms"], seen["firms_done"], seen["sentences"]) == (QUARTER, 6, 4, 16)
    assert seen["made_from"]["dates"] == "2023-01-01 to 2023-03-31"
    assert datetime.fromisoformat(seen["updated_at"]).tzinfo == UTC
    assert sorted(seen["chunks"]) == ["chunk_0000.parquet", "chunk_0001.parquet"]


def test_an_unfinished_prefetch_of_other_calls_is_refused_with_what_differs_and_kept(store: ObjectStore) -> None:
    stopped_in_the_third_chunk(store)
    before = files(store)
    other = ListSource([*CALLS, call("999", plain_sentences("999", 4))])
    with pytest.raises(InputError) as refused:
        prefetch(store, other)
    message = str(refused.value)
    assert store.where(CHECKPOINT) in message and "4 of 6 firms" in message
    assert "its calls was '6 calls, " in message and "now it is '7 calls, " in message
    assert "throw it away and start over: ftm prefetch 2023Q1 --again (in the UI: start_over" in message
    assert files(store) == before


@pytest.mark.parametrize("what", ["code_version", "firms_per_chunk", "dates"])
def test_an_unfinished_prefetch_of_another_version_is_refused(store: ObjectStore, what: str) -> None:
    stopped_in_the_third_chunk(store)
    checkpoint = json.loads(store.read(CHECKPOINT))
    checkpoint["made_from"][what] = "another"
    store.write(CHECKPOINT, json.dumps(checkpoint).encode())
    with pytest.raises(InputError, match=f"its {what} was 'another', and now it is"):
        prefetch(store)


def test_starting_over_throws_the_unfinished_prefetch_of_something_else_away(store: ObjectStore) -> None:
    stopped_in_the_third_chunk(store)
    two = ListSource(CALLS[:2])
    assert prefetch(store, two, start_over=True).manifest.n_firms == 2
    assert chunks_in(files(store)) == ["chunk_0000.parquet"]


def test_a_published_quarter_is_readable_until_the_next_prefetch_of_it_is_complete(store: ObjectStore) -> None:
    before = prefetch(store)
    stopped_in_the_third_chunk(store)
    assert read_manifest(store, PREFETCHED_TRANSCRIPTS, QUARTER, verify_sha256=True) == before
    said: list[str] = []
    assert prefetch(store, say=said.append).manifest.data_version() == before.manifest.data_version()
    assert any("going on after 2 finished chunks" in line for line in said)


def test_starting_over_keeps_an_unfinished_prefetch_of_the_same_thing(store: ObjectStore) -> None:
    stopped_in_the_third_chunk(store)
    said: list[str] = []
    prefetch(store, say=said.append, start_over=True)
    assert any("going on after 2 finished chunks" in line for line in said)


def test_a_second_prefetch_of_the_quarter_is_refused_before_it_asks_the_source(store: ObjectStore) -> None:
    class NeverAsked(ListSource):
        def preflight(self, quarter: str, say: Callable[[str], None]) -> str:
            raise AssertionError("it was asked")

    with held(store, PREFETCHED_TRANSCRIPTS, QUARTER), pytest.raises(LeaseHeld, match="has been working on it since"):
        prefetch(store, NeverAsked(CALLS))
    assert prefetch(store).manifest.n_firms == 6


def test_a_prefetch_that_was_taken_over_writes_nothing_more(store: ObjectStore) -> None:
    class Overtaken(ListSource):
        def calls(self, quarter: str, firm_ids: Sequence[str]) -> Iterator[Call]:
            yield from super().calls(quarter, firm_ids)
            if FIRMS[2] in firm_ids:
                for found in store.list(layout.leases(PREFETCHED_TRANSCRIPTS, QUARTER)):
                    store.delete(found.key)

    with pytest.raises(LeaseHeld, match="silent for so long"):
        prefetch(store, Overtaken(CALLS))
    assert chunks_in(files(store)) == ["chunk_0000.parquet"]


def test_a_store_that_refuses_a_write_stops_the_prefetch_and_nothing_is_lost(store: ObjectStore) -> None:
    class FullAfterTwo(RecordingStore):
        def write(self, key: str, data: bytes) -> None:
            if layout.name(key) == "chunk_0002.parquet":
                raise StoreError(self.where(key), "it can't be written: no space left on device", "Make room")
            super().write(key, data)

    with pytest.raises(StoreError, match="no space left"):
        prefetch(FullAfterTwo(store))
    said: list[str] = []
    assert prefetch(store, say=said.append).manifest.n_firms == 6
    assert any("going on after 2 finished chunks" in line for line in said)


def test_progress_tells_firms_sentences_rate_and_time_left(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0.0)
    said: list[str] = []
    prefetch(store, say=said.append)
    assert said[0] == "prefetched_transcripts 2023Q1: 6 calls of 2023Q1"
    lines = [line for line in said if " of 6 firms, " in line]
    assert [line.split(": ")[1].split(" of")[0] for line in lines] == ["0", "1", "2", "2", "3", "4", "4", "5", "6"]
    assert all(" sentences, " in line and " a second" in line for line in lines)
    assert "6 of 6 firms, 24 sentences, " in lines[-1] and "left" not in lines[-1]
    assert lines[-2].endswith(" left")


def test_a_resumed_prefetch_estimates_from_what_it_did_itself() -> None:
    said: list[str] = []
    resumed = progress.PrefetchProgress("x", firms=1_000, firms_done=900, sentences=90_000, say=said.append)
    resumed.say()
    assert "left" not in said[0] and "0 a second" in said[0]


def test_two_calls_of_a_firm_are_both_kept_and_one_without_text_is_recorded(store: ObjectStore) -> None:
    calls = [
        call("1", plain_sentences("1", 3), date(2023, 1, 9), "10"),
        call("1", plain_sentences("1b", 2), date(2023, 3, 29), "11"),
        call("1", [], date(2023, 3, 30), "12"),
        call("2", [], transcript_id="20"),
        Call("3", "Firm 3", "30", date(2023, 2, 2), (Turn(0, PRESENTATION, "Executives", "  \n "),)),
    ]
    manifest = prefetch(store, ListSource(calls)).manifest
    assert (manifest.n_firms, manifest.n_calls, manifest.n_sentences) == (1, 2, 5)
    assert manifest.outcomes == {"1_12": "no_text", "2": "no_text", "3": "no_text"}


def test_what_is_known_of_a_call_stands_with_each_of_its_sentences(store: ObjectStore) -> None:
    known = Call(
        "1", "Firm 1", "10", date(2023, 3, 31),
        (Turn(0, PRESENTATION, "Executives", "We opened the Bergen plant in March."),),
        permno=10_001, gvkey="001001", permno_candidates=2, event_id="77", headline="Firm 1, Q4 2022 Earnings Call",
        started_at=datetime(2023, 4, 1, 2, 30, tzinfo=UTC), transcript_version="Proofed Copy, Final",
        transcript_created_at=datetime(2023, 4, 1, 9, 0, tzinfo=UTC),
    )  # fmt: skip
    (row,) = prefetch(store, ListSource([known])).table().to_pylist()
    assert (row["permno_candidates"], row["event_id"], row["headline"]) == (2, "77", known.headline)
    assert (row["call_started_at"], row["transcript_created_at"]) == (known.started_at, known.transcript_created_at)
    assert row["transcript_version"] == "Proofed Copy, Final"
    assert quarter_of(row["earnings_call_date"]) == QUARTER


def test_a_sentence_that_three_firms_say_word_for_word_is_excluded_everywhere_and_that_of_two_is_not(
    store: ObjectStore,
) -> None:
    of_three = "Our crane depot near Bergen shipped copper pipes abroad."
    of_two = "Our furnace hall near Osaka melted steel beams overnight."
    of_one = "Our ferry dock near Lisbon carried wheat sacks upriver."
    calls = [
        call("1", [of_three, of_two, of_one, of_one, of_one]),
        call("2", [of_three, of_two]),
        call("3", [of_three]),
        call("4", plain_sentences("4", 2)),
    ]
    rows = prefetch(store, ListSource(calls)).table(columns=["raw_text", "excluded"]).to_pylist()
    repeated = [row["raw_text"] for row in rows if row["excluded"] == "repeated"]
    assert repeated == [of_three] * 3
    assert [row["excluded"] for row in rows if row["raw_text"] != of_three] == [None] * 7


def test_what_was_marked_before_a_failure_is_not_fetched_again(store: ObjectStore) -> None:
    common = "Our crane depot near Bergen shipped copper pipes abroad."
    calls = [call(firm, [common, *plain_sentences(firm, 3)]) for firm in FIRMS]

    class NoManifest(RecordingStore):
        def replace(self, key: str, data: bytes, version: str | None) -> bool:
            if key == PREFETCHED_TRANSCRIPTS.manifest(QUARTER):
                raise StoreError(self.url, "no space left on device", "Make room")
            return super().replace(key, data, version)

    class FetchedAlready(ListSource):
        def calls(self, quarter: str, firm_ids: Sequence[str]) -> Iterator[Call]:
            raise AssertionError(f"asked again for {firm_ids}")

    with pytest.raises(StoreError, match="no space left"):
        prefetch(NoManifest(store), ListSource(calls))
    published = prefetch(store, FetchedAlready(calls))
    assert published.table(columns=["excluded"])["excluded"].to_pylist().count("repeated") == len(FIRMS)
