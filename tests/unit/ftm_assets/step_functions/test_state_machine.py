"""The state machines as text: they are the asset graph's, they are the committed ones, and they hold together.

That they do what they should is seen when they run, in ``tests/aws``.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest

from ftm_assets.definitions import GRAPH, QUARTER_JOB, defs
from ftm_assets.partitions import QUARTERS
from ftm_assets.step_functions.graph import Graph
from ftm_assets.step_functions.order import Order, arrange, assets_in
from ftm_assets.step_functions.quarter import quarter_machine
from ftm_assets.step_functions.quarters import quarters_machine
from ftm_assets.step_functions.reaper import reaper_machine
from ftm_assets.step_functions.templates import templates
from tests.support.paths import ROOT

TEMPLATES = ROOT / "infra" / "modules" / "definitions" / "templates"

Machine = dict[str, Any]


def waits_for(order: Order) -> dict[str, set[str]]:
    """What has been made before each asset is begun, by this order."""
    waits: dict[str, set[str]] = {}
    made: set[str] = set()
    for item in order:
        branches = [waits_for(branch) for branch in item] if isinstance(item, tuple) else [{item: set[str]()}]
        waits |= {asset: before | made for branch in branches for asset, before in branch.items()}
        made |= set(assets_in(item))
    return waits


def definitions(*more: dg.AssetsDefinition, job: dg.AssetSelection | None = None) -> dg.Definitions:
    """The graph with further assets in it."""
    selection = dg.AssetSelection.all() if job is None else job
    return dg.Definitions(
        assets=[*GRAPH, *more],
        jobs=[dg.define_asset_job(QUARTER_JOB, selection)],
        resources={key: None for key in ("store", "transcript_source", "launcher", "llm", "topic_llm", "settings")},
    )


@dg.asset(partitions_def=QUARTERS, deps=["named_topics", "sentiment_ready", "quarter_report"])
def firm_summaries() -> None:
    """An asset that is not there yet."""


@dg.asset(deps=["named_themes"])
def theme_history(llm: dg.ResourceParam[Any]) -> None:
    """An asset made of all quarters, with the language model."""


@dg.asset(deps=["theme_history"])
def history_report() -> None:
    """One made of that."""


def machines(definitions: dg.Definitions) -> dict[str, Machine]:
    graph = Graph.of(definitions)
    return {"quarter": quarter_machine(graph), "quarters": quarters_machine(graph), "reaper": reaper_machine()}


def parents_in(definitions: dg.Definitions) -> dict[str, set[str]]:
    """Nodes and edges of the assets of the job ``quarter``, as Dagster has them."""
    graph = definitions.resolve_asset_graph()
    keys = definitions.resolve_job_def(QUARTER_JOB).asset_layer.selected_asset_keys
    quarterly = {key for key in keys if graph.get(key).is_partitioned}
    return {
        key.to_user_string(): {parent.to_user_string() for parent in graph.get(key).parent_keys & quarterly}
        for key in quarterly
    }


def ancestors(parents: dict[str, set[str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    while len(found) < len(parents):
        for asset in parents.keys() - found:
            if parents[asset] <= found.keys():
                found[asset] = parents[asset].union(*(found[parent] for parent in parents[asset]))
    return found


def inner_machines(machine: Machine) -> Iterator[Machine]:
    """A machine, and those inside its states."""
    yield machine
    for state in machine["States"].values():
        for inner in [*state.get("Branches", []), *([state["ItemProcessor"]] if "ItemProcessor" in state else [])]:
            yield from inner_machines(inner)


def states_of(machine: Machine) -> dict[str, dict[str, Any]]:
    """All states, whatever they are inside of."""
    return {name: state for inner in inner_machines(machine) for name, state in inner["States"].items()}


def followers(state: dict[str, Any]) -> list[str]:
    """The states that can follow this one."""
    rules = [*state.get("Catch", []), *state.get("Choices", [])]
    return [*(rule["Next"] for rule in rules), *(state[name] for name in ("Next", "Default") if name in state)]


def waits_in(machine: Machine, tasks: set[str]) -> dict[str, set[str]]:
    """Which of these tasks have ended before each of them starts, read from the machine alone.

    Every way through it is followed, and what has ended on all of them has ended.
    """
    before: dict[str, set[str]] = {}

    def walk(part: Machine, name: str, ended: frozenset[str]) -> frozenset[str] | None:
        """What has ended when this part is left in success; None when it can't be, from here."""
        state = part["States"][name]
        if name in tasks:
            before[name] = before.get(name, set(ended)) & ended
        inside = [walk(branch, branch["StartAt"], ended) for branch in state.get("Branches", [])]
        done = ended.union(*(end for end in inside if end)) | ({name} & tasks)
        if state["Type"] == "Fail":
            return None
        if state["Type"] == "Succeed" or state.get("End"):
            return done
        # What follows a failure waits for nothing, but no task stands there.
        ways = [rule["Next"] for rule in state.get("Choices", [])]
        ways += [state[follow] for follow in ("Next", "Default") if follow in state]
        # The wait for the model is a loop, in which nothing ends.
        ends = [walk(part, way, done) for way in ways if (name, way) != ("CountLook", "ScaleUp")]
        good = [end for end in ends if end is not None]
        return frozenset.intersection(*good) if good else None

    walk(machine, machine["StartAt"], frozenset())
    return before


