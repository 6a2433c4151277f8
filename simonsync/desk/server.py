"""Serve the desk on this machine, for the one who has started it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from cheroot.wsgi import Server

from simonsync.desk.app import make_app
from simonsync.desk.gate import Gate
from simonsync.desk.site import DeskSite
from simonsync.host.browse import HOST, free_port

_THREADS = 6
_PATIENCE = 2
"""Seconds that an answer which is under way may take once the desk ends."""


@contextmanager
def serving(site: DeskSite, port: int) -> Iterator[str]:
    """Serve a desk while the body runs, and give the link to it, which works once.

    What a button has begun comes to a clean point before this ends. Raises UsageError for a taken port.
    """
    port = free_port(port)
    server = Server((HOST, port), None, numthreads=_THREADS, server_name="simonsync")
    server.shutdown_timeout = _PATIENCE
    server.prepare()
    gate = Gate({f"{HOST}:{port}", f"localhost:{port}"})
    server.wsgi_app = make_app(site, gate)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield f"http://{HOST}:{port}/enter/{gate.key}"
    finally:
        site.hands.finish()
        server.stop()
        thread.join()
