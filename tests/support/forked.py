"""Python processes that need not load libraries: they are forked from one that has.

An interpreter takes half a second of a core to load pyarrow and boto3, and three times that with Dagster; the tests
start hundreds. Only libraries are loaded ahead. Our own modules are loaded by each process, in its own environment, as
if it had been started by itself.

multiprocessing's forkserver gives its processes neither an environment nor an output of their own, and what they fork
in turn would come from the same server.
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import IO

LIBRARIES = (
    "boto3", "dagster", "numpy", "pandas", "pyarrow.parquet", "pydantic_settings", "rich.progress", "scipy.sparse",
)  # fmt: skip
"""What most of ours load: a second and a half of a core."""
FOR_TOPICS = (
    "boto3", "bertopic.vectorizers", "hdbscan", "pyarrow.parquet", "pydantic_settings", "sentence_transformers", "umap",
    "transformers.models.bert.modeling_bert",
)  # fmt: skip
"""What a worker loads to embed and to cluster: five seconds of a core."""

_LARGEST_REQUEST = 1 << 16


class Forked:
    """A process as ``subprocess.Popen`` has it; ``arguments`` are what follows ``python``: ``-m`` or ``-c`` and so on.

    It leads a session of its own, reads nothing, and writes to ``stdout``: errors too, unless these are kept apart.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        env: Mapping[str, str],
        cwd: str,
        libraries: tuple[str, ...] = LIBRARIES,
        errors_apart: bool = False,
    ) -> None:
        self.args = [sys.executable, *arguments]
        self.returncode: int | None = None
        pipes = [os.pipe() for _ in range(2 if errors_apart else 1)]
        self.stdout: IO[bytes] | None = os.fdopen(pipes[0][0], "rb")
        self.stderr: IO[bytes] | None = os.fdopen(pipes[1][0], "rb") if errors_apart else None
        request = json.dumps({"arguments": list(arguments), "env": dict(env), "cwd": cwd}).encode()
        assert len(request) < _LARGEST_REQUEST
        with socket.socket(socket.AF_UNIX) as keeper:
            keeper.connect(_template(libraries))
            socket.send_fds(keeper, [request], [its for _, its in pipes])
            self._told = keeper.makefile("r")
        for _, its in pipes:
            os.close(its)
        self.pid = int(self._told.readline())
        self._waiting = threading.Thread(target=self._wait, daemon=True)
        self._waiting.start()

    def poll(self) -> int | None:
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        self._waiting.join(timeout)
        assert self.returncode is not None, f"it still runs after {timeout} s"
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """What it writes until it ends: output, and errors where these are apart."""
        said = ["", ""]

        def hear(number: int, stream: IO[bytes]) -> None:
            with stream:
                said[number] = stream.read().decode()

        streams = [(number, stream) for number, stream in enumerate((self.stdout, self.stderr)) if stream is not None]
        hearing = [threading.Thread(target=hear, args=one, daemon=True) for one in streams]
        for thread in hearing:
            thread.start()
        self.wait(timeout)
        for thread in hearing:
            thread.join()
        return said[0], said[1]

    def _wait(self) -> None:
        with self._told:
            self.returncode = int(self._told.readline())


def can_be_forked(command: Sequence[str]) -> bool:
    """Whether this starts our Python with a module or a program."""
    return command[0] == sys.executable and command[1] in ("-c", "-m")


@functools.cache
def _template(libraries: tuple[str, ...]) -> str:
    """The address of the process that has loaded these, and that the others are forked from."""
    folder = Path(tempfile.mkdtemp(prefix="ftm-forked-"))
    address = folder / "template"
    # Elsewhere what has threads or frameworks can't be forked: there each process loads its own.
    loaded = libraries if sys.platform == "linux" else ()
    command = [sys.executable, "-m", __name__, str(address), *loaded]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)

    def end() -> None:
        process.communicate()  # closes its input
        address.unlink(missing_ok=True)
        folder.rmdir()

    atexit.register(end)
    assert process.stdout is not None
    process.stdout.readline()  # it listens
    return str(address)


def main(address: str, *libraries: str) -> None:
    """The process that the others are forked from, until its input ends; and, forked, each of them."""
    for library in libraries:
        importlib.import_module(library)
    gc.freeze()  # else a collection in one of them would write to all that it shares, and so copy it
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen(64)
    print("listening", flush=True)
    while 0 not in select.select([0, listener.fileno()], [], [])[0]:
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            return _keep(connection)
        connection.close()
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _keep(connection: socket.socket) -> None:
    """Start what is asked for, and say its process and what it ended with."""
    request, outputs, _, _ = socket.recv_fds(connection, _LARGEST_REQUEST, 2)
    process = os.fork()
    if process == 0:
        connection.close()
        return _run(outputs, **json.loads(request))
    for output in outputs:
        os.close(output)
    connection.sendall(f"{process}\n".encode())
    _, status = os.waitpid(process, 0)
    with suppress(OSError):  # nobody wants to know any more
        connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _run(outputs: list[int], arguments: list[str], env: dict[str, str], cwd: str) -> None:
    """Be what ``python arguments`` would be."""
    os.setsid()
    os.chdir(cwd)
    for stream, source in enumerate((os.open(os.devnull, os.O_RDONLY), outputs[0], outputs[-1])):
        os.dup2(source, stream)
    os.environ.clear()
    os.environ.update(env)
    sys.path[:1] = [cwd, *filter(None, env.get("PYTHONPATH", "").split(os.pathsep))]
    kind, what, *rest = arguments
    sys.argv = [kind, *rest]
    try:
        if kind == "-m":
            runpy.run_module(what, run_name="__main__", alter_sys=True)
        else:
            sys.modules["__main__"] = ModuleType("__main__")
            exec(compile(what, "<string>", "exec"), vars(sys.modules["__main__"]))
    except SystemExit as asked:
        if not isinstance(asked.code, int | None):
            raise
        _end(asked.code or 0)
    _end(0)


def _end(code: int) -> None:
    """End as Python would, but without taking the libraries to pieces, which takes longer than the fork."""
    # It has no public name: threads are waited for, once those of executors are told to end. To join them alone would
    # wait for ever.
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code & 0xFF)


if __name__ == "__main__":
    main(*sys.argv[1:])
