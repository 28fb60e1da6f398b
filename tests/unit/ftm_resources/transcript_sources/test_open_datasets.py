"""What OpenDatasetsSource promises: whatever happens on the way, the calls are Rev's, and what is not real says so.

The calls are our own words in the form of Rev's token files, served by a small GitHub on this machine.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ftm_resources.contract.manifest import load_manifest
from ftm_resources.contract.schemas import PREFETCHED_TRANSCRIPTS
from ftm_resources.errors import FTMError, SourceError
from ftm_resources.store.object_store import FolderStore
from ftm_resources.transcript_sources import open_datasets
from ftm_resources.transcript_sources.calls import PRESENTATION, QUESTIONS, Call, firms_of
from ftm_resources.transcript_sources.open_datasets import OpenDatasetsSource, download, origin
from ftm_resources.transcript_sources.open_datasets.dates import (
    Period,
    estimate_quarter,
    replay_dates,
    spoken_date,
    spoken_period,
)
from ftm_resources.transcript_sources.open_datasets.tokens import read_turns
from ftm_resources.transcript_sources.roles import SpeakerTurn, infer_roles
from tests.fakes.open_datasets_server import FILES, LISTING, STALL, FakeGitHub, serving
from tests.support.paths import SHARED
from tests.support.refusals import Words, assert_refused, refused

SAMPLE = SHARED / "data" / "transcripts_sample.parquet"

HEADER_21 = "token|speaker|ts|endTs|punctuation|case|tags|wer_tags"
HEADER_22 = "token|speaker|ts|endTs|punctuation|prepunctuation|case|tags"

QUARTERS = ["2023Q1", "2023Q2", "2023Q3", "2023Q4"]

Said = Sequence[tuple[int, str]]

KILN = [
    (0, "Good morning and welcome to the Kiln Works third quarter 2020 call. All lines are in listen-only mode."),
    (0, "I now turn it over to Ann Baker. Please go ahead."),
    (1, "Thank you. Today is Wednesday, November 4th, 2020. Our new kiln fires bricks at half the cost."),
    (1, "We are ready for questions."),
    (0, "Our first question comes from Tom Reed of Oak Bank. Your line is open."),
    (2, "Hi. How much gas does the kiln burn?"),
    (3, "A tenth less than the old one did."),
    (2, "Great, thank you."),
    (0, "There are no further questions. You may now disconnect."),
]
FERRY = [
    (0, "Welcome to the Ferry Line second quarter 2020 call. Please stand by, and thank you for waiting."),
    (1, "Our ferries carried more lorries than ever. Fuel was cheap."),
    (0, "Your first question comes from Jo Hill. Please go ahead."),
    (2, "Will you order another ferry?"),
    (1, "Yes, in spring."),
]
LOOM = [(0, "Here is our first quarter 2021. We wove wool."), (0, "Now we take your questions."), (1, "Why wool?")]
ANNUAL = [(0, "These are our annual results for the year 2019. We dug copper."), (1, "We dug deep.")]

KILN_PATH = "earnings21/transcripts/nlp_references/4385072.nlp"


def token_file(said: Said, header: str = HEADER_21) -> bytes:
    """Sentences as Rev writes them: a line a word, its punctuation in a column of its own."""
    lines = [header]
    for speaker, text in said:
        for word in text.split():
            token = word.rstrip(".,?")
            cells = {"token": token, "speaker": str(speaker), "punctuation": word.removeprefix(token)}
            lines.append("|".join(cells.get(column, "") for column in header.split("|")))
    return "\n".join([*lines, ""]).encode()


def repository() -> dict[str, bytes]:
    """Two calls of each dataset, and files nobody asks for."""
    token_folder_22 = "earnings22/transcripts/nlp_references"
    return {
        "README.md": b"not needed",
        "earnings21/media/4385072.mp3": b"not needed",
        "earnings21/output/other/4385072.nlp": b"not needed",
        "earnings21/transcripts/nlp_references/older/4385072.nlp": b"not needed",
        "earnings21/earnings21-file-metadata.csv": (
            b"file_id,audio_length,company_name,financial_quarter,sector\n"
            b"4385072,60.0,Kiln Works,3,Industrial Goods\n4360366,50.0,Ferry Line,2,Services\n"
        ),
        KILN_PATH: token_file(KILN),
        "earnings21/transcripts/nlp_references/4360366.nlp": token_file(FERRY),
        "earnings22/metadata.csv": (
            "File ID,Ticker Symbol,Country by Ticker\n4420696,LOOM,Türkiye\nmine_2019,COPR,Chile\n".encode()
        ),
        f"{token_folder_22}/4420696.nlp": token_file(LOOM, HEADER_22),
        f"{token_folder_22}/mine_2019.nlp": token_file(ANNUAL, HEADER_22),
    }


NEEDED = [path for path, content in repository().items() if content != b"not needed"]


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    with serving(FakeGitHub(repository())) as running:
        yield running


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "SECONDS_BEFORE_RETRY", 0)


def source_of(github: FakeGitHub, folder: Path) -> OpenDatasetsSource:
    return OpenDatasetsSource(str(folder), mirror=github.url)


def calls_of(source: OpenDatasetsSource, quarter: str) -> list[Call]:
    return list(source.calls(quarter, firms_of(source.call_ids(quarter))))


def prepare(github: FakeGitHub, folder: Path) -> bytes:
    """Everything from the download to the table; returns the table's bytes."""
    source_of(github, folder).call_ids("2023Q4")
    return (folder / "earnings-calls.parquet").read_bytes()