def problems(machine: Machine) -> list[str]:
    """What AWS would refuse, and what we want of every state besides."""
    found = []
    names = Counter(name for inner in inner_machines(machine) for name in inner["States"])
    found += [f"{name}: there are {count}" for name, count in names.items() if count > 1]
    for inner in inner_machines(machine):
        states = inner["States"]
        reached, to_do = set(), [inner["StartAt"]]
        while to_do:
            name = to_do.pop()
            if name not in states:
                found.append(f"{name}: is named and not there")
            elif name not in reached:
                reached.add(name)
                to_do += followers(states[name])
        found += [f"{name}: can't be reached" for name in states.keys() - reached]
        if not any(state["Type"] in ("Succeed", "Fail") or state.get("End") for state in states.values()):
            found.append(f"{inner['StartAt']}: begins what never ends")
    for name, state in states_of(machine).items():
        ways = [way for way in ("Next", "End", "Default") if way in state]
        if len(ways) != (state["Type"] not in ("Succeed", "Fail")):
            found.append(f"{name}: goes {len(ways)} ways")
        if len(name) > 80:
            found.append(f"{name}: is longer than 80 characters")
        if state["Type"] == "Task":
            found += [
                f"{name}: has no {field}" for field in ("TimeoutSeconds", "Catch", "Retry") if not state.get(field)
            ]
            if not any("States.ALL" in catch["ErrorEquals"] for catch in state.get("Catch", [])):
                found.append(f"{name}: does not catch everything")
        for retry in state.get("Retry", []):
            if (retry["JitterStrategy"], retry["BackoffRate"], retry["MaxDelaySeconds"]) != ("FULL", 2, 60):
                found.append(f"{name}: is not asked again with growing, capped, random pauses")
    return found


@pytest.mark.parametrize("name", ["quarter.asl.json", "quarters.asl.json", "reaper.asl.json"])
def test_the_committed_machines_are_those_of_the_graph(name: str) -> None:
    assert (TEMPLATES / name).read_text() == templates(defs())[name], "the graph has changed: run `ftm state-machine`"


def test_an_asset_that_is_added_makes_another_machine() -> None:
    added = templates(definitions(firm_summaries))["quarter.asl.json"]
    assert templates(definitions())["quarter.asl.json"] == (TEMPLATES / "quarter.asl.json").read_text()
    assert added != (TEMPLATES / "quarter.asl.json").read_text()


@pytest.mark.parametrize("more", [(), (firm_summaries,)], ids=["as it is", "one more asset"])
def test_nodes_and_edges_are_those_of_the_asset_graph(more: tuple[dg.AssetsDefinition, ...]) -> None:
    graph = definitions(*more)
    machine, parents = machines(graph)["quarter"], parents_in(graph)
    tasks = {name: s for name, s in states_of(machine).items() if str(s.get("Resource")).endswith("submitJob.sync")}
    assert tasks.keys() == parents.keys()
    assert waits_in(machine, set(parents)) == ancestors(parents)
    for asset, task in tasks.items():
        command = task["Parameters"]["ContainerOverrides"]["Command.$"]
        assert command == f"States.Array('ftm', 'run', $.quarter, '--only', '{asset}')"


def test_an_asset_outside_the_job_has_no_state() -> None:
    graph = definitions(firm_summaries, job=dg.AssetSelection.all() - dg.AssetSelection.assets(firm_summaries))
    assert machines(graph) == machines(definitions())


@pytest.mark.parametrize(
    ("parents", "order"),
    [
        ({"a": set(), "b": {"a"}, "c": {"b"}}, ["a", "b", "c"]),
        ({"a": set(), "b": set()}, [(["a"], ["b"])]),
        (
            {"a": set(), "n": {"a"}, "t": {"a"}, "m": {"t"}, "e": {"n", "m"}},
            ["a", (["n"], ["t", "m"]), "e"],
        ),
        ({"a": set(), "b": {"a"}, "c": {"a", "b"}}, ["a", "b", "c"]),
    ],
)
def test_what_does_not_wait_for_each_other_is_made_side_by_side(parents: dict[str, set[str]], order: list[Any]) -> None:
    assert arrange(parents) == order
    assert waits_for(arrange(parents)) == ancestors(parents)


