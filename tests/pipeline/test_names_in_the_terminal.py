"""Names from language models through the ftm command: settings in, names out, and nothing that formats the terminal."""

from __future__ import annotations

import json
import re
from typing import Any

from ftm_resources.contract.manifest import read_manifest
from ftm_resources.contract.schemas import NAMED_THEMES, NAMED_TOPICS
from tests.fakes.llm_server import KEY, Script, shown
from tests.support.demo import Demo

QUARTER = "2023Q2"
HOSTILE = "[red]Buy[/red] Acme now"


def of_keywords(question: dict[str, Any]) -> tuple[int, str]:
    if "themes" in shown(question):
        return again(question, "Other matters")
    words = " ".join(shown(question)["keywords"]).split()
    answer = {"name": " ".join(words[:3]) + " matters", "description": f"It is about {' '.join(words[:20])}."}
    return 200, json.dumps(answer | ({"theme_class": "content"} if "class" in shown(question) else {}))


def again(question: dict[str, Any], name: str) -> tuple[int, str]:
    """New names for themes whose names would be confused: all the same ones."""
    numbers = [theme["number"] for theme in shown(question)["themes"]]
    return 200, json.dumps({"names": [{"number": number, "name": name} for number in numbers]})


def hostile(question: dict[str, Any]) -> tuple[int, str]:
    if "themes" in shown(question):
        return again(question, HOSTILE)
    answer = {"name": HOSTILE, "description": "It is [link=http://acme.example]said[/link]."}
    return 200, json.dumps(answer | ({"theme_class": "content"} if "class" in shown(question) else {}))


def settings(script: Script, prefix: str = "LLM", model: str = "some-model") -> dict[str, str]:
    return {f"{prefix}_BASE_URL": script.base_url, f"{prefix}_MODEL": model, f"{prefix}_API_KEY": KEY}


def test_what_a_model_says_is_printed_and_formats_nothing(damaged: Demo) -> None:
    script = Script(hostile)
    ran = damaged.ftm("run", QUARTER, **settings(script), LLM_HOUR_USD="1.006")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "named_topics: to do (it was made with another naming)" in ran.stdout
    assert "themes: to do" not in ran.stdout.replace("named_themes: to do", ""), "names of topics change no theme"
    assert re.search(r"some-model: \d+ calls, 0 answers of earlier runs used again, \d+ s, about \$0\.\d\d", ran.stdout)
    said = damaged.ftm("themes", QUARTER, "--all").stdout
    assert HOSTILE in said and "[link=http://acme.example]said[/link]" in said
    assert "\x1b" not in said
    assert KEY not in ran.stdout + ran.stderr + said


def test_topics_are_left_to_keywords_when_that_is_asked_for(damaged: Demo) -> None:
    script = Script(of_keywords)
    ran = damaged.ftm("run", QUARTER, **settings(script), FTM_TOPIC_NAMES="keywords", FTM_REQUIRE_LLM="true")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    themes = read_manifest(damaged.store, NAMED_THEMES, QUARTER).table().to_pylist()
    topics = read_manifest(damaged.store, NAMED_TOPICS, QUARTER).table(columns=["naming_method"])
    assert {row["naming_method"] for row in themes} == {"llm:some-model"}
    assert set(topics["naming_method"].to_pylist()) == {"keywords"}
    about_one = [asked for asked in script.asked if "themes" not in shown(asked)]
    assert len(about_one) == len(themes)


def test_a_required_model_that_is_not_there_is_an_error_and_the_names_stay(damaged: Demo) -> None:
    before = read_manifest(damaged.store, NAMED_THEMES, QUARTER).sha256
    ran = damaged.ftm("run", QUARTER, FTM_REQUIRE_LLM="true")
    assert ran.returncode == 1 and "LLM_BASE_URL" in ran.stderr and "Traceback" not in ran.stderr
    assert read_manifest(damaged.store, NAMED_THEMES, QUARTER).sha256 == before


def test_two_models_and_keywords_are_compared_side_by_side_with_a_verdict(damaged: Demo) -> None:
    one, other = Script(of_keywords), Script(hostile)
    both = {**settings(one), **settings(other, "LLM_COMPARE", "other-model")}
    ran = damaged.ftm("compare-names", QUARTER, **both)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "llm:some-model names themes better than llm:other-model: recall@1 +0." in ran.stdout
    assert "llm:other-model names themes worse than keywords" in ran.stdout
    assert "95 % interval" in ran.stdout and "Read the names side by side" in ran.stdout
    assert "[red]Buy" in ran.stdout and KEY not in ran.stdout + ran.stderr
    asked = len(one.asked) + len(other.asked)
    again = damaged.ftm("compare-names", QUARTER, **both)
    assert "everything is published and up to date" in again.stdout and "names themes better" in again.stdout
    assert len(one.asked) + len(other.asked) == asked
    assert "naming_comparison" not in damaged.ftm("status").stdout, "it is no part of a quarter"


def test_a_model_compared_with_itself_is_refused_in_one_line(damaged: Demo) -> None:
    script = Script(of_keywords)
    ran = damaged.ftm("compare-names", QUARTER, **settings(script), **settings(script, "LLM_COMPARE"))
    assert ran.returncode == 1 and "LLM_COMPARE_MODEL" in ran.stderr and "Traceback" not in ran.stderr