def refusal(github: FakeGitHub, folder: Path) -> FTMError:
    return refused(SourceError, source_of(github, folder).call_ids, "2023Q4")


def downloaded(folder: Path, path: str) -> Path:
    return folder / "downloads" / origin.COMMIT[:7] / path


# --- From the server to the calls ---


def test_the_calls_come_through_the_files_source(github: FakeGitHub, tmp_path: Path) -> None:
    [call] = calls_of(source_of(github, tmp_path), "2023Q4")

    assert (call.firm_name, call.transcript_id, call.call_date) == ("Kiln Works", "4385072", date(2023, 10, 1))
    assert call.firm_id.startswith("open-")
    assert (call.permno, call.gvkey, call.link_status) == (None, None, "no_permno_in_file")
    assert [(turn.speaker_type, turn.section) for turn in call.turns] == [
        ("Operator", PRESENTATION),
        ("Executives", PRESENTATION),
        ("Operator", QUESTIONS),
        ("Analysts", QUESTIONS),
        ("Executives", QUESTIONS),
        ("Analysts", QUESTIONS),
        ("Operator", QUESTIONS),
    ]
    assert call.turns[3].text == "Hi. How much gas does the kiln burn?"


def test_every_call_has_a_replay_quarter_with_the_number_of_its_own(github: FakeGitHub, tmp_path: Path) -> None:
    source = source_of(github, tmp_path)
    names = {quarter: [call.firm_name for call in calls_of(source, quarter)] for quarter in QUARTERS}
    assert names == {"2023Q1": ["COPR"], "2023Q2": ["LOOM"], "2023Q3": ["Ferry Line"], "2023Q4": ["Kiln Works"]}


def test_the_true_date_can_be_chosen_and_few_calls_have_one(github: FakeGitHub, tmp_path: Path) -> None:
    source = OpenDatasetsSource(str(tmp_path), mirror=github.url, date_column="mostimportantdateutc")
    assert [call.call_date for call in calls_of(source, "2020Q4")] == [date(2020, 11, 4)]
    assert "3 calls have no date" in source.coverage()
    assert source.describe()["dates_are_real"] is True


def test_what_is_not_real_says_so(github: FakeGitHub, tmp_path: Path) -> None:
    source = source_of(github, tmp_path)
    line = source.preflight("2023Q4", lambda _: None)
    assert "1 call of 1 firm in 2023Q4" in line
    assert "NOT REAL" in line
    assert "NOT REAL" in source.coverage()
    assert source.describe()["dates_are_real"] is False


def test_describing_asks_nobody_and_writes_nothing(github: FakeGitHub, tmp_path: Path) -> None:
    description = source_of(github, tmp_path / "new").describe()
    assert description == {
        "source": "open-datasets",
        "commit": origin.COMMIT,
        "rules": open_datasets.RULES,
        "date_column": "replay_date",
        "dates_are_real": False,
        "licence": "CC BY-SA 4.0; Earnings-21 and Earnings-22 (c) Rev.com; changes made, see ATTRIBUTION.md",
    }
    assert github.requests == []
    assert not (tmp_path / "new").exists()


def test_only_what_is_needed_is_downloaded_and_progress_is_told(github: FakeGitHub, tmp_path: Path) -> None:
    said: list[str] = []
    source_of(github, tmp_path).preflight("2023Q4", said.append)
    assert sorted(path for path, _ in github.requests) == sorted([LISTING, *(FILES + path for path in NEEDED)])
    assert any("downloading 6 of 6 files" in line for line in said)
    assert any("4 calls" in line for line in said)


