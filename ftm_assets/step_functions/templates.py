"""The state machines as files for Terraform. ``ftm state-machine`` writes them; nothing here talks to AWS."""

from __future__ import annotations

import json

import dagster as dg

from ftm_assets.step_functions.asl import State
from ftm_assets.step_functions.graph import Graph
from ftm_assets.step_functions.quarter import quarter_machine
from ftm_assets.step_functions.quarters import quarters_machine
from ftm_assets.step_functions.reaper import reaper_machine


def templates(definitions: dg.Definitions) -> dict[str, str]:
    """The files of ``infra/modules/definitions/templates`` that are generated, by name."""
    graph = Graph.of(definitions)
    return {
        "quarter.asl.json": as_template(quarter_machine(graph)),
        "quarters.asl.json": as_template(quarters_machine(graph)),
        **({"reaper.asl.json": as_template(reaper_machine())} if graph.asking else {}),
    }


NUMBERS = ("max_concurrency", "vllm_tasks", "asset_seconds", "quarter_seconds")
"""What Terraform puts in for them is no text."""


def as_template(machine: State) -> str:
    """The machine as a file for Terraform's templatefile. The bare numbers that it puts in make it JSON."""
    text = json.dumps(machine, indent=2, ensure_ascii=False) + "\n"
    # Terraform reads the expression inside ${...} itself, and there a quote is not escaped as it is in JSON.
    text = text.replace(r"${replace(log_group, \"/\", \"%2F\")}", '${replace(log_group, "/", "%2F")}')
    for number in NUMBERS:
        text = text.replace(f'"${{{number}}}"', f"${{{number}}}")
    return text
