"""A monitor on loopback: it notes who called, and answers, fails, or keeps silent."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Monitor:
    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/ping/0123-secret"
        self.address = f"json://127.0.0.1:{port}/notify"
        self.calls: list[str] = []
        self.messages: list[dict[str, Any]] = []
        self.status = 200
        self.silent = False
        self.enough = threading.Event()

    def signals(self) -> list[str]:
        """What was called behind the address, in order."""
        return [path.removeprefix("/ping/0123-secret") for path in self.calls]


@contextmanager
def monitor() -> Iterator[Monitor]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            there.calls.append(self.path)
            self.answer()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            there.messages.append(json.loads(body))
            self.answer()

        def answer(self) -> None:
            if there.silent:
                there.enough.wait()
            self.send_response(there.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there = Monitor(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield there
    finally:
        there.enough.set()
        server.shutdown()
        thread.join()
        server.server_close()
