"""A real vLLM on this machine, started as ``containers/vllm/serve.yaml`` says, but for what needs a GPU.

`make vllm` installs it and makes the tiny model it serves. It starts in 40 s, and in 20 s when it has started before.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import yaml

from tests.support.paths import ROOT
from tests.support.ui import free_port

PYTHON = ROOT / ".venv-vllm" / "bin" / "python"
MODEL = ROOT / ".venv-vllm" / "tiny-qwen3"
SERVE: dict[str, Any] = yaml.safe_load((ROOT / "containers" / "vllm" / "serve.yaml").read_text())
KEY = "the-key-of-the-tests"

# Instead of what stands under "gpu". Compiling takes 195 s, and not compiling 50 s for the whole start; chunked prefill
# together with a seed stops the engine of vLLM 0.32 on a CPU, which has no generator with an offset.
ON_A_CPU = ["--enforce-eager", "--no-enable-chunked-prefill", "--max-num-batched-tokens=8192"]
QUEUE = 256
"""As rendered for two quarters at a time."""
CPU_ENVIRONMENT = {
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "VLLM_CPU_OMP_THREADS_BIND": "auto",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    # The engine computes in its own process, as it does on a GPU. On a CPU it would start another one, for 20 s.
    "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
}

# A start compiles 5,000 modules in each of its processes where none of them may be kept: 40 s, and 20 s with them.
NOT_INHERITED = ("OMP_", "VLLM_", "PYTHONDONTWRITEBYTECODE")

SECONDS_TO_START = 300.0


def is_installed() -> bool:
    """Whether `make vllm` was run here."""
    return PYTHON.exists() and MODEL.exists()


class VLLM:
    """The server. It can be killed, and started again at the same address."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._log = tempfile.NamedTemporaryFile("w+b", prefix="vllm-", suffix=".log")  # noqa: SIM115

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def arguments(self) -> list[str]:
        """Those of serve.yaml with this machine's address, and those for a CPU."""
        here = {"--host": "--host=127.0.0.1", "--port": f"--port={self.port}"}
        ours = [here.get(argument.partition("=")[0], argument) for argument in SERVE["arguments"]]
        return [f"--model={MODEL}", *ours, f"--max-num-queued-reqs={QUEUE}", *ON_A_CPU]

    def start(self) -> None:
        """Start it, and do not wait."""
        secrets = dict.fromkeys(SERVE["secret_environment"], KEY)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(NOT_INHERITED)}
        # vLLM's own command looks for a package called vllm, and the build for CPUs is called vllm-cpu. Same server.
        self._process = subprocess.Popen(
            [PYTHON, "-m", "vllm.entrypoints.openai.api_server", *self.arguments()],
            env={**inherited, **SERVE["environment"], **CPU_ENVIRONMENT, **secrets},
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def wait_until_up(self) -> None:
        """Wait for the health check of serve.yaml."""
        assert self._process is not None
        deadline = time.monotonic() + SECONDS_TO_START
        while not self.is_up():
            ended, late = self._process.poll() is not None, time.monotonic() > deadline
            if ended or late:
                self.kill()
                raise AssertionError(f"vLLM {'ended' if ended else 'did not come up'}: {self.log()[-3000:]}")
            time.sleep(0.5)

    def is_up(self) -> bool:
        try:
            with urllib.request.urlopen(self.address + SERVE["health_check"]["path"], timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def kill(self) -> None:
        """Kill all of it, as a machine that is lost does."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def log(self) -> str:
        return Path(self._log.name).read_text(errors="replace")

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """What a path answers, as JSON; as text where it is none."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"}
        with urllib.request.urlopen(urllib.request.Request(self.address + path, data, headers), timeout=30) as answer:
            text = answer.read().decode()
        return json.loads(text) if text.startswith(("{", "[")) else text

    def metric(self, name: str) -> float:
        """A counter, added up over its labels."""
        lines = self.ask("/metrics").splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith((f"{name}{{", f"{name} ")))

    def end_of_sentence(self) -> int:
        """The token that ends a sentence and the string it is in; tiny_model.py sees to it that there is one."""
        (token,) = self.ask("/tokenize", {"model": SERVED, "prompt": '."'})["tokens"]
        return int(token)


(SERVED,) = (a.partition("=")[2] for a in SERVE["arguments"] if a.startswith("--served-model-name="))
