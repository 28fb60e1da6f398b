"""What people are told when a bucket refuses: the address, what is wrong, what to do; and never a secret.

The S3 servers of the tests refuse by themselves for a bucket that is missing, and for permissions and keys; what they
can't refuse for is answered by ``s3_answers.py`` with what Amazon documents.
"""

from __future__ import annotations

import socket
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import botocore.exceptions
import pytest
from botocore.config import Config
from botocore.retries.standard import ExponentialBackoff

from ftm_resources.errors import StoreError
from ftm_resources.store import bucket
from ftm_resources.store.bucket import BucketStore
from ftm_resources.store.bucket_refusals import refusal
from ftm_resources.store.opening import open_store
from tests.fakes.s3_answers import (
    DENIED_EXPRESSLY,
    DENIED_KEY,
    ELSEWHERE,
    KMS_KEY,
    MALFORMED,
    OPT_IN,
    SKEWED,
    Page,
    PassedOn,
    Refusal,
    S3Answers,
)
from tests.fakes.s3_permissions import Guarded, guarded_s3
from tests.support.aws_session import aws_session
from tests.support.refusals import Words, assert_refused, change, filled, refused

pytestmark = pytest.mark.usefixtures("s3_environment")

QUESTIONS: dict[str, Callable[[BucketStore], object]] = {
    "read": lambda store: store.read("a"),
    "open": lambda store: store.open("a"),
    "size": lambda store: store.size("a"),
    "list": lambda store: store.list("a"),
    "write": lambda store: store.write("a", b"x"),
    "create": lambda store: store.create("a", b"x"),
    "delete": lambda store: store.delete("a"),
}
BY_HEAD = ("open", "size", "create")
"""The questions that begin with a HEAD, whose refusal has a status and no code."""
BY_BODY = ("read", "list", "write", "delete")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda self, context: 0)
    monkeypatch.setattr(bucket, "_pause", lambda attempt: None)


@pytest.fixture
def answers(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Answers]:
    """A stop on the way to the server."""
    with S3Answers(s3_server) as answers:
        monkeypatch.setenv("AWS_ENDPOINT_URL", answers.url)
        yield answers


@pytest.fixture(scope="module")
def guarded() -> Iterator[Guarded]:
    with guarded_s3() as server:
        yield server


def unused_address() -> str:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{asked.getsockname()[1]}"


def ask(question: str, address: str) -> None:
    """Open the bucket of this address as anybody would, and ask it something."""
    store = open_store("s3://" + address.removeprefix("s3://").partition("/")[0])
    assert isinstance(store, BucketStore)
    QUESTIONS[question](store)


def sign_in(monkeypatch: pytest.MonkeyPatch, guarded: Guarded, user: str) -> None:
    """Ask the server that looks at permissions, as this user."""
    key, secret = guarded.keys[user]
    monkeypatch.setenv("AWS_ENDPOINT_URL", guarded.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)


# The table


ALL = tuple(QUESTIONS)
TO_READ = ("read", "open", "size")
READ, WRITE, DELETE = ("read",), ("write",), ("delete",)


@dataclass(frozen=True)
class Case:
    """What is wrong, and the words that the problem and the remedy must have."""

    problem: Words
    remedy: Words
    answer: Refusal | Page | PassedOn | None = None
    """What comes back for every request, instead of the server's own answer."""
    settings: dict[str, str | None] = field(default_factory=dict)
    profiles: str = ""
    """AWS's file of profiles."""
    user: str = ""
    """Whose key it is at the server that looks at permissions."""
    asked: tuple[str, ...] = ALL
    about: str = "s3://lake/a"
    """The object, or the bucket when even that can't be opened."""
    puts_only: bool = False
    """Every other request gets the server's own answer."""


NO_KEY: dict[str, str | None] = {
    "AWS_ACCESS_KEY_ID": None,
    "AWS_SECRET_ACCESS_KEY": None,
    # A machine, a container or a pod of Amazon's would be asked for its role.
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": None,
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": None,
    "AWS_ROLE_ARN": None,
}
RESEARCH: dict[str, str | None] = {**NO_KEY, "AWS_PROFILE": "research"}
SIGN_IN = (
    "[profile research]\nsso_start_url = https://ftm.awsapps.com/start\nsso_region = us-east-1\n"
    "sso_account_id = 111122223333\nsso_role_name = ftm\n"
)
PROGRAM = "[profile research]\ncredential_process = sh -c 'echo my-secret >&2; exit 1'\n"
ROLE = (
    "[profile research]\nrole_arn = arn:aws:iam::123456789012:role/ftm\nsource_profile = ada\n"
    "[profile ada]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n"
)

