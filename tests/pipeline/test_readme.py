"""The README's lines of pandas, run as they stand on the quarters that its first command makes."""

from __future__ import annotations

import os
import re

import pandas as pd
import pytest

from ftm_resources.contract.manifest import load_manifest, read_manifest
from ftm_resources.contract.schemas import NAMED_THEMES, PREFETCHED_TRANSCRIPTS
from tests.support.demo import Demo
from tests.support.paths import ROOT

README = ROOT / "README.md"


def test_the_lines_of_pandas_give_a_panel_of_firms_and_content_themes(
    demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lines,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(demo.folder)
    assert os.path.isdir("data"), "the store of the first command"
    made: dict[str, pd.DataFrame] = {}
    exec(lines, made)
    panel, calls = made["panel"], load_manifest(demo.store, PREFETCHED_TRANSCRIPTS, "2023Q4").manifest.n_calls
    themes = read_manifest(demo.store, NAMED_THEMES, "2023Q4").table().to_pylist()
    content = {theme["name"] for theme in themes if theme["theme_class"] == "content"}
    assert (len(panel), set(panel.columns)) == (calls, content)
    assert panel.sum(axis=1).between(0, 1).all() and (panel.sum() > 0).all()
