"""What FTM costs on AWS: the arithmetic behind the tables of docs/production.md, which a test holds to it.

    python -m infra.costs

prints them. Prices are those of us-east-1 without tax; how long things take was reckoned and never measured on AWS.
Caps and sizes are read from the files that deploy them.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from infra.schema.lint import Module

INFRA = Path(__file__).parent
HOURS_OF_A_MONTH = 730

PRICES_AS_OF = "November 2026"
ON_DEMAND = {"g5.xlarge": 1.006, "m6i.xlarge": 0.192}
"""USD an hour."""
SPOT = {"g5.xlarge": 0.45}
"""USD an hour: what it mostly is. It moves."""

# What a quarter is made of.
FIRMS_PER_BATCH = 200
TOPICS_PER_FIRM = 15
THEMES = {50: 30, 500: 150, 5_000: 500}

# How long it takes, in minutes.
BOOT, IDLE = 5, 5
"""From a waiting job to a container on a new instance, and until AWS Batch takes an idle instance away."""
LOAD_MODEL, MODEL_200_FIRMS = 1, 5
VLLM_START, VLLM_END = 10, 15
"""Until it answers, and until ECS takes its instance away."""
QUESTIONS_PER_MINUTE = 75_000 / 600
OTHER_ASSETS, OTHER_ASSETS_OF_5_000_FIRMS = 15, 45

REQUESTS_USD = 0.05
"""Of S3, Step Functions and the rest, for a quarter."""


@cache
def setting(name: str) -> float:
    """The default of a variable of infra/variables.tf."""
    return float(Module(INFRA).variables[name]["default"])


@dataclass(frozen=True)
class Fleet:
    """The GPUs that workers get at once."""

    name: str
    spot: int
    on_demand: int

    @classmethod
    def of_the_deployment(cls) -> tuple[Fleet, Fleet]:
        """As many as are allowed, and what is left when Spot has none."""
        most, on_demand = int(setting("max_gpus")), int(setting("max_gpus_on_demand"))
        return cls("Spot", most - on_demand, on_demand), cls("on demand", 0, on_demand)


@dataclass(frozen=True)
class Quarter:
    """A quarter of this number of firms on a fleet."""

    firms: int
    fleet: Fleet
    gpu: str = "g5.xlarge"

    @property
    def batches(self) -> int:
        """Jobs of the GPU array."""
        return math.ceil(self.firms / FIRMS_PER_BATCH)

    @property
    def instances(self) -> tuple[int, int]:
        """Instances on Spot, and on demand: AWS Batch fills the first before it starts one of the second."""
        spot = min(self.batches, self.fleet.spot)
        return spot, min(self.batches - spot, self.fleet.on_demand)

    @property
    def batch_minutes(self) -> float:
        """Of one job."""
        firms = min(self.firms, FIRMS_PER_BATCH)
        return LOAD_MODEL + MODEL_200_FIRMS * firms / 200

    @property
    def gpu_minutes(self) -> float:
        """From the first waiting job to the last topic."""
        return BOOT + math.ceil(self.batches / sum(self.instances)) * self.batch_minutes

    @property
    def gpu_usd(self) -> float:
        """Of all workers' instances: their work, and the minutes before and after it."""
        spot, on_demand = self.instances
        work = self.batches * self.batch_minutes / (spot + on_demand)
        hours = (BOOT + work + IDLE) / 60
        return hours * (spot * SPOT[self.gpu] + on_demand * ON_DEMAND[self.gpu])

    def naming_minutes(self, topics: bool) -> float:
        """The questions about themes, and with ``topics`` about those of single firms."""
        questions = THEMES[self.firms] + (TOPICS_PER_FIRM * self.firms if topics else 0)
        return questions / QUESTIONS_PER_MINUTE

    def naming_usd(self, topics: bool) -> float:
        """Of vLLM's instance."""
        return (VLLM_START + self.naming_minutes(topics) + VLLM_END) / 60 * ON_DEMAND[self.gpu]

    def hours(self, topics: bool) -> float:
        """From start to end."""
        other = OTHER_ASSETS + OTHER_ASSETS_OF_5_000_FIRMS * self.firms / 5_000
        return (BOOT + self.gpu_minutes + VLLM_START + self.naming_minutes(topics) + other) / 60

    def usd(self, topics: bool) -> float:
        """All of it."""
        containers = (self.hours(topics) + IDLE / 60) * ON_DEMAND["m6i.xlarge"]
        return self.gpu_usd + self.naming_usd(topics) + containers + REQUESTS_USD