SERVER = "AWS_ENDPOINT_URL={server}"
NO_S3 = (SERVER, "no S3")
BUCKET_NAME = ("3 to 63", "letters", "digits", "dots", "hyphens")
AGAIN_LATER = "again later"

CASES = {
    # The bucket
    "no such bucket": Case(("no bucket no-such-lake", SERVER), ("Create it", "FTM_STORE"), about="s3://no-such-lake/a"),
    "a name S3 takes for none": Case(
        ("'lake'", *BUCKET_NAME), "FTM_STORE", Refusal(400, "InvalidBucketName", "The specified bucket is not valid.")
    ),
    "archived": Case(
        ("archive", "GLACIER"),
        ("Restore it in S3", "again"),
        Refusal(403, "InvalidObjectState", "The operation is not valid.", {"StorageClass": "GLACIER"}),
    ),
    "a name of no bucket": Case(("'our lake'", *BUCKET_NAME), "FTM_STORE", about="s3://our lake/a"),
    # Its region
    "region, by redirect": Case(("eu-central-1", "us-east-1"), "AWS_DEFAULT_REGION=eu-central-1", ELSEWHERE),
    "region, by signature": Case(("eu-central-1", "us-east-1"), "AWS_DEFAULT_REGION=eu-central-1", MALFORMED),
    "region, untold": Case(
        "not in the region us-east-1", ("AWS_DEFAULT_REGION", "aws s3api get-bucket-location --bucket lake"), OPT_IN
    ),
    "region, none there is": Case(
        "'eu central 1'",
        ("AWS_DEFAULT_REGION", "eu-central-1"),
        settings={"AWS_DEFAULT_REGION": "eu central 1"},
        about="s3://lake",
    ),
    # Permissions
    "may not read": Case(
        "access denied", ("s3:GetObject for s3://lake/*", "s3:ListBucket for s3://lake"), user="nobody", asked=TO_READ
    ),
    "may not list": Case("access denied", "s3:ListBucket for s3://lake", user="nobody", asked=("list",)),
    "may not write": Case("access denied", "s3:PutObject for s3://lake/*", user="nobody", asked=("write", "create")),
    "may not delete": Case("access denied", "s3:DeleteObject for s3://lake/*", user="nobody", asked=DELETE),
    "may not use the encryption key": Case("access denied", f"kms:Decrypt for {KMS_KEY}", DENIED_KEY),
    "denied expressly, which no permission cures": Case(
        ("access denied", "resource-based policy"),
        ("Change it", "s3:DeleteObject for s3://lake/*"),
        DENIED_EXPRESSLY,
        asked=DELETE,
    ),
    # Credentials
    "no credentials": Case(
        "no AWS credentials",
        ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "EC2", "ECS", "Batch", "role"),
        settings=NO_KEY,
    ),
    "half of them": Case(
        "incomplete", "AWS_SECRET_ACCESS_KEY", settings={"AWS_SECRET_ACCESS_KEY": None}, about="s3://lake"
    ),
    "unknown key": Case(
        ("access key is unknown", SERVER),
        ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_SESSION_TOKEN"),
        settings={"AWS_ACCESS_KEY_ID": "AKIAUNKNOWN"},
        user="owner",
    ),
    "secret of another key": Case(
        ("secret", "access key"), "AWS_SECRET_ACCESS_KEY", settings={"AWS_SECRET_ACCESS_KEY": "wrong"}, user="owner"
    ),
    "token of another key": Case(
        ("session token", "access key"),
        ("AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID", "unset"),
        Refusal(400, "InvalidToken", "The provided token is malformed or otherwise not valid."),
    ),
    "expired token": Case("expired", "aws sso login", Refusal(400, "ExpiredToken", "The provided token has expired.")),
    "token to refresh": Case(
        "expired", "aws sso login", Refusal(400, "TokenRefreshRequired", "The provided token must be refreshed.")
    ),
    "expired sign-in": Case("expired", "aws sso login", settings=RESEARCH, profiles=SIGN_IN),
    "no such profile": Case(
        "no AWS profile research", ("AWS_PROFILE", "aws configure"), settings=RESEARCH, about="s3://lake"
    ),
    "unreadable profiles": Case(
        "config file: {profiles}", "AWS settings", profiles="[default\nregion", about="s3://lake"
    ),
    "a program that gives none": Case(
        "custom-process", "aws sts get-caller-identity", settings=RESEARCH, profiles=PROGRAM, about="s3://lake"
    ),
    "a role one may not take": Case(
        "access denied", "sts:AssumeRole", settings=RESEARCH, profiles=ROLE, user="nobody", asked=READ
    ),
    "a role of a server without roles": Case(NO_S3, "address", Page(200), RESEARCH, ROLE, asked=READ),
    # A server that is not Amazon's
    **{
        f"checksums, {code}": Case(
            (SERVER, "checksums", f"{status} {code}"),
            "AWS_REQUEST_CHECKSUM_CALCULATION=when_required",
            Refusal(status, code, said),
            asked=("write", "create"),
            puts_only=True,
        )
        for status, code, said in (
            (403, "SignatureDoesNotMatch", "Check your Google secret key and signing method."),
            (400, "InvalidArgument", "Unsupported header 'x-amz-sdk-checksum-algorithm' received for this API call."),
            (400, "XAmzContentSHA256Mismatch", "The Content-SHA256 you specified did not match what we received"),
            (411, "MissingContentLength", "You must provide the Content-Length HTTP header."),
            (400, "InvalidRequest", "The value specified in the x-amz-trailer header is not supported"),
            (501, "NotImplemented", "A header you provided implies functionality that is not implemented"),
            (403, "AccessDenied", "There were headers which were not signed: x-amz-checksum-crc32"),
        )
    },
    "checksums that nobody sent": Case(
        ("secret", "access key"),
        "AWS_SECRET_ACCESS_KEY",
        Refusal(403, "SignatureDoesNotMatch"),
        {"AWS_REQUEST_CHECKSUM_CALCULATION": "when_required"},
        asked=WRITE,
        puts_only=True,
    ),
    # S3 in trouble
    "clock": Case(("clock", "2024-01-05T12:00:00Z"), "clock", SKEWED),
    "too many requests": Case(
        ("fewer requests", "503 SlowDown", "attempt 8"), AGAIN_LATER, Refusal(503, "SlowDown"), asked=BY_BODY
    ),
    "too many requests, by HEAD": Case(("503", "attempt 8"), AGAIN_LATER, Refusal(503, "SlowDown"), asked=BY_HEAD),
    "fault": Case(
        ("fault", "500 InternalError", "attempt 8"), AGAIN_LATER, Refusal(500, "InternalError"), asked=BY_BODY
    ),
    "fault, by HEAD": Case(("fault", "500", "attempt 8"), AGAIN_LATER, Refusal(500, "InternalError"), asked=BY_HEAD),
    "overload before S3, which is no other server": Case(
        ("fault", "502", "attempt 8"), AGAIN_LATER, Page(502), asked=READ
    ),
    "a refusal nobody thought of": Case(
        ("PutObject", "403 QuotaExceeded", "Your account has reached the limit"),
        "Amazon's list of S3 errors",
        Refusal(403, "QuotaExceeded", "Your account has reached the limit."),
        asked=WRITE,
    ),
    # The way there
    **{
        f"no server at {name}": Case(
            f"{name}={{unused}}", ("Start the server", "address", "unset"), settings={name: "{unused}"}
        )
        for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3")
    },
    **{
        f"an address without http: {address}": Case(
            f"AWS_ENDPOINT_URL={address}",
            ("http://host:port", "unset"),
            settings={"AWS_ENDPOINT_URL": address},
            about="s3://lake",
        )
        for address in ("localhost:9000", "lake")
    },
    "no proxy": Case(
        ("proxy", "AWS_ENDPOINT_URL=https://s3.example.org"),
        ("HTTPS_PROXY", "NO_PROXY"),
        # The small letters would be preferred.
        settings={"AWS_ENDPOINT_URL": "https://s3.example.org", "https_proxy": None, "HTTPS_PROXY": "{unused}"},
        asked=READ,
    ),
    "no TLS": Case(
        ("secure connection", "AWS_ENDPOINT_URL={server with tls}", "certificate"),
        "AWS_CA_BUNDLE",
        settings={"AWS_ENDPOINT_URL": "{server with tls}"},
        asked=READ,
    ),
    "broken off before the answer": Case(("connection", SERVER, "broke off"), "network", PassedOn(lost=True)),
    "broken off in a refusal": Case(
        ("connection", SERVER, "broke off"), "network", Refusal(404, "NoSuchKey", cut=True), asked=READ
    ),
    **{f"no S3, {status}": Case(NO_S3, ("address", "console"), Page(status)) for status in (403, 404, 405)},
    # What is sent when it is asked for an object might be the object.
    "no S3, 200": Case(NO_S3, ("address", "console"), Page(200), asked=("list", "write", "create", "delete")),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_question_is_refused_with_what_is_wrong_and_what_to_do(
    case: Case, answers: S3Answers, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {"server": answers.url, "server with tls": answers.url.replace("http://", "https://")}
    values |= {"unused": unused_address(), "profiles": str(tmp_path / "profiles")}
    values |= {"key": "AKIAEXAMPLE", "secret": "my-secret"}
    if case.user:
        guarded: Guarded = request.getfixturevalue("guarded")
        values["server"], (values["key"], values["secret"]) = guarded.url, guarded.keys[case.user]
        sign_in(monkeypatch, guarded, case.user)
    if case.profiles:
        (tmp_path / "profiles").write_text(case.profiles.format_map(values))
        monkeypatch.setenv("AWS_CONFIG_FILE", values["profiles"])
    change(monkeypatch, {name: value and value.format_map(values) for name, value in case.settings.items()})
    if case.answer is not None:
        answers.answer("PUT" if case.puts_only else "*", "", case.answer)
    for question in case.asked:
        # A client stops repeating after a while, so each question gets a new one.
        error = refused(StoreError, ask, question, case.about)
        assert_refused(
            error,
            what=case.about,
            problem=filled(case.problem, values),
            remedy=case.remedy,
            never=("my-secret", values["secret"]),
        )
        assert "\n" not in str(error)


# Permissions


def test_who_may_only_read_reads_and_is_told_what_writing_needs(
    guarded: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(monkeypatch, guarded, "reader")
    store = BucketStore("lake")
    assert store.read("a") == b"x"
    assert store.size("missing") is None
    monkeypatch.setattr(bucket, "_PART_BYTES", 1)
    for question, needed in {"write": "s3:PutObject", "create": "s3:PutObject", "delete": "s3:DeleteObject"}.items():
        error = refused(StoreError, QUESTIONS[question], store)
        assert_refused(error, what="s3://lake/a", remedy=f"{needed} for s3://lake/*")


def test_who_may_do_everything_is_not_refused(guarded: Guarded, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(monkeypatch, guarded, "owner")
    store = BucketStore("lake")
    for question in QUESTIONS.values():
        question(store)
    store.write("a", b"x")  # the last question deleted it


# The region


@pytest.mark.parametrize("answer", [ELSEWHERE, MALFORMED], ids=lambda answer: answer.code)
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_bucket_in_another_region_is_found_there(
    s3_server: str, answers: S3Answers, answer: Refusal, question: str
) -> None:
    """boto3 asks once more, signed for the region that the refusal names."""
    there = boto3.client("s3", endpoint_url=s3_server, region_name="eu-central-1")
    bucket = f"ftm-{uuid.uuid4().hex}"
    there.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    there.put_object(Bucket=bucket, Key="a", Body=b"x")
    answers.answer("*", f"/{bucket}", answer, times=1)
    QUESTIONS[question](BucketStore(bucket))
    assert answers.regions[0] == "us-east-1"
    assert answers.regions[-1] == "eu-central-1"


def test_no_region_is_needed(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    boto3.client("s3", endpoint_url=s3_server, region_name="us-east-1").create_bucket(Bucket="unsaid-region")
    assert BucketStore("unsaid-region").create("a", b"x")


# The way


def test_another_server_is_asked_when_a_setting_names_it(
    s3_server: str, answers: S3Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    boto3.client("s3", endpoint_url=s3_server).create_bucket(Bucket="lake-elsewhere")
    BucketStore("lake-elsewhere").write("a", b"x")
    assert answers.requests == ["PUT /lake-elsewhere/a"]
    monkeypatch.setenv("AWS_ENDPOINT_URL", unused_address())
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", answers.url)
    assert BucketStore("lake-elsewhere").read("a") == b"x"


@pytest.mark.parametrize("kind", [botocore.exceptions.EndpointConnectionError, botocore.exceptions.ConnectTimeoutError])
def test_amazon_cannot_be_reached(
    monkeypatch: pytest.MonkeyPatch, kind: type[botocore.exceptions.BotoCoreError]
) -> None:
    """Told without trying: these tests leave the machine they run on alone, and Amazon too."""
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    client = boto3.client("s3", region_name="eu-centrl-1")
    error = refusal("s3://lake/a", "lake", client, kind(endpoint_url="https://lake.s3.eu-centrl-1.amazonaws.com/a"))
    assert_refused(
        error,
        what="s3://lake/a",
        problem="https://s3.eu-centrl-1.amazonaws.com",
        remedy=("network", "eu-centrl-1", "region"),
    )


@pytest.mark.parametrize(
    ("spoilt", "problem"),
    [(PassedOn(cut_after=1), "broke off"), (PassedOn(garbled=True), "damaged")],
    ids=["cut", "garbled"],
)
def test_a_line_that_breaks_in_the_middle_of_an_object(
    s3_server: str, answers: S3Answers, spoilt: PassedOn, problem: str
) -> None:
    boto3.client("s3", endpoint_url=s3_server).create_bucket(Bucket="cut-lake")
    store = BucketStore("cut-lake")
    store.write("a", b"whole")
    answers.answer("GET", "/cut-lake/a", spoilt)
    error = refused(StoreError, store.read, "a")
    facts = (f"AWS_ENDPOINT_URL={answers.url}", problem)
    assert_refused(error, what="s3://cut-lake/a", problem=facts, remedy="network")
    assert len(answers.requests) == 9
    if spoilt.cut_after:
        error = refused(StoreError, lambda: store.open("a").read())
        assert_refused(error, what="s3://cut-lake/a", problem=facts, remedy="network")


def test_a_server_that_takes_the_request_and_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    impatient = Config(read_timeout=0.05, retries={"mode": "standard", "total_max_attempts": 2})
    monkeypatch.setattr(bucket, "_CONFIG", impatient)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        error = refused(StoreError, BucketStore("lake").read, "a")
    facts = (f"AWS_ENDPOINT_URL={address}", "in time")
    assert_refused(error, what="s3://lake/a", problem=facts, remedy=AGAIN_LATER)


# What is never told


def test_no_secret_is_told_nor_in_the_errors_behind(answers: S3Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """The secret and the token are sent, or would be; S3's refusals and the HTTP client's errors can quote both."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "my-secret")
    signed = {"AWSAccessKeyId": "AKIAEXAMPLE", "StringToSign": "AWS4-HMAC-SHA256 my-token"}
    answers.answer("*", "/lake", Refusal(403, "SignatureDoesNotMatch", "It does not match.", signed))
    for ending, address, problem, remedy in [
        ("", answers.url, "secret", "AWS_SECRET_ACCESS_KEY"),
        ("\n", answers.url, "HTTPClientError", ("blanks", "line ends", "AWS_")),
        ("", "http://me:my-p@ssword@127.0.0.1:1", "AWS_ENDPOINT_URL=http://127.0.0.1:1", "address"),
    ]:
        monkeypatch.setenv("AWS_SESSION_TOKEN", f"my-token{ending}")
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", aws_session())
        store = BucketStore("lake")
        for question in QUESTIONS.values():
            assert_refused(
                refused(StoreError, question, store),
                what="s3://lake/a",
                problem=problem,
                remedy=remedy,
                never=("my-secret", "my-token", "my-p", "ssword", "AKIAEXAMPLE"),
            )


def test_what_the_network_or_s3_itself_is_at_fault_for_may_pass() -> None:
    def answered(status: int, code: str) -> botocore.exceptions.ClientError:
        told: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
        return botocore.exceptions.ClientError(told, "GetObject")

    def may_pass(error: Exception) -> bool:
        return refusal("s3://lake", "lake", boto3.client("s3"), error).may_pass

    away = botocore.exceptions.EndpointConnectionError(endpoint_url="https://s3")
    for error in (away, answered(503, "SlowDown"), answered(500, "InternalError"), answered(429, "TooManyRequests")):
        assert may_pass(error), error
    for error in (
        botocore.exceptions.NoCredentialsError(),
        answered(403, "AccessDenied"),
        answered(404, "NoSuchBucket"),
        answered(501, "NotImplemented"),
    ):
        assert not may_pass(error), error
