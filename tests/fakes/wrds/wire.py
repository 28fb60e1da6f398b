"""Networks that fail: a proxy that stalls or breaks the connections through it, and a server that never answers.

Nothing about PostgreSQL belongs here: bytes are only passed on and counted.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self

_PIECE = 65_536
# To linger for 0 seconds: closing throws away what is unsent and resets the connection, as a lost route does.
_RESET_WHEN_CLOSED = struct.pack("ii", 1, 0)


class Wire:
    """A proxy on a port of 127.0.0.1 in front of a server; its methods do to connections what networks do.

    Every method returns when it is done. Use it in ``with``, or ``close()`` it.
    """

    def __init__(self, target_host: str, target_port: int) -> None:
        self.host, self.port = "127.0.0.1", 0
        self.connections = 0
        """Connections taken so far."""
        self.bytes_from_server = 0
        self.bytes_from_client = 0
        self._target = (target_host, target_port)
        self._listener: asyncio.Server | None = None
        self._open: list[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = []
        self._trap: tuple[int, Callable[[], None], threading.Event] | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._way_is_free = asyncio.Event()
        self._way_is_free.set()
        self.listen()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def pause(self) -> None:
        """Pass nothing on. Connections stay open and new ones are taken: nobody is told that the way is blocked."""
        self._do(self._way_is_free.clear)

    def resume(self) -> None:
        """Pass on again, first what has come in meanwhile."""
        self._do(self._way_is_free.set)

    def cut(self) -> None:
        """Reset every connection, on both sides. New ones are taken."""
        self._do(self._cut)

    def refuse(self) -> None:
        """Take no new connections: "connection refused". Those that are open stay."""
        self._do(self._refuse)

    def listen(self) -> None:
        """Take new connections again, on the same port."""
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()

    def after_bytes(self, count: int, action: Callable[[], None]) -> threading.Event:
        """Do the action once exactly so many more bytes of the server have been passed on.

        The action is ``wire.cut``, ``wire.pause``, ``server.kill`` or any other that does not use the wire itself
        otherwise; nothing is passed on while it runs. The event is set when it is done.
        """
        done = threading.Event()
        self._do(lambda: setattr(self, "_trap", (self.bytes_from_server + count, action, done)))
        return done

    @property
    def open_connections(self) -> int:
        """Connections that are open now."""
        return len(self._open)

    def close(self) -> None:
        """Reset what is open, and end."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    # From here on everything runs in the wire's own thread.

    def _do(self, order: Callable[[], None]) -> None:
        """Do it in the wire's thread: at once when we are there, as an action is, else wait for it."""
        if threading.current_thread() is self._thread:
            order()
            return

        async def do_it() -> None:
            order()
            await asyncio.sleep(0)  # a socket is closed in the loop's next turn

        asyncio.run_coroutine_threadsafe(do_it(), self._loop).result()

    async def _listen(self) -> None:
        if self._listener is None:
            self._listener = await asyncio.start_server(self._take, self.host, self.port, limit=_PIECE)
            self.port = self._listener.sockets[0].getsockname()[1]

    def _refuse(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def _cut(self) -> None:
        for writers in self._open:
            for writer in writers:
                _reset(writer)
        self._open.clear()

    async def _end(self) -> None:
        self._refuse()
        self._way_is_free.set()
        while asyncio.all_tasks() - {asyncio.current_task()}:
            self._cut()
            await asyncio.sleep(0)

    async def _take(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            from_server, to_server = await asyncio.open_connection(*self._target, limit=_PIECE)
        except OSError:
            _reset(to_client)
            return
        writers = (to_client, to_server)
        self._open.append(writers)
        directions = [
            asyncio.ensure_future(self._pass_on_to_server(from_client, to_server)),
            asyncio.ensure_future(self._pass_on_to_client(from_server, to_client)),
        ]
        # Whichever side ends first: what it said has been passed on, and it does not hear the other any more.
        _, other = await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
        for direction in other:
            direction.cancel()
        for writer in writers:
            writer.close()
        if writers in self._open:
            self._open.remove(writers)

    async def _pass_on_to_server(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await self._read(reader):
                self.bytes_from_client += len(data)
                writer.write(data)
                await writer.drain()

    async def _pass_on_to_client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.set_write_buffer_limits(0)  # drain() then waits until all is sent: a cut loses nothing of it
        with suppress(OSError):
            while data := await self._read(reader):
                while data:
                    before_trap = self._trap[0] - self.bytes_from_server if self._trap else len(data)
                    piece, data = data[:before_trap], data[before_trap:]
                    self.bytes_from_server += len(piece)
                    writer.write(piece)
                    await writer.drain()
                    self._spring_trap()
                    if writer.is_closing():
                        return
                    await self._way_is_free.wait()

    async def _read(self, reader: asyncio.StreamReader) -> bytes:
        data = await reader.read(_PIECE)
        await self._way_is_free.wait()  # the end of a connection is not passed on either while the way is blocked
        return data

    def _spring_trap(self) -> None:
        if self._trap is not None and self.bytes_from_server >= self._trap[0]:
            _, action, done = self._trap
            self._trap = None
            action()
            done.set()


def _reset(writer: asyncio.StreamWriter) -> None:
    if not writer.is_closing():  # then the other side has reset it
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_WHEN_CLOSED)
        writer.transport.abort()


class SilentServer:
    """A port of 127.0.0.1 that takes connections and never says a word, as a server that waits for an approval."""

    def __init__(self) -> None:
        # Nobody accepts: the system takes the connections by itself, and keeps what they send.
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self._listener.setblocking(False)
        self._taken: list[socket.socket] = []
        self.host, self.port = "127.0.0.1", int(self._listener.getsockname()[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def connections(self) -> int:
        """Connections taken so far."""
        with suppress(BlockingIOError):
            while True:
                self._taken.append(self._listener.accept()[0])
        return len(self._taken)

    def close(self) -> None:
        """Close the port and every connection."""
        for taken in (*self._taken, self._listener):
            taken.close()
