"""A bare TCP server that answers as a list of steps says, so that every way to fail is a real one."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests
from requests.adapters import BaseAdapter

Step = Callable[[socket.socket], bool]
"""Does something on a connection; says whether the connection stays open."""


@dataclass
class Seen:
    """A request as it arrived."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class VirtualTime:
    """A clock that only waiting moves."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds += seconds


def answer(status: int = 200, body: bytes = b'{"ok": true}', *headers: str) -> Step:
    def step(connection: socket.socket) -> bool:
        head = [f"HTTP/1.1 {status} Told", f"Content-Length: {len(body)}", *headers]
        connection.sendall("\r\n".join([*head, "", ""]).encode() + body)
        return True

    return step


def half(body: bytes = b'{"ok": true}') -> Step:
    """Announce more than is sent, then close."""

    def step(connection: socket.socket) -> bool:
        connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {2 * len(body)}\r\n\r\n".encode() + body)
        return False

    return step


def drop(_connection: socket.socket) -> bool:
    """Close without an answer."""
    return False


def reset(connection: socket.socket) -> bool:
    """Close as a machine does that crashed: the client sees a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def hang_up(connection: socket.socket) -> bool:
    """Close with a reset as soon as the client has said its first byte."""
    connection.recv(1)
    return reset(connection)


class Scripted:
    """The server; each request takes the next step, the last one is repeated."""

    def __init__(
        self,
        *steps: Step,
        certificate: Path | None = None,
        reads_bodies: bool = True,
        greeting: Step | None = None,
    ) -> None:
        self.steps = list(steps)
        self.seen: list[Seen] = []
        self.connections = 0
        self.finished = threading.Event()
        self._reads_bodies = reads_bodies
        self._greeting = greeting
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self._certificate = certificate
        self._listener = socket.create_server(("127.0.0.1", 0))
        scheme = "https" if certificate else "http"
        self.url = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}/0/"

    def silent(self, _connection: socket.socket) -> bool:
        """Say nothing until the test is over."""
        self.finished.wait()
        return False

    def __enter__(self) -> Self:
        thread = threading.Thread(target=self._accept)
        self._threads.append(thread)
        thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finished.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            if self._certificate is not None:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(self._certificate)
                connection = context.wrap_socket(connection, server_side=True)
        with connection, contextlib.suppress(OSError, ValueError):
            if self._greeting is not None and not self._greeting(connection):
                return
            source = connection.makefile("rb")
            with source:
                while self._one(connection, source):
                    pass

    def _one(self, connection: socket.socket, source: Any) -> bool:
        line = source.readline().decode("latin-1").strip()
        if not line:
            return False
        headers: dict[str, str] = {}
        while text := source.readline().decode("latin-1").strip():
            name, _, value = text.partition(":")
            headers[name.lower()] = value.strip()
        body = source.read(int(headers.get("content-length", 0))) if self._reads_bodies else b""
        seen = Seen(line, headers, body)
        self.seen.append(seen)
        return self.step_for(seen)(connection)

    def step_for(self, _seen: Seen) -> Step:
        return self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]


class Canned(BaseAdapter):
    """A transport without a network; answers are made by hand, block by block."""

    def __init__(self, *bodies: Callable[[], Iterator[bytes]]) -> None:
        super().__init__()
        self.bodies = list(bodies)
        self.sent: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        self.sent.append(request)
        if request.body is not None:
            request.body.read()  # type: ignore[union-attr] # bodies go out as files
        response = requests.Response()
        response.status_code = 200
        response.raw = _Blocks((self.bodies.pop(0) if len(self.bodies) > 1 else self.bodies[0])())
        return response

    def close(self) -> None:
        pass


class _Blocks:
    """A body that comes in the blocks of an iterator."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks

    def read1(self, _size: int, *, decode_content: bool) -> bytes:
        assert decode_content
        return next(self._blocks, b"")

    def close(self) -> None:
        pass

    def release_conn(self) -> None:
        pass