def test_a_graph_that_can_not_be_drawn_in_rows_and_branches_waits_for_more_and_never_for_less() -> None:
    parents = {"a": set(), "b": set(), "c": {"a", "b"}, "d": {"b"}}
    waits = waits_for(arrange(parents))
    assert set(assets_in(arrange(parents))) == parents.keys()
    assert all(waits[asset] >= needed for asset, needed in ancestors(parents).items())


@pytest.mark.parametrize("more", [(), (firm_summaries, theme_history, history_report)], ids=["as it is", "more assets"])
@pytest.mark.parametrize("which", ["quarter", "quarters", "reaper"])
def test_the_machines_hold_together(which: str, more: tuple[dg.AssetsDefinition, ...]) -> None:
    assert problems(machines(definitions(*more))[which]) == []


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda states: states["Completed"].update(Next="Nowhere"), "Nowhere: is named and not there"),
        (lambda states: states.update(Lost={"Type": "Succeed"}), "Lost: can't be reached"),
        (lambda states: states["Alert"].pop("TimeoutSeconds"), "Alert: has no TimeoutSeconds"),
        (lambda states: states["Alert"]["Catch"].clear(), "Alert: does not catch everything"),
        (lambda states: states["Alert"].pop("Next"), "Alert: goes 0 ways"),
        (lambda states: states["Alert"]["Retry"][0].update(BackoffRate=1), "Alert: is not asked again"),
    ],
)
def test_a_machine_that_does_not_hold_together_is_found_out(damage: Any, says: str) -> None:
    machine = machines(definitions())["quarter"]
    damage(machine["States"])
    assert any(problem.startswith(says) for problem in problems(machine))


def test_what_needs_the_model_has_it_and_every_way_out_takes_it_down() -> None:
    machine = machines(definitions(firm_summaries))["quarter"]
    inside = machine["States"]["Quarter"]["Branches"][0]["States"]
    model = inside["LanguageModel"]
    asking = {key for key, asset in ((a.key.to_user_string(), a) for a in GRAPH) if asks(asset)}
    assert asking <= states_of(model["Branches"][0]).keys()
    assert "firm_summaries" not in states_of(model["Branches"][0])
    # In and out again: no other state leads into the branch, and whatever ends it, the same state follows.
    assert {model["Next"], *(catch["Next"] for catch in model["Catch"])} == {"WhoElseRuns"}
    assert model["Catch"][0]["ErrorEquals"] == ["States.ALL"]
    assert [name for name, s in states_of(machine).items() if count_set(s) not in (None, 0)] == ["ScaleUp"]
    assert model["Branches"][0]["StartAt"] == "FirstLook"
    assert inside["ModelIsNeeded"]["Default"] == "ScaleDown"


def asks(asset: dg.AssetsDefinition) -> bool:
    return bool({"llm", "topic_llm"} & asset.required_resource_keys)


def count_set(state: dict[str, Any]) -> int | str | None:
    return state.get("Parameters", {}).get("DesiredCount")


def test_a_graph_that_asks_no_model_starts_none() -> None:
    @dg.asset(partitions_def=QUARTERS)
    def alone() -> None: ...

    graph = dg.Definitions(assets=[alone], jobs=[dg.define_asset_job(QUARTER_JOB, [alone])])
    for name, machine in machines(graph).items():
        assert problems(machine) == []
        assert name == "reaper" or ("ecs" not in json.dumps(machine) and "CheckPrefetch" not in json.dumps(machine))


def test_what_spans_quarters_is_made_after_them_in_its_order_when_none_failed() -> None:
    made = machines(definitions(theme_history, history_report))
    quarter, quarters = made["quarter"], made["quarters"]
    assert quarter == machines(definitions())["quarter"]
    states = quarters["States"]
    assert states["NoneFailed"]["Choices"] == [
        {"Variable": "$.failed.one", "BooleanEquals": False, "Next": "AcrossQuarters"}
    ]
    across = states["AcrossQuarters"]["Branches"][0]
    assert waits_in(across, {"theme_history", "history_report"}) == {
        "theme_history": set(),
        "history_report": {"theme_history"},
    }
    assert "theme_history" in across["States"]["LanguageModel"]["Branches"][0]["States"]
    assert "AcrossQuarters" not in machines(definitions())["quarters"]["States"]


def test_no_data_error_is_tried_again() -> None:
    for machine in machines(definitions(theme_history)).values():
        for name, state in states_of(machine).items():
            again = {error for retry in state.get("Retry", []) for error in retry["ErrorEquals"]}
            if ".sync" in str(state.get("Resource")):
                assert not again & {"States.ALL", "States.TaskFailed", "States.Timeout"}, name


def test_no_function_runs_that_is_not_ours() -> None:
    assert not re.search("lambda", "".join(templates(defs()).values()), re.IGNORECASE)
