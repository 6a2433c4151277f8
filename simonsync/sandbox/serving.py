"""Serves one service of the sandbox on loopback, as a real web server does: threads, persistent connections.

Imports cheroot; import this module only where a server is started.
"""

import contextlib
import itertools
import logging
import socket
import threading
from typing import TYPE_CHECKING, Any

from cheroot import wsgi

from simonsync.sandbox.faults import ConnectionDropped, ConnectionRefused, HeaderDrips

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

_log = logging.getLogger(__name__)
_HOST = "127.0.0.1"


class _Undated(list[tuple[bytes, bytes]]):
    """Headers to which the server cannot add a date."""

    def append(self, header: tuple[bytes, bytes]) -> None:
        """Add a header, unless it is a date."""
        if header[0].lower() != b"date":
            super().append(header)


class _Gateway(wsgi.Gateway_10):
    """Hands one request to the application and closes the connection where a fault asks for it."""

    def respond(self) -> None:
        """Answer the request, or close the socket at once and say nothing."""
        try:
            if self.req.server.refusing:
                raise ConnectionDropped("shut")  # noqa: TRY301 - closed like any other drop
            super().respond()
        except HeaderDrips as drip:
            self.req.sent_headers = True
            self.req.close_connection = True
            self._drip(drip)
        except (ConnectionDropped, ConnectionRefused):
            # Headers marked as sent, or the server would try to send some on the dying connection.
            self.req.sent_headers = True
            self.req.close_connection = True
            with contextlib.suppress(OSError):
                self.req.conn.socket.shutdown(socket.SHUT_RDWR)

    def start_response(self, status: Any, headers: Any, exc_info: Any = None) -> Any:  # noqa: ANN401 - WSGI
        """Begin the answer; where a fault asks for it, without a date."""
        if self.env.get("sandbox.undated"):
            self.req.outheaders = _Undated(self.req.outheaders)
        return super().start_response(status, headers, exc_info)

    def _drip(self, drip: HeaderDrips) -> None:
        """Send byte after byte until the client goes away, the fault is over or the server stops."""
        sending = itertools.chain(drip.START, itertools.repeat(ord("x")))
        with contextlib.suppress(OSError):
            while drip.goes_on() and self.req.server.ready:
                self.req.conn.socket.sendall(bytes([next(sending)]))
                drip.wait(drip.seconds)


class _Server(wsgi.Server):
    """The cheroot server with one-line logging instead of tracebacks on standard error."""

    refusing = False
    # How long `stop` may wait for the accepting thread.
    expiration_interval = 0.02

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:  # noqa: FBT001, FBT002 - cheroot's signature
        """Pass the server's own remarks to `logging`."""
        _log.log(level, "%s", msg, exc_info=traceback)


class Served:
    """One application behind one port of 127.0.0.1, started and stopped in the background.

    `shut` makes the kernel refuse connections until `open`, as a machine does whose server is down; the port
    is kept meanwhile.
    """

    def __init__(self, app: "WSGIApplication", *, port: int = 0, threads: int = 10) -> None:
        self._app = app
        self._port = port
        self._threads = threads
        self._lock = threading.RLock()
        self._server: _Server | None = None
        self._serving: threading.Thread | None = None
        self._closing: threading.Thread | None = None
        self._opening: threading.Timer | None = None
        self._placeholder: socket.socket | None = None

    @property
    def port(self) -> int:
        """The port, known after `start`."""
        return self._port

    @property
    def url(self) -> str:
        """The address without a trailing slash, known after `start`."""
        return f"http://{_HOST}:{self._port}"

    def start(self) -> None:
        """Listen and answer; raise OSError where the port is taken."""
        with self._lock:
            if self._server is not None:
                return
            self._release()
            # cheroot leaks its socket where the port is taken, so that is found out before. A port that the
            # kernel chooses is asked for by its number: only then may it be bound again after `shut`.
            with contextlib.closing(_bound(self._port)) as holder:
                self._port = holder.getsockname()[1]
                server: Any = _Server((_HOST, self._port), self._app, numthreads=self._threads)
                server.gateway = _Gateway
                server.shutdown_timeout = 2
                server.request_queue_size = 64
                server.prepare()
            self._server = server
            self._serving = threading.Thread(target=server.serve, name=f"sandbox-{self._port}", daemon=True)
            self._serving.start()

    def stop(self) -> None:
        """Close every connection and the port; nothing of this service is left afterwards."""
        with self._lock:
            opening = self._opening
            self._shut_down()
            self._release()
        if opening is not None and opening.is_alive():
            opening.join()
            self._shut_down()

    def shut(self, seconds: float = 0.0) -> None:
        """Refuse connections from now on, for some seconds or until `open`.

        Safe to call while a request is being answered: that one still gets its answer.
        """
        with self._lock:
            server, self._server = self._server, None
            if server is None:
                return
            # The kernel refuses from here on, and a connection that is still open gets no more answers. The
            # rest is taken down by another thread, since this one may be among those that have to end.
            server.refusing = True
            server.socket.close()
            self._placeholder = _held(self._port)
            self._closing = threading.Thread(target=self._finish, args=(server, self._serving), daemon=True)
            self._closing.start()
            if seconds:
                self._opening = threading.Timer(seconds, self.open)
                self._opening.daemon = True
                self._opening.start()

    def open(self) -> None:
        """Listen again on the same port after `shut`."""
        self.start()

    @property
    def is_shut(self) -> bool:
        """Whether connections are refused."""
        return self._server is None

    def _shut_down(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            self._finish(server, self._serving)

    def _release(self) -> None:
        if self._opening is not None:
            self._opening.cancel()
            self._opening = None
        if self._closing is not None:
            self._closing.join()
            self._closing = None
        if self._placeholder is not None:
            self._placeholder.close()
            self._placeholder = None

    @staticmethod
    def _finish(server: Any, serving: threading.Thread | None) -> None:  # noqa: ANN401 - cheroot names no types
        server.stop()
        if serving is not None:
            serving.join()


def _held(port: int) -> socket.socket | None:
    """Return a socket that owns the port without listening, so that nobody else takes it meanwhile."""
    try:
        return _bound(port)
    except OSError:
        # Connections that are still closing may forbid it; the port is then merely free for a while.
        return None


def _bound(port: int) -> socket.socket:
    """Return a socket bound to the port, not listening; raise OSError where it is taken."""
    holder = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        holder.bind((_HOST, port))
    except OSError:
        holder.close()
        raise
    return holder