# --- The table and what lies beside it ---


def test_licence_and_what_is_inferred_lie_beside_the_table_and_in_it(github: FakeGitHub, tmp_path: Path) -> None:
    prepare(github, tmp_path)
    text = (tmp_path / "ATTRIBUTION.md").read_text()
    for said in ("CC BY-SA 4.0", "Rev.com", origin.COMMIT, "**Modified**", "2 calls.", "NOT REAL", "**inferred**"):
        assert said in text
    schema = pq.read_schema(tmp_path / "earnings-calls.parquet")
    for name in schema.names:
        assert f"| {name} |" in text
    assert b"CC BY-SA 4.0" in schema.metadata[b"licence"]


def test_each_row_says_where_it_comes_from_and_what_its_quarter_rests_on(github: FakeGitHub, tmp_path: Path) -> None:
    prepare(github, tmp_path)
    rows = pq.ParquetFile(tmp_path / "earnings-calls.parquet").read(use_threads=False).to_pylist()
    first = {row["source_file_id"]: row for row in reversed(rows)}
    kiln, loom, mine = first["4385072"], first["4420696"], first["mine_2019"]

    assert kiln["mostimportantdateutc"] == date(2020, 11, 4)
    assert (kiln["spoken_period"], kiln["sector"], kiln["ticker"]) == ("third quarter 2020", "Industrial Goods", None)
    assert (kiln["call_quarter"], kiln["call_quarter_basis"]) == ("2020Q4", "date spoken in the call")
    assert (kiln["source_speaker_id"], kiln["dataset"]) == ("0", "earnings21")
    assert (loom["companyname"], loom["country"], loom["mostimportantdateutc"]) == ("LOOM", "Türkiye", None)
    assert (loom["call_quarter"], loom["replay_quarter"]) == ("2021Q2", "2023Q2")
    assert loom["call_quarter_basis"] == "number of Rev's file and period spoken"
    assert (mine["transcriptid"], mine["call_quarter_basis"]) == ("mine-2019", "period spoken")
    assert mine["replay_date"].year == 2023


def test_no_name_of_a_person_is_a_column(github: FakeGitHub, tmp_path: Path) -> None:
    prepare(github, tmp_path)
    assert "personname" not in pq.read_schema(tmp_path / "earnings-calls.parquet").names


def test_the_same_files_give_the_same_bytes(github: FakeGitHub, tmp_path: Path) -> None:
    assert prepare(github, tmp_path / "one") == prepare(github, tmp_path / "two")
    attributions = [(tmp_path / name / "ATTRIBUTION.md").read_bytes() for name in ("one", "two")]
    assert attributions[0] == attributions[1]


def test_a_change_of_what_comes_out_needs_another_number_of_the_rules(github: FakeGitHub, tmp_path: Path) -> None:
    """If this fails, raise RULES and write the new digest here: tables made by the old rules are made again then."""
    prepare(github, tmp_path)
    rows = pq.ParquetFile(tmp_path / "earnings-calls.parquet").read(use_threads=False).to_pylist()
    digest = download.blob_id(json.dumps(rows, default=str, sort_keys=True).encode())
    assert (open_datasets.RULES, digest[:12]) == ("1", "0c13632997b3")


def test_what_is_prepared_is_not_asked_for_again(github: FakeGitHub, tmp_path: Path) -> None:
    prepare(github, tmp_path)
    github.requests.clear()
    assert len(calls_of(source_of(github, tmp_path), "2023Q3")) == 1
    assert github.requests == []


@pytest.mark.parametrize("change", ["rules", "commit", "damage", "attribution"])
def test_a_table_that_is_not_what_it_should_be_is_made_again_without_a_download(
    github: FakeGitHub, tmp_path: Path, change: str
) -> None:
    table = prepare(github, tmp_path)
    github.requests.clear()
    made_from = tmp_path / "made-from.json"
    if change == "damage":
        (tmp_path / "earnings-calls.parquet").write_bytes(table[:-1])
    elif change == "attribution":
        (tmp_path / "ATTRIBUTION.md").unlink()
    else:
        made_from.write_text(json.dumps({**json.loads(made_from.read_text()), change: "old"}))

    assert prepare(github, tmp_path) == table
    assert (tmp_path / "ATTRIBUTION.md").is_file()
    assert json.loads(made_from.read_text())["rules"] == open_datasets.RULES
    assert github.requests == []


