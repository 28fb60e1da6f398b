"""The family of errors: what a person reads, and what another process gets."""

from __future__ import annotations

import ast
import pickle
from pathlib import Path

import pytest

import ftm_resources.errors as errors
from ftm_resources.errors import FTMError, ManifestError, NotThere, SettingError
from tests.support.paths import ROOT


def test_an_error_says_what_it_is_about_what_is_wrong_and_what_to_do() -> None:
    error = SettingError("FTM_STORE=gs://lake", "there is no store of this kind", "Write s3://bucket")
    assert str(error) == "FTM_STORE=gs://lake: there is no store of this kind. Write s3://bucket"
    assert (error.what, error.problem, error.remedy) == error.args


def test_a_list_of_problems_stays_a_list() -> None:
    error = errors.BatchFailed("firm_topics 2023Q1", "2 of 3 batches failed\nbatch 0: a\nbatch 1: b", "Run it again")
    lines = ["firm_topics 2023Q1: 2 of 3 batches failed", "batch 0: a", "batch 1: b", "Run it again"]
    assert str(error).splitlines() == lines


@pytest.mark.parametrize(
    "error",
    [
        SettingError("A=1", "it is odd", "Write 2"),
        ManifestError("themes", "2023Q1", "it is damaged"),
        NotThere("s3://lake/key"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_reaches_another_process_whole(error: FTMError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert (str(copy), vars(copy)) == (str(error), vars(error))


def test_every_error_of_ours_is_in_one_family_and_in_one_file() -> None:
    """What the command line shows in one line is an FTMError; a class elsewhere would come out as a traceback."""
    elsewhere = []
    for package in ("ftm_assets", "ftm_resources"):
        for path in sorted((ROOT / package).rglob("*.py")):
            elsewhere += [f"{path.relative_to(ROOT)}: {name}" for name in exceptions_in(path)]
    assert elsewhere == [f"ftm_resources/errors.py: {name}" for name in exceptions_in(Path(errors.__file__))]
    assert all(issubclass(getattr(errors, name), FTMError) for name in exceptions_in(Path(errors.__file__)))


def exceptions_in(path: Path) -> list[str]:
    """The classes of a file that are exceptions, by what they are made from."""
    known = {"Exception", "BaseException", "FTMError", "ClickException", *dir(errors)}
    classes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ClassDef)]
    made_from = {node.name: [ast.unparse(base).rpartition(".")[2] for base in node.bases] for node in classes}
    return [name for name, bases in made_from.items() if any(base.endswith("Error") or base in known for base in bases)]