def quarters_table() -> str:
    """A row for each size and fleet."""
    lines = [
        "| firms | batches | GPUs | firm topics: minutes | USD | vLLM for topics and themes: hours | USD "
        "| from start to end: hours | **all of it, USD** | with names of themes only |",
        "|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for firms in THEMES:
        for fleet in Fleet.of_the_deployment():
            quarter = Quarter(firms, fleet)
            spot, on_demand = quarter.instances
            gpus = " + ".join(f"{n} {kind}" for n, kind in ((spot, "Spot"), (on_demand, "on demand")) if n)
            vllm_hours = (VLLM_START + quarter.naming_minutes(True) + VLLM_END) / 60
            lines.append(
                f"| {firms:,} | {quarter.batches} | {gpus} | {quarter.gpu_minutes:.0f} | {quarter.gpu_usd:.2f} "
                f"| {vllm_hours:.1f} | {quarter.naming_usd(True):.2f} | {quarter.hours(True):.1f} "
                f"| **{quarter.usd(True):.2f}** | {quarter.usd(False):.2f} |"
            )
    return "\n".join(lines)


def fargate(vcpus: float, gigabytes: float) -> float:
    """USD an hour."""
    return vcpus * 0.04048 + gigabytes * 0.004445


def monthly() -> list[tuple[str, str, float]]:
    """What there is, how much of it, and USD a month."""
    templates = INFRA / "modules" / "definitions" / "templates"
    task = json.loads(re.sub(r"\$\{jsonencode.*?\}", "[]", (templates / "daemon_task.json").read_text()))
    vcpus, gigabytes = int(task["cpu"]) / 1024, int(task["memory"]) / 1024
    of_alarms = sum(file.read_text().count('"MetricStat"') for file in (templates / "alarms").glob("*.json"))
    hourly: list[tuple[str, str, float]] = [
        ("NAT gateway with its address", "0.045 + 0.005 an hour", 0.05),
        (
            "Dagster's web server and daemon on Fargate",
            f"{vcpus} vCPU and {gigabytes:.0f} GB each",
            2 * fargate(vcpus, gigabytes),
        ),
        ("load balancer of vLLM", "0.0225 an hour, hardly any traffic", 0.0225),
        ("PostgreSQL", "db.t4g.micro, one zone", 0.016),
    ]
    return [(what, how, price * HOURS_OF_A_MONTH) for what, how, price in hourly] + [
        ("its disk", "20 GB at 0.115", 20 * 0.115),
        ("images", "20 GB at 0.10", 20 * 0.10),
        ("bucket", "20 quarters of 1 GB with old versions, and 16 GB of weights, at 0.023", 36 * 0.023),
        (
            "alarms and metrics",
            f"{of_alarms} metrics of alarms at 0.10, 4 of our own at 0.30",
            of_alarms * 0.10 + 4 * 0.30,
        ),
        ("secrets", "3 at 0.40", 3 * 0.40),
        # Of flows: ten interfaces, two hundred flows of 150 bytes each in ten minutes, is 1.3 GB.
        ("logs", "2 GB of programs and 1.3 GB of network flows, at 0.50", 3.3 * 0.50),
    ]


def viewers_usd() -> float:
    """A month of the UI for viewers: its container, its load balancer, and that one's two public addresses."""
    return (fargate(0.5, 2) + 0.0225 + 2 * 0.005) * HOURS_OF_A_MONTH


def monthly_table() -> str:
    """A row for each thing that is there between quarters."""
    rows = [f"| {what} | {how} | {usd:.0f} |" for what, how, usd in monthly()]
    total = f"| **together** | | **{sum(usd for *_, usd in monthly()):.0f}** |"
    viewers = "| the UI for viewers, where `viewers` is set | container, load balancer, two addresses | "
    return "\n".join(["| | assumption | USD |", "|---|---|---:|", *rows, total, f"{viewers}{viewers_usd():.0f} more |"])


def quotas() -> dict[str, int]:
    """vCPUs that the account must be allowed, by the name of the quota."""
    spot, _ = Fleet.of_the_deployment()
    return {
        "All G and VT Spot Instance Requests": 4 * spot.spot,
        "Running On-Demand G and VT instances": 4 * (spot.on_demand + int(setting("vllm_tasks"))),
        "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances": 4 * int(setting("max_concurrency")),
    }


def quotas_table() -> str:
    """A row for each quota."""
    rows = [f"| {name} | {vcpus} |" for name, vcpus in quotas().items()]
    return "\n".join(["| quota | vCPUs |", "|---|---:|", *rows])


if __name__ == "__main__":
    print(monthly_table(), quarters_table(), quotas_table(), sep="\n\n")