def test_only_one_of_several_processes_downloads(github: FakeGitHub, tmp_path: Path) -> None:
    github.seconds_before_answering = 0.05
    runs = [threading.Thread(target=prepare, args=(github, tmp_path)) for _ in range(4)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert Counter(path for path, _ in github.requests).most_common(1)[0][1] == 1
    assert not list(tmp_path.rglob("*.part"))


def test_those_that_waited_do_not_prepare_it_again(github: FakeGitHub, tmp_path: Path) -> None:
    github.seconds_before_answering = 0.05
    said: list[str] = []
    runs = [threading.Thread(target=source_of(github, tmp_path).preflight, args=("2023Q4", said.append)) for _ in "ab"]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert sum("waiting for it" in line for line in said) == 1
    assert sum("putting the words back" in line for line in said) == 1


def test_a_prepared_folder_is_only_read(github: FakeGitHub, tmp_path: Path) -> None:
    prepare(github, tmp_path)
    (tmp_path / ".lock").unlink()
    assert source_of(github, tmp_path).call_ids("2023Q4")
    assert not (tmp_path / ".lock").exists()


# --- Interrupted and spoiled downloads ---


def test_a_broken_connection_is_resumed_where_it_broke(github: FakeGitHub, tmp_path: Path) -> None:
    github.break_offs[KILN_PATH] = [100, 50]
    prepare(github, tmp_path)
    assert github.ranges(KILN_PATH) == [None, "bytes=100-", "bytes=150-"]
    assert downloaded(tmp_path, KILN_PATH).read_bytes() == token_file(KILN)


def test_the_next_run_resumes_what_this_one_gave_up(github: FakeGitHub, tmp_path: Path) -> None:
    github.break_offs[KILN_PATH] = [10] * download.ATTEMPTS
    assert_refused(
        refusal(github, tmp_path), what=github.url + FILES + KILN_PATH, problem="4 times", remedy="Run again"
    )
    assert not downloaded(tmp_path, KILN_PATH).exists()

    github.requests.clear()
    prepare(github, tmp_path)
    assert github.ranges(KILN_PATH) == ["bytes=40-"]
    assert downloaded(tmp_path, KILN_PATH).read_bytes() == token_file(KILN)
    assert LISTING not in [path for path, _ in github.requests]


def test_a_server_without_ranges_sends_the_whole_file_again(github: FakeGitHub, tmp_path: Path) -> None:
    github.knows_ranges = False
    github.break_offs[KILN_PATH] = [100]
    prepare(github, tmp_path)
    assert downloaded(tmp_path, KILN_PATH).read_bytes() == token_file(KILN)


def test_a_file_with_the_wrong_checksum_is_deleted_and_named(github: FakeGitHub, tmp_path: Path) -> None:
    good, listing = github.files[KILN_PATH], github.listing()
    github.listing = lambda: listing  # type: ignore[method-assign]
    github.files[KILN_PATH] = good.replace(b"bricks", b"breads")

    facts = (github.url + FILES + KILN_PATH, origin.COMMIT[:7])
    assert_refused(refusal(github, tmp_path), what=KILN_PATH, problem=facts, remedy=("deleted", "run again", "proxy"))
    assert list(downloaded(tmp_path, KILN_PATH).parent.glob("4385072*")) == []
    assert not (tmp_path / "earnings-calls.parquet").exists()

    github.files[KILN_PATH] = good
    prepare(github, tmp_path)


def test_a_file_that_was_damaged_here_is_fetched_again_and_no_other(github: FakeGitHub, tmp_path: Path) -> None:
    table = prepare(github, tmp_path)
    downloaded(tmp_path, KILN_PATH).write_bytes(b"damaged")
    (tmp_path / "made-from.json").unlink()
    github.requests.clear()
    assert prepare(github, tmp_path) == table
    assert github.requests == [(FILES + KILN_PATH, None)]


def test_blob_ids_are_those_of_git() -> None:
    assert download.blob_id(b"hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"  # git hash-object


# --- Servers that refuse ---


@dataclass(frozen=True)
class Case:
    """What a server does, and the words that the problem and the remedy must have."""

    spoil: Callable[[FakeGitHub], object]
    what: str
    problem: Words
    remedy: Words


def answering(path: str, status: int) -> Callable[[FakeGitHub], None]:
    return lambda github: github.statuses.update({path: status})


def without(start: str) -> Callable[[FakeGitHub], None]:
    def remove(github: FakeGitHub) -> None:
        github.files = {path: content for path, content in github.files.items() if not path.startswith(start)}

    return remove


URL_OF_LISTING = "{url}" + LISTING
METADATA_22, TOKENS_22 = "earnings22/metadata.csv", "earnings22/transcripts/nlp_references"
CASES = {
    **{
        f"{status} for {path}": Case(answering(path, status), "{url}" + path, str(status), remedy)
        for status, remedy in {404: "github.com", 403: "an hour", 503: "later", 418: "browser"}.items()
        for path in (LISTING, FILES + KILN_PATH)
    },
    "truncated listing": Case(
        lambda github: setattr(github, "truncated", True),
        URL_OF_LISTING,
        "truncated",
        ("Nothing was downloaded", "FTM_OPEN_DATASETS_URL"),
    ),
    "sign-in page": Case(
        lambda github: setattr(github, "listing", lambda: b"<html>Please sign in</html>"),
        URL_OF_LISTING,
        "no listing",
        ("sign-in page", "proxy", "browser"),
    ),
    **{
        f"no {gone}": Case(
            without(gone), URL_OF_LISTING, ("Earnings-22", METADATA_22, TOKENS_22), "FTM_OPEN_DATASETS_URL"
        )
        for gone in (METADATA_22, TOKENS_22)
    },
    "metadata in another form": Case(
        lambda github: github.files.update({METADATA_22: b"id,symbol\n4420696,LOOM\n"}),
        METADATA_22,
        ("File ID", "Ticker Symbol", "Country by Ticker", "id, symbol"),
        "origin.py",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_server_that_refuses_is_named_with_what_to_do(github: FakeGitHub, tmp_path: Path, case: Case) -> None:
    case.spoil(github)
    error = refusal(github, tmp_path)
    assert_refused(error, what=case.what.format(url=github.url), problem=case.problem, remedy=case.remedy)
    if case.what == URL_OF_LISTING:
        assert {path for path, _ in github.requests} == {LISTING}, "nothing is downloaded that may be the wrong thing"


def test_what_is_wrong_here_is_named_with_what_to_do(github: FakeGitHub, tmp_path: Path) -> None:
    with serving(FakeGitHub({})) as gone:
        pass
    error = refusal(gone, tmp_path)
    assert_refused(error, what="127.0.0.1", problem="reached", remedy=("online", "HTTPS_PROXY"))
    assert "\n" not in str(error)
    (tmp_path / "file").write_text("in the way")
    folder = tmp_path / "file" / "folder"
    assert_refused(refusal(github, folder), what=f"FTM_OPEN_DATASETS={folder}", problem="written", remedy="200 MB")


def test_a_busy_server_is_asked_again(github: FakeGitHub, tmp_path: Path) -> None:
    github.statuses[FILES + KILN_PATH] = 503
    refusal(github, tmp_path)
    assert len(github.ranges(KILN_PATH)) == download.ATTEMPTS


def test_after_a_truncated_listing_a_whole_one_will_do(github: FakeGitHub, tmp_path: Path) -> None:
    github.truncated = True
    refusal(github, tmp_path)
    github.truncated = False
    prepare(github, tmp_path)


# --- Killed ---


def run_and_kill(github: FakeGitHub, folder: Path, before: str = "") -> None:
    """Prepare in another process, which kills itself or, when it doesn't, is killed when it asks for the third file."""
    script = (
        "import sys\n"
        "from ftm_resources.transcript_sources import open_datasets\n"
        f"{before}\n"
        "open_datasets.OpenDatasetsSource(sys.argv[1], mirror=sys.argv[2]).call_ids('2023Q4')\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(folder), github.url])
    part = downloaded(folder, f"{KILN_PATH}.part")
    while process.poll() is None:
        if not before and part.exists() and part.stat().st_size > 0:
            process.kill()
    assert process.returncode == -signal.SIGKILL


def test_killed_while_downloading_it_goes_on_where_it_was(github: FakeGitHub, tmp_path: Path) -> None:
    # A file of many blocks: what is smaller than one block is not on the disk while the rest is still to come.
    github.files[KILN_PATH] = token_file(KILN * 200)
    github.break_offs[KILN_PATH] = [STALL]
    run_and_kill(github, tmp_path)
    assert not downloaded(tmp_path, KILN_PATH).exists()
    assert not (tmp_path / "earnings-calls.parquet").exists()

    github.requests.clear()
    prepare(github, tmp_path)
    [range_] = github.ranges(KILN_PATH)
    assert range_ is not None and int(range_.removeprefix("bytes=").removesuffix("-")) > 0
    assert downloaded(tmp_path, KILN_PATH).read_bytes() == github.files[KILN_PATH]


@pytest.mark.parametrize("name", ["ATTRIBUTION.md", "earnings-calls.parquet", "made-from.json"])
def test_killed_while_writing_it_leaves_nothing_that_is_taken_for_the_table(
    github: FakeGitHub, tmp_path: Path, name: str
) -> None:
    run_and_kill(
        github,
        tmp_path,
        before=(
            "import os, signal\n"
            "replace = os.replace\n"
            "def die(old, new):\n"
            f"    if os.path.basename(new) == {name!r}: os.kill(os.getpid(), signal.SIGKILL)\n"
            "    replace(old, new)\n"
            "os.replace = die"
        ),
    )
    assert not (tmp_path / name).exists()
    assert not (tmp_path / "made-from.json").exists()
    assert prepare(github, tmp_path) == prepare(github, tmp_path / "undisturbed")
    assert (tmp_path / "ATTRIBUTION.md").is_file()


# --- Token files ---


def test_words_are_joined_with_their_punctuation_into_turns() -> None:
    text = f"{HEADER_22}\nWe|0|||||UC|[]\nwin|0|||!||LC|[]\nyes|1|||.|(|LC|['1:X']\nI|0|||||CA|[]\n"
    assert read_turns(text, "x.nlp") == [SpeakerTurn("0", "We win!"), SpeakerTurn("1", "(yes."), SpeakerTurn("0", "I")]


def test_columns_go_by_their_names_since_the_datasets_order_them_differently() -> None:
    for header in (HEADER_21, HEADER_22, "speaker|punctuation|token"):
        turns = read_turns(token_file(KILN, header).decode(), "x.nlp")
        assert turns[1].text.startswith("Thank you. Today is Wednesday, November 4th, 2020.")


@pytest.mark.parametrize(
    ("mark", "text"),
    [
        ("<inaudible>", "We [indiscernible] won."),
        ("<unk>", "We [indiscernible] won."),
        ("<crosstalk>", "We [crosstalk] won."),
        ("<Foreign>", "We [foreign language] won."),
        ("<phonetic>", "We [ph] won."),
        ("<laugh>", "We won."),
        ("<a mark we don't know>", "We won."),
    ],
)
def test_marks_become_words_or_are_left_out(mark: str, text: str) -> None:
    lines = [HEADER_21, "We|0||||UC||", f"{mark}|0||||LC||", "won|0|||.|LC||"]
    assert read_turns("\n".join(lines), "x.nlp") == [SpeakerTurn("0", text)]


def test_a_laugh_is_no_turn_and_its_full_stop_ends_the_sentence_before_it() -> None:
    lines = [HEADER_21, "Good|0||||", "<laugh>|0|||.|", "<cough>|1|||.|", "And|0||||", "more|0|||.|", "<laugh>|0|||.|"]
    assert read_turns("\n".join(lines), "x.nlp") == [SpeakerTurn("0", "Good. And more.")]


def test_the_full_stop_after_the_laugh_of_somebody_else_ends_nothing() -> None:
    lines = [HEADER_21, "Good|0||||", "<laugh>|1|||.|", "morning|0|||.|"]
    assert read_turns("\n".join(lines), "x.nlp") == [SpeakerTurn("0", "Good morning.")]


def test_lines_that_are_cut_short_keep_what_they_have() -> None:
    lines = [HEADER_21, "We|4||||", "", "|", "won", "twice|4", "|4|||.", "a|4||||LC|[]|[]|more|than|there|are"]
    assert read_turns("\r\n".join(lines).replace("\r", ""), "x.nlp") == [SpeakerTurn("4", "We won twice. a")]


def test_a_web_address_in_two_tokens_is_one_word() -> None:
    lines = [HEADER_21, "at|0||||", "www|0||||", ".example.com|0|||.|"]
    assert read_turns("\n".join(lines), "x.nlp")[0].text == "at www.example.com."


@pytest.mark.parametrize("text", ["", "\n", "We|0||||UC||\nwon|0||||LC||\n", "<html>"])
def test_a_file_without_the_header_is_refused(text: str) -> None:
    error = refused(SourceError, read_turns, text, "x.nlp")
    assert_refused(error, what="x.nlp", problem="column", remedy=("Delete", "run again"))


def test_a_call_without_a_word_is_left_out_and_one_with_odd_bytes_is_not(github: FakeGitHub, tmp_path: Path) -> None:
    github.files["earnings21/transcripts/nlp_references/4360366.nlp"] = f"{HEADER_21}\n<laugh>|0|||.|||\n".encode()
    github.files[KILN_PATH] = b"\xef\xbb\xbf" + token_file(KILN).replace(b"bricks", b"br\xffcks")
    source = source_of(github, tmp_path)
    assert source.call_ids("2023Q3") == []
    assert "Earnings-21, (c) Rev.com: 1 call." in (tmp_path / "ATTRIBUTION.md").read_text()
    [call] = calls_of(source, "2023Q4")
    assert "br\ufffdcks" in call.turns[1].text


def test_a_call_that_the_metadata_do_not_know_is_named_by_its_file(github: FakeGitHub, tmp_path: Path) -> None:
    github.files["earnings22/metadata.csv"] = b"File ID,Ticker Symbol,Country by Ticker\n4420696,,Peru\n"
    assert [call.firm_name for call in calls_of(source_of(github, tmp_path), "2023Q2")] == ["4420696"]


# --- Who speaks ---


def roles_of(said: Said) -> list[tuple[str, str]]:
    roles = infer_roles([SpeakerTurn(str(speaker), text) for speaker, text in said])
    return [(role.speaker_type, role.component_type) for role in roles]


def test_roles_are_named_as_capital_iq_names_them() -> None:
    assert roles_of([(0, KILN[0][1]), *KILN[2:]])[:5] == [
        ("Operator", "Presentation Operator Message"),
        ("Executives", "Presenter Speech"),
        ("Executives", "Presenter Speech"),
        ("Operator", "Question and Answer Operator Message"),
        ("Analysts", "Question"),
    ]


def test_without_operator_whoever_asks_after_the_questions_open_is_an_analyst() -> None:
    roles = roles_of(
        [(0, "We grew. A question is why."), (1, "We sold. Let us take questions."), (2, "Why?"), (1, "So.")]
    )
    assert [speaker for speaker, _ in roles] == ["Executives", "Executives", "Analysts", "Executives"]
    assert [component for _, component in roles] == ["Presenter Speech", "Presenter Speech", "Question", "Answer"]


def test_who_answers_without_having_presented_is_an_executive() -> None:
    assert roles_of([*KILN[:6], (9, "Let me take that: a tenth less.")])[-1] == ("Executives", "Answer")


def test_who_asks_an_executive_without_being_called_on_is_an_analyst() -> None:
    assert roles_of([*KILN[:6], (1, "A tenth less."), (9, "Since when?")])[-1] == ("Analysts", "Question")


def test_an_operator_with_two_numbers_is_the_operator_twice() -> None:
    roles = roles_of([*KILN[:8], (7, "Our next question comes from Jo Hill. Your line is open."), (8, "Hello.")])
    assert [speaker for speaker, _ in roles[-2:]] == ["Operator", "Analysts"]


def test_whoever_speaks_long_is_no_operator() -> None:
    assert roles_of([(0, "We grew. " * 60 + "Please go ahead."), (1, "Thanks.")])[0][0] == "Executives"


def test_a_call_without_questions_is_all_presentation() -> None:
    assert {component for _, component in roles_of(ANNUAL)} == {"Presenter Speech"}


@pytest.mark.skipif(not SAMPLE.exists(), reason="the real calls are not on this machine")
def test_on_real_calls_the_roles_agree_with_those_of_another_rule() -> None:
    table = (
        pq.ParquetFile(SAMPLE)
        .read(use_threads=False)
        .sort_by([("transcriptid", "ascending"), ("componentorder", "ascending")])
    )
    rows_of: dict[int, list[dict[str, str]]] = {}
    for row in table.to_pylist():
        rows_of.setdefault(row["transcriptid"], []).append(row)
    agreed = same_section = 0
    for rows in rows_of.values():
        roles = infer_roles([SpeakerTurn(row["source_speaker_id"], row["componenttext"]) for row in rows])
        for row, role in zip(rows, roles, strict=True):
            agreed += row["speakertypename"] == role.speaker_type
            same_section += row["componenttypename"].startswith("Present") == role.component_type.startswith("Present")
    assert agreed / table.num_rows > 0.951
    assert same_section / table.num_rows > 0.955


# --- When ---


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("This is recorded today, Wednesday, November 4th, 2020.", date(2020, 11, 4)),
        ("Today is May 21st, 2020.", date(2020, 5, 21)),
        ("It speaks only as of today, August 6 2020.", date(2020, 8, 6)),
        ("They speak as of the date of this call, November 9th, 2020 and not later.", date(2020, 11, 9)),
        ("The quarter ended September 30, 2020.", None),
        ("A replay is available until May 21st, 2020.", None),
        ("Today is February 30th, 2020.", None),
        ("word " * 1_000 + "Today is May 21st, 2020.", None),
    ],
)
def test_a_date_counts_only_where_it_is_said_as_today(text: str, day: date | None) -> None:
    assert spoken_date(text) == day


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("our third quarter fiscal 2020 call", ("third quarter fiscal 2020", 2020, 3)),
        ("the 2022 fiscal first quarter", ("2022 fiscal first quarter", 2022, 1)),
        ("the Q2 FY21 results", ("Q2 FY21", 2021, 2)),
        ("in Q3 2021", ("Q3 2021", 2021, 3)),
        ("the first half of 2021", ("first half of 2021", 2021, 2)),
        ("nine months 2021", ("nine months 2021", 2021, 3)),
        ("the full year results of 2021", ("full year results of 2021", 2021, 4)),
        ("annual results for the year 2019", ("annual results for the year 2019", 2019, 4)),
        ("this quarter. In Q4 we grew, as in Q1 2020", ("Q1 2020", 2020, 1)),
        ("a good quarter and a good 2021", None),
    ],
)
def test_the_first_period_with_a_year_is_the_one(text: str, period: tuple[str, int, int] | None) -> None:
    assert spoken_period(text) == (Period(*period) if period else None)


@pytest.mark.parametrize(
    ("file_id", "day", "period", "quarter", "basis"),
    [
        ("4385072", date(2020, 8, 6), None, "2020Q3", "date spoken in the call"),
        ("4385072", None, Period("", 2020, 3), "2020Q4", "number of Rev's file and period spoken"),
        ("4385072", None, Period("", 2022, 1), "2020Q4", "number of Rev's file"),
        ("4485244", None, None, "2022Q1", "number of Rev's file"),
        ("a_call", None, Period("", 2020, 4), "2021Q1", "period spoken"),
        ("17", None, Period("", 2020, 1), "2020Q2", "period spoken"),
        ("a_call", None, None, None, "none: neither date, file number nor period"),
    ],
)
def test_the_quarter_is_estimated_by_what_says_most(
    file_id: str, day: date | None, period: Period | None, quarter: str | None, basis: str
) -> None:
    assert estimate_quarter(file_id, day, period) == (quarter, basis)


def test_replay_days_are_spread_over_the_quarter_in_the_order_of_ids() -> None:
    days = replay_dates({"c": "2020Q3", "a": "2021Q3", "b": "2020Q3", "d": "2020Q3", "x": "2020Q1"})
    assert list(days.items()) == [
        ("a", date(2023, 7, 1)),
        ("b", date(2023, 7, 24)),
        ("c", date(2023, 8, 16)),
        ("d", date(2023, 9, 8)),
        ("x", date(2023, 1, 1)),
    ]


def test_calls_without_a_quarter_get_the_four_in_turn() -> None:
    days = replay_dates(dict.fromkeys("abcde"))
    assert [(days[call].month + 2) // 3 for call in "abcde"] == [1, 2, 3, 4, 1]


def test_the_command_puts_them_into_the_store_with_their_licence(github: FakeGitHub, tmp_path: Path) -> None:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("FTM_", "DAGSTER_", "S3_"))}
    ran = subprocess.run(
        [sys.executable, "-m", "ftm_assets.cli", "prefetch", "2023Q3"],
        env=inherited | {"DATA_SOURCE": "open-datasets", "FTM_OPEN_DATASETS_URL": github.url, "COLUMNS": "200"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "downloading 6 of 6 files" in ran.stdout and "their dates are NOT REAL" in ran.stdout
    source = load_manifest(FolderStore(tmp_path / "data"), PREFETCHED_TRANSCRIPTS, "2023Q3").manifest.parameters[
        "source"
    ]
    assert source["licence"].startswith("CC BY-SA 4.0; Earnings-21 and Earnings-22 (c) Rev.com")
    assert (tmp_path / "open-datasets" / "ATTRIBUTION.md").is_file()
